package dev.evenkeel.metrics;

import java.util.List;
import org.HdrHistogram.Histogram;

/** A histogram reading that stays as it is. Immutable. */
public sealed class HistogramPoint implements HistogramReading permits WindowReading {
    private final long count;
    private final double sum;
    private final double scale;
    private final int digits;
    private final long[] lows;
    private final long[] highs;
    private final long[] counts;
    private final List<Exemplar> exemplars;

    HistogramPoint(
            long count,
            double sum,
            double scale,
            int digits,
            long[] lows,
            long[] highs,
            long[] counts,
            List<Exemplar> exemplars) {
        this.count = count;
        this.sum = sum;
        this.scale = scale;
        this.digits = digits;
        this.lows = lows;
        this.highs = highs;
        this.counts = counts;
        this.exemplars = exemplars;
    }

    HistogramPoint(HistogramPoint other) {
        this(other.count, other.sum, other.scale, other.digits, other.lows, other.highs, other.counts, other.exemplars);
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public double sum() {
        return sum;
    }

    @Override
    public long min() {
        return lows.length == 0 ? 0 : lows[0];
    }

    @Override
    public long max() {
        return highs.length == 0 ? 0 : highs[highs.length - 1];
    }

    @Override
    public double scale() {
        return scale;
    }

    @Override
    public int digits() {
        return digits;
    }

    @Override
    public List<Exemplar> exemplars() {
        return exemplars;
    }

    @Override
    public int bucketCount() {
        return counts.length;
    }

    @Override
    public long bucketLow(int i) {
        return lows[i];
    }

    @Override
    public long bucketHigh(int i) {
        return highs[i];
    }

    @Override
    public long bucketCountAt(int i) {
        return counts[i];
    }

    @Override
    public long countAtOrBelow(long value) {
        return MergedReading.countAtOrBelow(this, value);
    }

    @Override
    public long valueAtQuantile(double q) {
        return MergedReading.valueAtQuantile(this, q);
    }

    @Override
    public Histogram toHdrHistogram() {
        return MergedReading.toHdrHistogram(this, digits);
    }

    @Override
    public String toString() {
        return "count=" + count + " sum=" + sum + " p50=" + valueAtQuantile(0.5) + " p99=" + valueAtQuantile(0.99)
                + " max=" + max();
    }
}
