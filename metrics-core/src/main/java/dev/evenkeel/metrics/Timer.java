package dev.evenkeel.metrics;

/**
 * The nanosecond face of a {@link Histogram}: records nanoseconds, shows seconds on every wire. Threads, cost and
 * limits are the histogram's.
 */
public final class Timer {
    private final Histogram histogram;

    Timer(Histogram histogram) {
        this.histogram = histogram;
    }

    /**
     * Records a duration.
     *
     * @param nanos 0 to {@link Histogram#highestValue}, else clamped and counted
     */
    public void record(long nanos) {
        histogram.record(nanos);
    }

    /**
     * Records the time since a start. Reads the clock once, which costs more than the record.
     *
     * @param startNanos what {@link System#nanoTime} returned at the start
     */
    public void recordSince(long startNanos) {
        histogram.record(System.nanoTime() - startNanos);
    }

    /** Returns all durations since registration, in nanoseconds; see {@link Histogram#read}. */
    public HistogramReading read() {
        return histogram.read();
    }

    /** Returns the histogram behind this timer. */
    public Histogram histogram() {
        return histogram;
    }

    @Override
    public String toString() {
        return histogram.toString();
    }
}
