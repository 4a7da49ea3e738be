package dev.evenkeel.metrics;

/**
 * The values that a histogram has counted, by bucket: since it was registered, in a sliding window, or since a reader's last collect. Raw units: nanoseconds for timers.
 *
 * <p>Buckets are HdrHistogram's: no bucket is wider than 10 % of its values with 1 digit, 1 % with 2 and 0.1 % with 3. Count,
 * minimum and maximum are derived from buckets, so they agree with each other: minimum and maximum are the ends of buckets, no value
 * lies outside them, and at 0 to 127 with 2 digits they are exact. The sum is kept apart; it may miss values, or hold values, that were
 * recorded while the reading was taken.
 */
public interface HistogramReading {
    /** Returns the number of values: the sum of the bucket counts. */
    long count();

    /** Returns the sum of the values, in raw units. It wraps once a single thread has recorded 2^63 in all. */
    double sum();

    /** Returns the low end of the lowest bucket that is not empty; 0 when there is none. */
    long min();

    /** Returns the high end of the highest bucket that is not empty; 0 when there is none. */
    long max();

    /** Returns what a raw value must be multiplied by to be in the unit of the family. */
    double scale();

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
     * Returns the high end of the bucket that holds the given quantile, so that at least that share of the values is at or
     * below it; 0 when there are no values.
     *
     * @param q 0.0 to 1.0
     * @throws IllegalArgumentException when {@code q} is outside that range
     */
    long valueAtQuantile(double q);

    /** Returns a copy as HdrHistogram's own type. Allocates some 40 kB at 2 digits, 330 kB at 3. */
    org.HdrHistogram.Histogram toHdrHistogram();
}
