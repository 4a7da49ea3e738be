package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.Objects;

/**
 * The values that another library's histogram has counted, by its own upper bounds, in the unit of the family. Immutable.
 *
 * <p>Count and sum are those of the library. Without bounds it is a summary: a count and a sum.
 */
@Experimental
public final class FixedBuckets {
    private final double[] bounds;
    private final long[] atOrBelow;
    private final double sum;

    private FixedBuckets(double[] bounds, long[] atOrBelow, double sum) {
        this.bounds = bounds;
        this.atOrBelow = atOrBelow;
        this.sum = sum;
    }

    /**
     * Returns what a histogram has counted.
     *
     * @param bounds inclusive upper bounds, finite and ascending, without infinity; may be none
     * @param atOrBelow how many values are at or below each bound, and, last, how many there are
     * @param sum of all values; NaN when the library does not know it
     * @throws IllegalArgumentException when the bounds are not so, the counts fall, or there is not one more of them than of bounds
     */
    public static FixedBuckets of(double[] bounds, long[] atOrBelow, double sum) {
        Objects.requireNonNull(bounds, "bounds");
        Objects.requireNonNull(atOrBelow, "atOrBelow");
        boolean good = atOrBelow.length == bounds.length + 1 && atOrBelow[0] >= 0;
        for (int i = 0; good && i < bounds.length; i++) {
            good = Double.isFinite(bounds[i])
                    && (i == 0 || bounds[i] > bounds[i - 1])
                    && atOrBelow[i + 1] >= atOrBelow[i];
        }
        if (!good) {
            throw new IllegalArgumentException("Cannot show a histogram of the bounds " + Arrays.toString(bounds)
                    + " and the counts " + Arrays.toString(atOrBelow)
                    + ": bounds are finite and ascending, counts are cumulative and one more, that of all values. Sort the bounds"
                    + " and add the counts up.");
        }
        return new FixedBuckets(bounds.clone(), atOrBelow.clone(), sum);
    }

    /** Returns the number of values. */
    public long count() {
        return atOrBelow[bounds.length];
    }

    /** Returns the sum of the values; NaN when the library does not know it. */
    public double sum() {
        return sum;
    }

    /** Returns the number of buckets: the bounds, and one for infinity. */
    public int size() {
        return atOrBelow.length;
    }

    /** Returns the upper bound of the {@code i}-th bucket, inclusive; of the last it is infinity. */
    public double bound(int i) {
        return i == bounds.length ? Double.POSITIVE_INFINITY : bounds[i];
    }

    /** Returns how many values are at or below the {@code i}-th bound: what Prometheus wants. */
    public long countAtOrBelow(int i) {
        return atOrBelow[i];
    }

    /** Returns how many values are in the {@code i}-th bucket alone: what OpenTelemetry wants. */
    public long countAt(int i) {
        return i == 0 ? atOrBelow[0] : atOrBelow[i] - atOrBelow[i - 1];
    }

    /** Returns what came since an earlier reading; all of it where the histogram was cleared meanwhile or has other bounds. */
    FixedBuckets since(FixedBuckets earlier) {
        if (!Arrays.equals(bounds, earlier.bounds) || earlier.count() > count()) {
            return this;
        }
        long[] gained = atOrBelow.clone();
        for (int i = 0; i < gained.length; i++) {
            gained[i] -= earlier.atOrBelow[i];
            if (gained[i] < (i == 0 ? 0 : gained[i - 1])) {
                return this;
            }
        }
        return new FixedBuckets(bounds, gained, sum - earlier.sum);
    }

    /** Returns what one takes beside its object header. */
    long bytes() {
        return 40 + 16L * atOrBelow.length;
    }
}
