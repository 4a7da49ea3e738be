package dev.evenkeel.metrics.internal;

/**
 * Internal. The bucket arithmetic of HdrHistogram for values from 0 to {@link #MAX_VALUE} with unit 1: linear buckets
 * within an octave, as many as the significant digits ask for.
 *
 * <p>Immutable. Bucket indices are HdrHistogram's own, so that counts can be handed over without a second rounding.
 */
public final class BucketLayout {
    /** The highest value that is told apart: 78 hours in nanoseconds, 256 TiB in bytes. */
    public static final long MAX_VALUE = (1L << 48) - 1;

    private static final BucketLayout[] BY_DIGITS = {new BucketLayout(1), new BucketLayout(2), new BucketLayout(3)};

    private final int digits;

    /** log2 of the buckets in an octave. */
    final int magnitude;

    final long lowMask;
    final int leadingZerosBase;
    private final int bucketCount;

    private BucketLayout(int digits) {
        this.digits = digits;
        int resolution = 2;
        for (int i = 0; i < digits; i++) {
            resolution *= 10;
        }
        int subBuckets = Integer.highestOneBit(resolution - 1) << 1;
        this.magnitude = Integer.numberOfTrailingZeros(subBuckets) - 1;
        this.lowMask = subBuckets - 1L;
        this.leadingZerosBase = 63 - magnitude;
        this.bucketCount = indexOf(MAX_VALUE) + 1;
    }

    /** @param digits significant decimal digits: 1, 2 or 3 */
    public static BucketLayout ofDigits(int digits) {
        return BY_DIGITS[digits - 1];
    }

    public int digits() {
        return digits;
    }

    public int bucketCount() {
        return bucketCount;
    }

    int octaveCount() {
        return bucketCount >>> magnitude;
    }

    int octaveSize() {
        return 1 << magnitude;
    }

    /** @param value 0 to {@link #MAX_VALUE} */
    public int indexOf(long value) {
        int shift = leadingZerosBase - Long.numberOfLeadingZeros(value | lowMask);
        return (shift << magnitude) + (int) (value >>> shift);
    }

    /** Returns the lowest value of a bucket. */
    public long lowOf(int index) {
        int shift = shiftOf(index);
        return (long) (index - (shift << magnitude)) << shift;
    }

    /** Returns the highest value of a bucket, inclusive. */
    public long highOf(int index) {
        return lowOf(index) + (1L << shiftOf(index)) - 1;
    }

    private int shiftOf(int index) {
        return Math.max(0, (index >>> magnitude) - 1);
    }

    /** Returns the bytes of one window over the whole range. */
    public long fullBytes() {
        return Cells.bytesOf(bucketCount);
    }
}
