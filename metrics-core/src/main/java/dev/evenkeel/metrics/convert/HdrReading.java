package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.HistogramReading;
import java.util.Arrays;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** The buckets that an HdrHistogram held. Immutable. */
final class HdrReading implements HistogramReading {
    private final long count;
    private final double sum;
    private final double scale;
    private final int digits;
    private final long highest;
    private final long[] lows;
    private final long[] highs;
    private final long[] counts;

    HdrReading(AbstractHistogram histogram, double scale) {
        this.scale = scale;
        this.digits = histogram.getNumberOfSignificantValueDigits();
        this.highest = histogram.getHighestTrackableValue();
        this.count = histogram.getTotalCount();
        this.sum = count == 0 ? 0 : histogram.getMean() * count;
        long[] foundLows = new long[64];
        long[] foundHighs = new long[64];
        long[] foundCounts = new long[64];
        int n = 0;
        for (HistogramIterationValue bucket : histogram.recordedValues()) {
            if (n == foundLows.length) {
                foundLows = Arrays.copyOf(foundLows, 2 * n);
                foundHighs = Arrays.copyOf(foundHighs, 2 * n);
                foundCounts = Arrays.copyOf(foundCounts, 2 * n);
            }
            foundLows[n] = histogram.lowestEquivalentValue(bucket.getValueIteratedTo());
            foundHighs[n] = bucket.getValueIteratedTo();
            foundCounts[n++] = bucket.getCountAtValueIteratedTo();
        }
        this.lows = Arrays.copyOf(foundLows, n);
        this.highs = Arrays.copyOf(foundHighs, n);
        this.counts = Arrays.copyOf(foundCounts, n);
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
        long sumOfCounts = 0;
        for (int i = 0; i < lows.length && lows[i] <= value; i++) {
            sumOfCounts += counts[i];
        }
        return sumOfCounts;
    }

    @Override
    public long valueAtQuantile(double q) {
        long rank = Base2.rank(q, count);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return highs[i];
            }
        }
        return max();
    }

    @Override
    public Histogram toHdrHistogram() {
        Histogram copy = new Histogram(1, Math.max(2, highest), digits);
        HdrHistograms.copy(this, copy);
        return copy;
    }
}
