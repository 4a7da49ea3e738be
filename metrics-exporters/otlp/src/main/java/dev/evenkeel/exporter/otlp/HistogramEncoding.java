package dev.evenkeel.exporter.otlp;

/** How histograms are told on the wire. Counts and sums are exact in both; how far quantiles may be off is what differs. */
public enum HistogramEncoding {
    /**
     * Over the fixed bounds of {@link dev.evenkeel.metrics.convert.BucketLadder}: every receiver knows it, 14 counts for a timer.
     * A bucket of the instrument counts where its lowest value belongs; a quantile read back is off by the width of a rung.
     */
    EXPLICIT,

    /**
     * In at most {@value dev.evenkeel.metrics.convert.ExponentialBuckets#DEFAULT_BUCKETS} buckets of one relative width, the finest at
     * which the values fit. A quantile read back is within {@link
     * dev.evenkeel.metrics.convert.ExponentialBuckets#relativeError(int, int)} of the true value: 1.5 % where values span a factor of
     * 30, 2.6 % for 1000, at 2 digits.
     */
    EXPONENTIAL
}
