package dev.evenkeel.soak;

import dev.evenkeel.soak.load.LoadInterval;
import org.HdrHistogram.Histogram;

/** Sums up the load's intervals into the summary of a run. One thread. */
final class LoadMeter {
    private final double targetRate;
    private final Histogram intended = new Histogram(1, 600_000_000L, 3);
    private final Histogram service = new Histogram(1, 600_000_000L, 3);
    private final Histogram lateness = new Histogram(1, 600_000_000L, 3);
    private final Readings rate;
    private final Readings p99;
    private long due;
    private long completed;
    private long succeeded;
    private long shed;
    private long failed;
    private long excluded;
    private double steadySeconds;

    LoadMeter(double targetRate, int samples) {
        this.targetRate = targetRate;
        this.rate = new Readings(samples);
        this.p99 = new Readings(samples);
    }

    /**
     * Adds what happened from one second of the run to another.
     *
     * @param steady whether it belongs to the steady phase
     * @param disturbed whether a fault, or the recovery from one, was on in that time: latencies then are the fault's
     */
    void add(double fromSecond, double toSecond, LoadInterval interval, boolean steady, boolean disturbed) {
        double centre = (fromSecond + toSecond) / 2;
        rate.add(centre, interval.completed() / (toSecond - fromSecond));
        p99.add(centre, p99Millis(interval));
        if (steady) {
            steadySeconds += toSecond - fromSecond;
            due += interval.due();
            completed += interval.completed();
            succeeded += interval.succeeded();
            shed += interval.shed();
            failed += interval.failed();
            excluded += interval.excluded();
            lateness.add(interval.lateness());
            if (!disturbed) {
                intended.add(interval.intended());
                service.add(interval.service());
            }
        }
    }

    /** The 99 % quantile of the intended latency; NaN when nothing was completed outside pauses. */
    static double p99Millis(LoadInterval interval) {
        return interval.intended().getTotalCount() == 0
                ? Double.NaN
                : interval.intended().getValueAtPercentile(99) / 1000.0;
    }

    LoadSummary summary() {
        return new LoadSummary(
                targetRate,
                steadySeconds > 0 ? completed / steadySeconds : 0,
                due,
                completed,
                succeeded,
                shed,
                failed,
                excluded,
                quantiles(intended),
                quantiles(service),
                lateness.getTotalCount() == 0 ? 0 : lateness.getValueAtPercentile(99) / 1000.0,
                rate.seconds(),
                rate.values(),
                p99.values());
    }

    private static LoadSummary.Quantiles quantiles(Histogram micros) {
        if (micros.getTotalCount() == 0) {
            return new LoadSummary.Quantiles(0, 0, 0, 0, 0);
        }
        return new LoadSummary.Quantiles(
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(90) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0,
                micros.getValueAtPercentile(99.9) / 1000.0,
                micros.getMaxValue() / 1000.0);
    }
}
