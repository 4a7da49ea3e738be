package dev.evenkeel.exporter.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.PointData;

/** One value of one series over one interval. Not thread-safe; changed only while it waits in a buffer, by a merge. */
abstract sealed class SeriesPoint implements PointData permits LongPoint, DoublePoint, HistogramPoint {
    private SeriesId id;
    private long startNanos;
    private long endNanos;

    SeriesPoint(SeriesId id, long startNanos, long endNanos) {
        this.id = id;
        this.startNanos = startNanos;
        this.endNanos = endNanos;
    }

    /** Another of the same series. */
    SeriesPoint(SeriesPoint other, long startNanos, long endNanos) {
        this(other.id, startNanos, endNanos);
    }

    final SeriesId id() {
        return id;
    }

    /** Becomes a part of the overflow series. */
    final void overflow() {
        id = SeriesId.OVERFLOW;
    }

    /** Adds what a point counted in another interval; the interval then spans both. */
    final void add(SeriesPoint other) {
        startNanos = Math.min(startNanos, other.startNanos);
        endNanos = Math.max(endNanos, other.endNanos);
        addValue(other);
    }

    /** Adds the value of a point of the same family. */
    abstract void addValue(SeriesPoint other);

    /** Returns how much was measured, as far as a point can tell: values of a histogram, the amount of a counter. */
    abstract double measurements();

    /** Returns about how much memory it takes, its labels included. */
    abstract long bytes();

    @Override
    public final long getStartEpochNanos() {
        return startNanos;
    }

    @Override
    public final long getEpochNanos() {
        return endNanos;
    }

    @Override
    public final Attributes getAttributes() {
        return id.attributes();
    }
}
