package dev.evenkeel.metrics;

/**
 * Receives one collect: {@link #begin}, then for each family that has series, in name order, {@link #family} and its
 * series, then those of each {@link ForeignSource}, then {@link #end}. Called by the collecting thread, while no lock is held that a record or another collect
 * needs: a visitor may take its time.
 *
 * <p>What it throws ends the collect and reaches the caller.
 */
public interface CollectVisitor {
    /** Starts a collect, at a time in milliseconds since 1970. */
    default void begin(long epochMillis) {}

    /** Starts a family; what follows belongs to it. In a collect of a {@link MetricReader} that may be nothing. */
    void family(MetricDescriptor family);

    /** Receives a counter; later collects never show less, until its series is evicted and starts anew. */
    void longCounter(Series series, long value);

    /** Receives a counter of doubles, or an observed counter as its callback reported it. */
    void doubleCounter(Series series, double value);

    /** Receives a gauge. */
    void gauge(Series series, double value);

    /** Receives an up-down counter; as a gauge where the visitor does not tell them apart. */
    default void upDownCounter(Series series, long value) {
        gauge(series, value);
    }

    /** Receives a histogram. The reading is reused: it is valid during this call only. */
    void histogram(Series series, HistogramReading reading);

    /**
     * Receives a histogram of a {@link ForeignSource}, which has other buckets than ours. A visitor that does not override this
     * leaves such histograms out. The buckets may be kept.
     */
    @Experimental
    default void fixedHistogram(Series series, FixedBuckets buckets) {}

    /** Ends a collect. */
    default void end() {}
}
