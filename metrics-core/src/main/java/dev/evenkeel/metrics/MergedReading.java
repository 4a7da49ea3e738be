package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.BucketCounts;
import dev.evenkeel.metrics.internal.BucketLayout;
import dev.evenkeel.metrics.internal.LadderReading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reading over a buffer that the next histogram will overwrite. It may be one that is read when it is first asked for what it
 * holds. Not thread-safe; allocates nothing.
 */
final class MergedReading implements HistogramReading {
    private final BucketCounts buffer = new BucketCounts();

    /** What is to be read; null when that is done. */
    private @Nullable Histogram unread;

    /** Its counts by the values that somebody asked for, who did not ask for buckets so far. */
    private final LadderReading ladder = new LadderReading();

    private boolean byLadder;

    private double scale = 1;
    private List<Exemplar> exemplars = List.of();

    MergedReading withScale(double newScale) {
        this.scale = newScale;
        return this;
    }

    MergedReading withExemplars(List<Exemplar> latest) {
        this.exemplars = latest;
        return this;
    }

    /** Goes to a histogram, which is read when it must be. */
    MergedReading of(Histogram histogram) {
        unread = histogram;
        byLadder = false;
        return this;
    }

    /** Forgets the histogram. */
    void done() {
        unread = null;
        byLadder = false;
    }

    /** Returns the counts, read. */
    BucketCounts counts() {
        Histogram histogram = unread;
        if (histogram != null) {
            unread = null;
            byLadder = false;
            histogram.read(buffer);
        }
        return buffer;
    }

    @Override
    public long stamp() {
        Histogram histogram = unread; // once read, the counts may be older than a stamp that is taken now
        return histogram == null || byLadder ? NO_STAMP : histogram.stamp();
    }

    @Override
    public void countsAtOrBelow(long[] values, long[] into) {
        Histogram histogram = unread;
        if (histogram != null && !(byLadder && ladder.isOf(values))) {
            byLadder = histogram.read(values, ladder);
        }
        if (byLadder) {
            ladder.copyTo(into);
        } else {
            counts().countAtOrBelow(values, into);
        }
    }

    /** Returns a copy that stays as it is. */
    HistogramPoint copy() {
        int size = counts().size();
        long[] lows = new long[size];
        long[] highs = new long[size];
        long[] bucketCounts = new long[size];
        for (int i = 0; i < size; i++) {
            lows[i] = bucketLow(i);
            highs[i] = bucketHigh(i);
            bucketCounts[i] = bucketCountAt(i);
        }
        return new HistogramPoint(
                count(), sum(), scale, counts().layout().digits(), lows, highs, bucketCounts, exemplars);
    }

    @Override
    public long count() {
        return byLadder ? ladder.total() : counts().total();
    }

    @Override
    public double sum() {
        return byLadder ? ladder.sum() : counts().sum();
    }

    @Override
    public long min() {
        if (byLadder) {
            return ladder.min();
        }
        return counts().size() == 0 ? 0 : bucketLow(0);
    }

    @Override
    public long max() {
        if (byLadder) {
            return ladder.max();
        }
        return counts().size() == 0 ? 0 : bucketHigh(counts().size() - 1);
    }

    @Override
    public double scale() {
        return scale;
    }

    @Override
    public int digits() {
        Histogram histogram = unread;
        return histogram != null ? histogram.digits() : counts().layout().digits();
    }

    @Override
    public List<Exemplar> exemplars() {
        return exemplars;
    }

    @Override
    public int bucketCount() {
        return counts().size();
    }

    @Override
    public long bucketLow(int i) {
        return counts().layout().lowOf(counts().indexAt(i));
    }

    @Override
    public long bucketHigh(int i) {
        return counts().layout().highOf(counts().indexAt(i));
    }

    @Override
    public long bucketCountAt(int i) {
        return counts().countAt(i);
    }

    @Override
    public long countAtOrBelow(long value) {
        return countAtOrBelow(this, value);
    }

    @Override
    public long valueAtQuantile(double q) {
        return valueAtQuantile(this, q);
    }

    @Override
    public org.HdrHistogram.Histogram toHdrHistogram() {
        return toHdrHistogram(this, counts().layout().digits());
    }

    static long countAtOrBelow(HistogramReading reading, long value) {
        long sum = 0;
        for (int i = 0; i < reading.bucketCount() && reading.bucketLow(i) <= value; i++) {
            sum += reading.bucketCountAt(i);
        }
        return sum;
    }

    static long valueAtQuantile(HistogramReading reading, double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("Cannot read quantile " + q
                    + ": a quantile lies between 0.0 and 1.0. For the 99th percentile pass 0.99.");
        }
        long rank = Math.max(1, (long) Math.ceil(q * reading.count()));
        long sum = 0;
        for (int i = 0; i < reading.bucketCount(); i++) {
            sum += reading.bucketCountAt(i);
            if (sum >= rank) {
                return reading.bucketHigh(i);
            }
        }
        return reading.max();
    }

    static org.HdrHistogram.Histogram toHdrHistogram(HistogramReading reading, int digits) {
        org.HdrHistogram.Histogram histogram = new org.HdrHistogram.Histogram(1, BucketLayout.MAX_VALUE, digits);
        for (int i = 0; i < reading.bucketCount(); i++) {
            histogram.recordValueWithCount(reading.bucketLow(i), reading.bucketCountAt(i));
        }
        return histogram;
    }
}
