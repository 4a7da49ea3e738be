package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.convert.ExponentialBuckets;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import java.util.List;

/** A histogram in exponential buckets, of which all are above zero: the core records no negative value. */
final class ExponentialPoint extends HistogramPoint implements ExponentialHistogramPointData {
    private int scale;
    private int offset;
    private long[] counts;
    private long zeroCount;

    /** @param buckets has taken the reading */
    ExponentialPoint(
            SeriesId id,
            long startNanos,
            long endNanos,
            HistogramReading reading,
            List<DoubleExemplarData> exemplars,
            ExponentialBuckets buckets) {
        super(id, startNanos, endNanos, reading, exemplars);
        this.scale = buckets.scale();
        this.offset = buckets.offset();
        this.zeroCount = buckets.zeroCount();
        this.counts = new long[buckets.bucketCount()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.countAt(i);
        }
    }

    private ExponentialPoint(
            ExponentialPoint other, long startNanos, long endNanos, List<DoubleExemplarData> exemplars) {
        super(other, startNanos, endNanos, exemplars);
        this.scale = other.scale;
        this.offset = other.offset;
        this.counts = other.counts;
        this.zeroCount = other.zeroCount;
    }

    @Override
    HistogramPoint at(long startNanos, long endNanos, List<DoubleExemplarData> newExemplars) {
        return new ExponentialPoint(this, startNanos, endNanos, newExemplars);
    }

    /*
     * Bucket i of a scale lies whole in bucket i >> 1 of the next coarser one, so both sides are shifted to the finest scale at
     * which all counts fit, and nothing is estimated. Source: OpenTelemetry metrics data model, "Exponential Histogram: merging".
     */
    @Override
    void addBuckets(HistogramPoint other) {
        ExponentialPoint that = (ExponentialPoint) other;
        zeroCount += that.zeroCount;
        if (that.counts.length == 0) {
            return;
        }
        if (counts.length == 0) {
            scale = that.scale;
            offset = that.offset;
            counts = that.counts.clone();
            return;
        }
        int common = Math.min(scale, that.scale);
        int shift = scale - common;
        int otherShift = that.scale - common;
        int low = Math.min(offset >> shift, that.offset >> otherShift);
        int high = Math.max(last() >> shift, that.last() >> otherShift);
        while (high - low >= ExponentialBuckets.DEFAULT_BUCKETS) {
            low >>= 1;
            high >>= 1;
            shift++;
            otherShift++;
        }
        long[] all = new long[high - low + 1];
        pour(shift, low, all);
        that.pour(otherShift, low, all);
        scale -= shift;
        offset = low;
        counts = all;
    }

    private int last() {
        return offset + counts.length - 1;
    }

    private void pour(int shift, int low, long[] into) {
        for (int i = 0; i < counts.length; i++) {
            into[((offset + i) >> shift) - low] += counts[i];
        }
    }

    @Override
    int buckets() {
        return counts.length;
    }

    @Override
    public int getScale() {
        return scale;
    }

    @Override
    public long getZeroCount() {
        return zeroCount;
    }

    @Override
    public ExponentialHistogramBuckets getPositiveBuckets() {
        return new Buckets(scale, offset, counts);
    }

    @Override
    public ExponentialHistogramBuckets getNegativeBuckets() {
        return new Buckets(scale, 0, new long[0]);
    }

    private record Buckets(int scale, int offset, long[] counts) implements ExponentialHistogramBuckets {
        @Override
        public int getScale() {
            return scale;
        }

        @Override
        public int getOffset() {
            return offset;
        }

        @Override
        public List<Long> getBucketCounts() {
            return new Longs(counts);
        }

        @Override
        public long getTotalCount() {
            long total = 0;
            for (long count : counts) {
                total += count;
            }
            return total;
        }
    }
}
