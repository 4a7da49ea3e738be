package dev.evenkeel.metrics;

/**
 * The events of a sliding window. Exact: count and interval belong together, also where the interval is not the one that was
 * asked for.
 *
 * @param count events from start to end
 * @param startNanos when the window starts, by the registry's {@link NanoClock}
 * @param endNanos when it ends: when it was read
 */
public record RateReading(long count, long startNanos, long endNanos) {
    /** Returns the length of the interval. */
    public long nanos() {
        return endNanos - startNanos;
    }

    /** Returns the events per second; 0 when no time has passed. */
    public double perSecond() {
        return perSecond(count, nanos());
    }

    static double perSecond(long count, long nanos) {
        return nanos <= 0 ? 0 : count * 1e9 / nanos;
    }
}
