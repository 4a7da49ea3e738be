package dev.evenkeel.metrics;

import java.util.List;

/**
 * The values that a histogram has counted, by bucket: since it was registered, in a sliding window, or since a reader's last collect. Raw units: nanoseconds for timers.
 *
 * <p>Buckets are HdrHistogram's: no bucket is wider than 10 % of its values with 1 digit, 1 % with 2 and 0.1 % with 3. Count,
 * minimum and maximum are derived from buckets, so they agree with each other: minimum and maximum are the ends of buckets, no value
 * lies outside them, and at 0 to 127 with 2 digits they are exact. The sum is kept apart; it may miss values, or hold values, that were
 * recorded while the reading was taken.
 */
public interface HistogramReading {
    /** No stamp: see {@link #stamp}. */
    long NO_STAMP = Long.MIN_VALUE;

    /** Returns the number of values: the sum of the bucket counts. */
    long count();

    /** Returns the sum of the values, in raw units. It wraps once a single thread has recorded 2^63 in all. */
    double sum();

    /** Returns the sum in the unit of the family, as every exporter shows it: {@link #inUnit}. */
    default double sumInUnit() {
        return inUnit(sum(), scale());
    }

    /**
     * Returns a raw amount in the unit of its family. A scale below 1 is one over a whole number, and what is divided by that is
     * rounded once; the product with the scale would be rounded twice, and wires would differ in the last digit.
     */
    static double inUnit(double raw, double scale) {
        return scale < 1 ? raw / Math.rint(1 / scale) : raw * scale;
    }

    /** Returns the low end of the lowest bucket that is not empty; 0 when there is none. */
    long min();

    /** Returns the high end of the highest bucket that is not empty; 0 when there is none. */
    long max();

    /** Returns what a raw value must be multiplied by to be in the unit of the family. */
    double scale();

    /** Returns the significant digits that the buckets tell apart: 1, 2 or 3. */
    int digits();

    /** Returns how many buckets are not empty. They are numbered in ascending order. */
    int bucketCount();

    /** Returns the lowest value of the {@code i}-th bucket. */
    long bucketLow(int i);

    /** Returns the highest value of the {@code i}-th bucket, inclusive. */
    long bucketHigh(int i);

    /** Returns the number of values in the {@code i}-th bucket. */
    long bucketCountAt(int i);

    /**
     * Returns how many values are at or below {@code value}, to the precision of a bucket: the bucket that holds
     * {@code value} itself counts in full, as in HdrHistogram.
     */
    long countAtOrBelow(long value);

    /**
     * Fills in {@link #countAtOrBelow} of some values at once: in a collect, without a look at what threads recorded that have recorded
     * nothing since the same values were asked for. Count, sum, minimum and maximum are then those of that moment. Buckets, asked for
     * later, may hold more; who wants both of one moment asks for buckets first.
     *
     * @param values ascending; the same in each collect
     * @param into at least as long
     */
    default void countsAtOrBelow(long[] values, long[] into) {
        long below = 0;
        int next = 0;
        int filled = bucketCount();
        for (int i = 0; i < values.length; i++) {
            while (next < filled && bucketLow(next) <= values[i]) {
                below += bucketCountAt(next++);
            }
            into[i] = below;
        }
    }

    /**
     * Returns a number that changes with the reading: while a collect shows a series with the same number as an earlier one, its
     * counts and sum are those of that reading, and need not be read. Exemplars are not part of it. Costs a few loads for each
     * thread that has recorded; counts and sum cost some microseconds, once one of them is asked for.
     *
     * @return {@link #NO_STAMP} where nothing is known: for copies, deltas, and histograms with sliding windows
     */
    @Experimental
    default long stamp() {
        return NO_STAMP;
    }

    /**
     * Returns the high end of the bucket that holds the given quantile, so that at least that share of the values is at or
     * below it; 0 when there are no values.
     *
     * @param q 0.0 to 1.0
     * @throws IllegalArgumentException when {@code q} is outside that range
     */
    long valueAtQuantile(double q);

    /**
     * Returns values of the last minutes with the traces they were recorded in, oldest first: at most one for each two octaves, none
     * unless the histogram was registered with {@link InstrumentBuilder#exemplars} in a registry that has a source of them. A delta
     * reading shows the same ones; take those after its start by their time.
     */
    default List<Exemplar> exemplars() {
        return List.of();
    }

    /**
     * Returns a copy as HdrHistogram's own type, of the same digits: equal bucket by bucket, so its quantiles are these. It has no
     * sum; its mean, of the middles of buckets, is at most half a bucket's width off. Allocates some 40 kB at 2 digits, 330 kB at
     * 3; see {@link dev.evenkeel.metrics.convert.HdrHistograms#copy} to fill one that is there.
     */
    org.HdrHistogram.Histogram toHdrHistogram();
}
