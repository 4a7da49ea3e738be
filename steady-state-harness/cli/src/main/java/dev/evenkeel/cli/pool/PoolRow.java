package dev.evenkeel.cli.pool;

import org.HdrHistogram.Histogram;

/**
 * What one pool did after the warm-up. Times are in milliseconds.
 *
 * @param upstream database, fast upstream or slow upstream
 * @param library what pools
 * @param limit most connections, or calls in flight
 * @param peak most callers at once, those who waited among them
 * @param counted calls and waits in all seconds
 * @param steady the same in seconds that were not stalled
 * @param mostWaiting highest reading of the waiting gauge in seconds that were not stalled
 * @param timeouts what the library counted as given up, in all seconds
 * @param acquire from asking for a connection to having it
 * @param held from asking for a connection to giving it back
 * @param perSecond calls a second
 * @param inUse connections in use on average: calls a second x mean held, Little's law
 */
record PoolRow(
        String upstream,
        String library,
        int limit,
        int peak,
        Crowd.Sums counted,
        Crowd.Sums steady,
        double mostWaiting,
        double timeouts,
        Times acquire,
        Times held,
        double perSecond,
        double inUse) {

    /** Median, 99th percentile, highest; NaN where nothing was measured. */
    record Times(double p50, double p99, double max) {
        static Times ofNanos(Histogram h) {
            return h.getTotalCount() == 0
                    ? new Times(Double.NaN, Double.NaN, Double.NaN)
                    : new Times(
                            h.getValueAtPercentile(50) / 1e6, h.getValueAtPercentile(99) / 1e6, h.getMaxValue() / 1e6);
        }
    }

    String name() {
        return upstream + ", " + library;
    }
}
