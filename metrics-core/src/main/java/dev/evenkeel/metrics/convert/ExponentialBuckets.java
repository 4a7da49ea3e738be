package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.HistogramReading;
import java.util.Arrays;
import java.util.Objects;

/**
 * A reading in OpenTelemetry's exponential buckets: a scale, an offset and counts. Bucket {@code i} holds what is above
 * b^(offset+i) and at or below b^(offset+i+1), with b = 2^(2^-scale). The scale is the finest at which the range of the reading
 * fits into the buckets.
 *
 * <p><b>Error.</b> Counts and sum are exact. Neither kind of bucket nests in the other: a bucket of the reading counts in
 * full where its middle belongs. A quantile read back by {@link #valueAtQuantile} is the geometric middle of its bucket, and
 * at most {@link #relativeError} = (1 + w/2) 2^(2^-(scale+1)) - 1 of the true value away from it, up or down, where w is the
 * width of the reading's buckets: 2^-4, 2^-7 or 2^-10 for 1, 2 or 3 digits. A reader that answers with an end of the
 * bucket is at most (1 + w/2) 2^(2^-scale) - 1 away. Finer scales than 7 at 2 digits, or 10 at 3, gain
 * little: the width of the reading's own buckets remains.
 *
 * <p>Not thread-safe. Allocates nothing after it is made. Costs a logarithm for each bucket of the reading that is not
 * empty. Source of the format: OpenTelemetry metrics data model, "ExponentialHistogram".
 */
public final class ExponentialBuckets {
    /** The finest scale: b = 1.00000066. */
    public static final int MOST_SCALE = 20;

    /** The coarsest scale: b = 2^1024, all doubles in two buckets. */
    public static final int LEAST_SCALE = -10;

    /** As many as OpenTelemetry's own libraries use. A range of 1 to 1000 then has a scale of 4, b = 1.044. */
    public static final int DEFAULT_BUCKETS = 160;

    private static final int MOST_BUCKETS = 1 << 14;

    private final int mostScale;
    private final long[] counts;
    private int scale;
    private int offset;
    private int size;
    private long zeroCount;
    private long count;
    private double sum;
    private double min;
    private double max;

    private ExponentialBuckets(int mostScale, int mostBuckets) {
        this.mostScale = mostScale;
        this.counts = new long[mostBuckets];
        this.scale = mostScale;
    }

    /** Returns a converter with {@value #DEFAULT_BUCKETS} buckets and any scale. */
    public static ExponentialBuckets create() {
        return of(MOST_SCALE, DEFAULT_BUCKETS);
    }

    /**
     * Returns a converter.
     *
     * @param mostScale the finest scale to use, {@value #LEAST_SCALE} to {@value #MOST_SCALE}
     * @param mostBuckets 2 to 16384; takes 8 bytes each
     * @throws IllegalArgumentException when either is outside its range
     */
    public static ExponentialBuckets of(int mostScale, int mostBuckets) {
        if (mostScale < LEAST_SCALE || mostScale > MOST_SCALE) {
            throw new IllegalArgumentException("Cannot use exponential buckets of scale " + mostScale
                    + ": the protocol knows " + LEAST_SCALE + " to " + MOST_SCALE
                    + ". Pass the finest you want; it becomes coarser by itself where the values need it.");
        }
        if (mostBuckets < 2 || mostBuckets > MOST_BUCKETS) {
            throw new IllegalArgumentException(
                    "Cannot use " + mostBuckets + " exponential buckets: at the coarsest scale"
                            + " two hold every value, and more than " + MOST_BUCKETS + " are refused by receivers. "
                            + DEFAULT_BUCKETS
                            + " is usual.");
        }
        return new ExponentialBuckets(mostScale, mostBuckets);
    }

    /** Takes the counts of a reading in place of those before. The reading is not kept. */
    public void read(HistogramReading reading) {
        Objects.requireNonNull(reading, "reading");
        Arrays.fill(counts, 0, size, 0);
        count = reading.count();
        sum = reading.sumInUnit();
        min = reading.min() * reading.scale();
        max = reading.max() * reading.scale();
        scale = mostScale;
        offset = 0;
        size = 0;
        int filled = reading.bucketCount();
        int first = filled > 0 && reading.bucketHigh(0) == 0 ? 1 : 0;
        zeroCount = first == 0 ? 0 : reading.bucketCountAt(0);
        if (first == filled) {
            return;
        }
        int low = Base2.indexOf(Base2.middle(reading, first), mostScale);
        int high = Base2.indexOf(Base2.middle(reading, filled - 1), mostScale);
        int shift = 0;
        while ((high >> shift) - (low >> shift) >= counts.length) {
            shift++;
        }
        scale = mostScale - shift;
        offset = low >> shift;
        size = (high >> shift) - offset + 1;
        for (int i = first; i < filled; i++) {
            int index = Base2.indexOf(Base2.middle(reading, i), mostScale) >> shift;
            counts[index - offset] += reading.bucketCountAt(i);
        }
    }

    /** Returns the scale that was chosen for the reading. */
    public int scale() {
        return scale;
    }

    /** Returns the number of the first bucket. */
    public int offset() {
        return offset;
    }

    /** Returns how many buckets there are, empty ones between others included; 0 when no value is above 0. */
    public int bucketCount() {
        return size;
    }

    /** Returns the number of values in the {@code i}-th bucket. */
    public long countAt(int i) {
        return counts[Objects.checkIndex(i, size)];
    }

    /** Returns how many values are 0. */
    public long zeroCount() {
        return zeroCount;
    }

    /** Returns the number of values: the zero count and all buckets. */
    public long count() {
        return count;
    }

    /** Returns the sum of the values, in the unit. */
    public double sum() {
        return sum;
    }

    /** Returns the lowest value as the reading has it, in the unit; 0 when there is none. */
    public double min() {
        return min;
    }

    /** Returns the highest value as the reading has it, in the unit; 0 when there is none. */
    public double max() {
        return max;
    }

    /**
     * Returns the value at a quantile, in the unit: the geometric middle of the bucket that holds it, kept within {@link
     * #min} and {@link #max}; 0 when there are no values.
     *
     * @param q 0.0 to 1.0
     * @throws IllegalArgumentException when {@code q} is outside that range
     */
    public double valueAtQuantile(double q) {
        long rank = Base2.rank(q, count);
        long seen = zeroCount;
        if (seen >= rank) {
            return 0;
        }
        for (int i = 0; i < size; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.max(min, Math.min(Base2.bound(offset + i + 0.5, scale), max));
            }
        }
        return max;
    }

    /**
     * Returns how far, as a share of the true value, {@link #valueAtQuantile} may be from it.
     *
     * @param scale as {@link #scale} said
     * @param digits what the histogram was registered with: 1, 2 or 3
     * @throws IllegalArgumentException when it has no such digits
     */
    public static double relativeError(int scale, int digits) {
        return Base2.relativeError(scale, digits);
    }
}
