package dev.evenkeel.metrics;

import java.time.Duration;

/**
 * The values of a sliding window of a histogram, and the time that they were recorded in. Immutable. Values and interval belong
 * together, also where the interval is not the one that was asked for: {@link #isWhole} says whether it is.
 *
 * <p>Minimum and maximum are ends of buckets, as in every {@link HistogramReading}: what the window's smallest and largest value
 * were to the precision of a bucket.
 */
public final class WindowReading extends HistogramPoint {
    private final SlidingWindow window;
    private final long startNanos;
    private final long endNanos;

    WindowReading(HistogramPoint values, SlidingWindow window, long startNanos, long endNanos) {
        super(values);
        this.window = window;
        this.startNanos = startNanos;
        this.endNanos = endNanos;
    }

    /** Returns the window as it was declared. */
    public SlidingWindow window() {
        return window;
    }

    /** Returns when it starts, by the registry's {@link NanoClock}: at the end of a slice that was taken. */
    public long startNanos() {
        return startNanos;
    }

    /** Returns when it ends, by the registry's {@link NanoClock}: when it was read. */
    public long endNanos() {
        return endNanos;
    }

    /** Returns the length of the interval. */
    public Duration covered() {
        return Duration.ofNanos(endNanos - startNanos);
    }

    /**
     * Returns whether the interval differs from the window by no more than a slice. It is shorter while the histogram is
     * young, after a gap in which nobody took slices, and where the registry's memory had no room for them; it is longer when
     * the reading is the first after such a gap, or where there was no room for any.
     */
    public boolean isWhole() {
        long nanos = endNanos - startNanos;
        return nanos > window.nanos() - window.sliceNanos() && nanos <= window.nanos() + window.sliceNanos();
    }

    /** Returns the values per second; 0 when no time has passed. */
    public double perSecond() {
        return RateReading.perSecond(count(), endNanos - startNanos);
    }

    @Override
    public String toString() {
        return super.toString() + " in " + covered() + " of " + window;
    }
}
