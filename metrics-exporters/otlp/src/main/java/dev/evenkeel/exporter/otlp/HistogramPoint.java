package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import java.util.List;

/** What both encodings of a histogram have in common. */
abstract sealed class HistogramPoint extends SeriesPoint permits ExplicitPoint, ExponentialPoint {
    private static final int BYTES = 200;
    private static final int EXEMPLAR_BYTES = 240;

    /** What a raw value times is in the unit. The sum is kept raw: sums of whole numbers stay exact when they are added up. */
    private final double unit;

    private long count;
    private double rawSum;
    private double min;
    private double max;
    private List<DoubleExemplarData> exemplars;

    HistogramPoint(
            SeriesId id, long startNanos, long endNanos, HistogramReading reading, List<DoubleExemplarData> exemplars) {
        super(id, startNanos, endNanos);
        this.unit = reading.scale();
        this.count = reading.count();
        this.rawSum = reading.sum();
        this.min = count == 0 ? Double.POSITIVE_INFINITY : reading.min() * unit;
        this.max = count == 0 ? Double.NEGATIVE_INFINITY : reading.max() * unit;
        this.exemplars = exemplars;
    }

    /** One that counts what another does, over a longer time: only where points are never added up, for the counts are shared. */
    HistogramPoint(HistogramPoint other, long startNanos, long endNanos, List<DoubleExemplarData> exemplars) {
        super(other, startNanos, endNanos);
        this.unit = other.unit;
        this.count = other.count;
        this.rawSum = other.rawSum;
        this.min = other.min;
        this.max = other.max;
        this.exemplars = exemplars;
    }

    /** Returns the same counts at a later time. Both points are cumulative, which nobody adds anything to. */
    abstract HistogramPoint at(long startNanos, long endNanos, List<DoubleExemplarData> newExemplars);

    /** Of another library, which says neither minimum nor maximum. */
    HistogramPoint(SeriesId id, long startNanos, long endNanos, FixedBuckets buckets) {
        super(id, startNanos, endNanos);
        this.unit = 1;
        this.count = buckets.count();
        this.rawSum = buckets.sum();
        this.min = Double.POSITIVE_INFINITY;
        this.max = Double.NEGATIVE_INFINITY;
        this.exemplars = List.of();
    }

    @Override
    final void addValue(SeriesPoint other) {
        HistogramPoint that = (HistogramPoint) other;
        addBuckets(that);
        count += that.count;
        rawSum += that.rawSum;
        min = Math.min(min, that.min);
        max = Math.max(max, that.max);
        if (!that.exemplars.isEmpty()) {
            exemplars = that.exemplars; // the newer ones: a merge must not grow
        }
    }

    /** Adds the counts of a point of the same family, which is encoded in the same way. */
    abstract void addBuckets(HistogramPoint other);

    /** Returns how many counts it holds. */
    abstract int buckets();

    @Override
    final double measurements() {
        return count;
    }

    @Override
    final long bytes() {
        return BYTES + 8L * buckets() + (long) EXEMPLAR_BYTES * exemplars.size() + id().bytes();
    }

    public final long getCount() {
        return count;
    }

    public final double getSum() {
        return HistogramReading.inUnit(rawSum, unit);
    }

    public final boolean hasMin() {
        return min <= max;
    }

    public final double getMin() {
        return hasMin() ? min : 0;
    }

    public final boolean hasMax() {
        return min <= max;
    }

    public final double getMax() {
        return hasMax() ? max : 0;
    }

    @Override
    public final List<DoubleExemplarData> getExemplars() {
        return exemplars;
    }
}
