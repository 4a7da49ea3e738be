package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.ArrayList;
import java.util.List;

/** A histogram over the fixed bounds of its unit, or over those of another library. */
final class ExplicitPoint extends HistogramPoint implements HistogramPointData {
    private final List<Double> bounds;
    private final long[] counts;

    /** @param buckets has taken the reading */
    ExplicitPoint(
            SeriesId id,
            long startNanos,
            long endNanos,
            HistogramReading reading,
            List<DoubleExemplarData> exemplars,
            ClassicBuckets buckets,
            List<Double> bounds) {
        super(id, startNanos, endNanos, reading, exemplars);
        this.bounds = bounds;
        this.counts = new long[buckets.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.countAt(i);
        }
    }

    private ExplicitPoint(ExplicitPoint other, long startNanos, long endNanos, List<DoubleExemplarData> exemplars) {
        super(other, startNanos, endNanos, exemplars);
        this.bounds = other.bounds;
        this.counts = other.counts;
    }

    @Override
    HistogramPoint at(long startNanos, long endNanos, List<DoubleExemplarData> newExemplars) {
        return new ExplicitPoint(this, startNanos, endNanos, newExemplars);
    }

    /** Of another library, over its bounds. */
    ExplicitPoint(SeriesId id, long startNanos, long endNanos, FixedBuckets buckets) {
        super(id, startNanos, endNanos, buckets);
        List<Double> theirs = new ArrayList<>(buckets.size());
        this.counts = new long[buckets.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.countAt(i);
            if (i < counts.length - 1) {
                theirs.add(buckets.bound(i));
            }
        }
        this.bounds = theirs;
    }

    @Override
    void addBuckets(HistogramPoint other) {
        ExplicitPoint that = (ExplicitPoint) other;
        if (bounds.equals(that.bounds)) { // as in all families of ours
            for (int i = 0; i < counts.length; i++) {
                counts[i] += that.counts[i];
            }
        } else {
            counts[counts.length - 1] += that.getCount(); // the bucket that says least
        }
    }

    @Override
    int buckets() {
        return counts.length;
    }

    @Override
    public List<Double> getBoundaries() {
        return bounds;
    }

    @Override
    public List<Long> getCounts() {
        return new Longs(counts);
    }
}
