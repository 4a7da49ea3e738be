package dev.evenkeel.metrics;

/**
 * One instrument with one set of labels. Immutable; there is one object for a series as long as it lives, so exporters may keep
 * what they derive from it in an identity map.
 */
public final class Series {
    private final MetricDescriptor descriptor;
    private final Labels labels;
    private final long startEpochMillis;

    Series(MetricDescriptor descriptor, Labels labels, long startEpochMillis) {
        this.descriptor = descriptor;
        this.labels = labels;
        this.startEpochMillis = startEpochMillis;
    }

    public MetricDescriptor descriptor() {
        return descriptor;
    }

    public Labels labels() {
        return labels;
    }

    /** Returns when the series began to count, in milliseconds since 1970. */
    public long startEpochMillis() {
        return startEpochMillis;
    }

    @Override
    public String toString() {
        return descriptor.name() + labels;
    }
}
