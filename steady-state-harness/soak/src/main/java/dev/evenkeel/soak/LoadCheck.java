package dev.evenkeel.soak;

import java.util.function.Consumer;

/** Whether a run carried the load that it was to judge. */
final class LoadCheck {
    private static final double LEAST_RATE_SHARE = 0.9;
    private static final double MOST_FAILED_SHARE = 0.05;
    private static final double MOST_EXCLUDED_SHARE = 0.25;
    private static final double MOST_LATENESS_MILLIS = 50;

    private LoadCheck() {}

    /**
     * False where the run cannot pass for want of load.
     *
     * @param notes takes a sentence on each thing that a reader should know
     */
    static boolean sound(RunRecord run, LoadSummary load, Consumer<String> notes) {
        if (load.latenessP99Millis() > MOST_LATENESS_MILLIS) {
            notes.accept("The load generator itself was late: 1 % of requests left more than "
                    + Amounts.number(load.latenessP99Millis())
                    + " ms after they were due although a connection was free. The machine was too busy for this rate;"
                    + " latencies contain that delay.");
        }
        if (load.excludedByPause() > MOST_EXCLUDED_SHARE * load.completed()) {
            notes.accept(Amounts.number(100.0 * load.excludedByPause() / load.completed())
                    + " % of all requests were due while a live-set reading of ours stopped the service, and are kept out of"
                    + " the latencies; what is left says little about them. The machine is too busy, or the heap too large,"
                    + " for readings this often.");
        }
        if (run.missedSamples > 0) {
            notes.accept(run.missedSamples + (run.missedSamples == 1 ? " sample" : " samples")
                    + " could not be read and are missing.");
        }
        boolean sound = true;
        if (load.completed() > 0 && load.achievedRate() < LEAST_RATE_SHARE * load.targetRate()) {
            notes.accept("Only "
                    + Amounts.number(load.achievedRate())
                    + " of "
                    + Amounts.number(load.targetRate())
                    + " requests per second were completed, so this run cannot pass: it did not carry the load that it was"
                    + " to judge. Lower --rate, or give the service more of the machine.");
            sound = false;
        }
        if (load.completed() > 0 && load.failed() > MOST_FAILED_SHARE * load.completed()) {
            notes.accept(Amounts.number(100.0 * load.failed() / load.completed())
                    + " % of all requests failed, so this run cannot pass: a service that does no work leaks nothing."
                    + " See service.log.");
            sound = false;
        }
        return sound;
    }
}
