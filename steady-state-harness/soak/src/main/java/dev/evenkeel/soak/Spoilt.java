package dev.evenkeel.soak;

import dev.evenkeel.drift.TimeSeries;

/** Whether the harness itself was so heavy, or so late, that its readings say nothing of the target. */
final class Spoilt {

    /** Processors used for sampling alone, the load apart. Ten times what sampling may cost, and no more than noise on a service. */
    static final double MOST_CPU = 0.1;

    /** Of the time, that readings of ours stopped the target. Planned are a tenth at most; a fifth changes what is measured. */
    static final double MOST_PAUSED_SHARE = 0.2;

    /** Of the samples that were due. With fewer the machine did not let the harness run. */
    static final double LEAST_SAMPLES_SHARE = 0.5;

    private static final int ENOUGH = 30;

    private Spoilt() {}

    /** A sentence that says so; empty when all is well. */
    static String why(RunRecord run, LoadSummary load) {
        double steady = run.endSecond - run.plan.warmupSeconds();
        if (steady < ENOUGH * run.plan.sampleSeconds()) {
            return "";
        }
        TimeSeries cpu = run.readingsOf(WatchedResource.HARNESS_CPU).steady(run.plan.warmupSeconds(), run.marks);
        double median = Readings.median(cpu);
        if (cpu.size() >= ENOUGH && median > MOST_CPU) {
            return "the harness itself used " + Amounts.number(median)
                    + " of a processor for sampling, more than " + MOST_CPU
                    + ": what it measured is partly itself. Sample less often, or on a machine that is not so busy.";
        }
        if (run.pausedSeconds > MOST_PAUSED_SHARE * run.endSecond) {
            return "readings of the harness stopped the service for "
                    + Amounts.number(100 * run.pausedSeconds / run.endSecond)
                    + " % of the time: this is not how it runs by itself. Give it more of a machine, or a smaller heap.";
        }
        double left = 0;
        for (var mark : run.marks) {
            if (mark.label().startsWith("warm-up after")) {
                left += mark.toSecond() - mark.fromSecond();
            }
        }
        double due = (steady - left) / run.plan.sampleSeconds();
        if (run.steadySamples < LEAST_SAMPLES_SHARE * due) {
            return "only " + run.steadySamples + " of " + Math.round(due)
                    + " samples could be taken: the machine left the harness no time. Run it where it is not so busy.";
        }
        return "";
    }
}
