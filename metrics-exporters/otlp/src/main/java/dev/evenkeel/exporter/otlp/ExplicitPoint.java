package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.List;

/** A histogram over the fixed bounds of its unit. */
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

    @Override
    void addBuckets(HistogramPoint other) {
        long[] more = ((ExplicitPoint) other).counts; // of one family, so over the same bounds
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more[i];
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
