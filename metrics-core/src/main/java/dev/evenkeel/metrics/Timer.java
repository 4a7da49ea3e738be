package dev.evenkeel.metrics;

/**
 * The nanosecond face of a {@link Histogram}: records nanoseconds, shows seconds on every wire. Threads, cost and
 * limits are the histogram's.
 */
public final class Timer extends Histogram {
    Timer(Family family, LabelValues values, int digits) {
        super(family, values, digits);
    }

    /**
     * Records the time since a start. Reads the clock once, which costs more than the record.
     *
     * @param startNanos what {@link System#nanoTime} returned at the start
     */
    public void recordSince(long startNanos) {
        record(System.nanoTime() - startNanos);
    }
}
