package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.HistogramReading;
import java.util.Arrays;
import java.util.Objects;

/**
 * A reading in the buckets of Prometheus' native histograms: a schema, a zero bucket, and those buckets alone that are not
 * empty, both as plain numbers and as the spans and deltas of the protobuf format. Bucket {@code n} holds what is above
 * b^(n-1) and at or below b^n, with b = 2^(2^-schema): OpenTelemetry's bucket n - 1.
 *
 * <p><b>Error.</b> That of {@link ExponentialBuckets}, with the schema as its scale: counts and sum exact, a bucket of the
 * reading counted where its middle belongs, a quantile at most {@link #relativeError} away. At schema 5 and 2 digits that is
 * 1.5 %.
 *
 * <p>Not thread-safe. Allocates nothing once it has seen a reading with as many buckets. Source of the format: the message
 * {@code Histogram} of Prometheus' client model.
 */
public final class NativeBuckets {
    /** The finest schema: b = 1.0027. */
    public static final int MOST_SCHEMA = 8;

    /** The coarsest schema: b = 65536. */
    public static final int LEAST_SCHEMA = -4;

    /** b = 1.022: what Prometheus' own Java library starts with. */
    public static final int DEFAULT_SCHEMA = 5;

    /** As many as Prometheus' own Java library allows. */
    public static final int DEFAULT_BUCKETS = 160;

    private static final int LEAST_BUCKETS = 8;

    /** What the zero bucket is said to reach to: the libraries' default. The least value above 0 here is a raw unit, far above. */
    private static final double ZERO_THRESHOLD = 0x1p-128;

    /** Empty buckets that are written rather than ended a span for: a span costs as much as two of them. */
    private static final int FILLED_GAP = 2;

    private final int mostSchema;
    private final int mostBuckets;

    private int[] indices = new int[64];
    private long[] counts = new long[64];
    private int size;

    private int[] spanOffsets = new int[16];
    private int[] spanLengths = new int[16];
    private int spanCount;
    private long[] deltas = new long[64];
    private int deltaCount;

    private int schema;
    private long zeroCount;
    private long count;
    private double sum;
    private double min;
    private double max;

    private NativeBuckets(int mostSchema, int mostBuckets) {
        this.mostSchema = mostSchema;
        this.mostBuckets = mostBuckets;
        this.schema = mostSchema;
    }

    /** Returns a converter with schema {@value #DEFAULT_SCHEMA} and at most {@value #DEFAULT_BUCKETS} buckets. */
    public static NativeBuckets create() {
        return of(DEFAULT_SCHEMA, DEFAULT_BUCKETS);
    }

    /**
     * Returns a converter.
     *
     * @param mostSchema the finest schema to use, {@value #LEAST_SCHEMA} to {@value #MOST_SCHEMA}
     * @param mostBuckets how many buckets may be filled before the schema becomes coarser, at least 8: at the coarsest no
     *     reading fills more than 6
     * @throws IllegalArgumentException when either is outside its range
     */
    public static NativeBuckets of(int mostSchema, int mostBuckets) {
        if (mostSchema < LEAST_SCHEMA || mostSchema > MOST_SCHEMA) {
            throw new IllegalArgumentException(
                    "Cannot use native buckets of schema " + mostSchema + ": Prometheus knows " + LEAST_SCHEMA + " to "
                            + MOST_SCHEMA + ". " + DEFAULT_SCHEMA + ", with buckets 2.2 % wide, is usual.");
        }
        if (mostBuckets < LEAST_BUCKETS) {
            throw new IllegalArgumentException("Cannot keep to " + mostBuckets + " native buckets: even at the coarsest"
                    + " schema the values of one histogram may fill 6. Allow " + LEAST_BUCKETS + " or more; "
                    + DEFAULT_BUCKETS
                    + " is usual.");
        }
        return new NativeBuckets(mostSchema, mostBuckets);
    }

    /** Takes the counts of a reading in place of those before. The reading is not kept. */
    public void read(HistogramReading reading) {
        Objects.requireNonNull(reading, "reading");
        count = reading.count();
        sum = reading.sumInUnit();
        min = reading.min() * reading.scale();
        max = reading.max() * reading.scale();
        schema = mostSchema;
        size = 0;
        int filled = reading.bucketCount();
        int first = filled > 0 && reading.bucketHigh(0) == 0 ? 1 : 0;
        zeroCount = first == 0 ? 0 : reading.bucketCountAt(0);
        for (int i = first; i < filled; i++) {
            add(Base2.indexOf(Base2.middle(reading, i), mostSchema) + 1, reading.bucketCountAt(i));
        }
        while (size > mostBuckets && schema > LEAST_SCHEMA) {
            coarsen();
        }
        writeSpans();
    }

    /** Adds to the last bucket, or to a new one behind it. */
    private void add(int index, long more) {
        if (size > 0 && indices[size - 1] == index) {
            counts[size - 1] += more;
            return;
        }
        if (size == indices.length) {
            indices = Arrays.copyOf(indices, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        indices[size] = index;
        counts[size++] = more;
    }

    /** Joins buckets in pairs. */
    private void coarsen() {
        int all = size;
        size = 0;
        schema--;
        for (int i = 0; i < all; i++) {
            add((indices[i] + 1) >> 1, counts[i]); // numbered by the upper bound: the odd one of a pair comes first
        }
    }

    private void writeSpans() {
        spanCount = 0;
        deltaCount = 0;
        long before = 0;
        for (int i = 0; i < size; i++) {
            int gap = i == 0 ? indices[0] : indices[i] - indices[i - 1] - 1;
            if (i == 0 || gap > FILLED_GAP) {
                startSpan(gap);
            } else {
                for (; gap > 0; gap--) {
                    delta(-before);
                    before = 0;
                }
            }
            delta(counts[i] - before);
            before = counts[i];
        }
    }

    private void startSpan(int gap) {
        if (spanCount == spanOffsets.length) {
            spanOffsets = Arrays.copyOf(spanOffsets, 2 * spanCount);
            spanLengths = Arrays.copyOf(spanLengths, 2 * spanCount);
        }
        spanOffsets[spanCount] = gap;
        spanLengths[spanCount++] = 0;
    }

    private void delta(long delta) {
        if (deltaCount == deltas.length) {
            deltas = Arrays.copyOf(deltas, 2 * deltaCount);
        }
        deltas[deltaCount++] = delta;
        spanLengths[spanCount - 1]++;
    }

    /** Returns the schema that was chosen for the reading. */
    public int schema() {
        return schema;
    }

    /** Returns how far the zero bucket reaches: 2^-128. */
    public double zeroThreshold() {
        return ZERO_THRESHOLD;
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

    /** Returns how many buckets are not empty. */
    public int bucketCount() {
        return size;
    }

    /** Returns the number of the {@code i}-th bucket that is not empty, by its upper bound. */
    public int bucketIndex(int i) {
        return indices[Objects.checkIndex(i, size)];
    }

    /** Returns the number of values in the {@code i}-th bucket that is not empty. */
    public long bucketCountAt(int i) {
        return counts[Objects.checkIndex(i, size)];
    }

    /** Returns how many spans of buckets there are; 0 when no value is above 0. Gaps of up to two empty buckets end no span. */
    public int spanCount() {
        return spanCount;
    }

    /** Returns the number of the first bucket for the first span, else the buckets between this span and the one before. */
    public int spanOffset(int i) {
        return spanOffsets[Objects.checkIndex(i, spanCount)];
    }

    /** Returns how many buckets the {@code i}-th span has. */
    public int spanLength(int i) {
        return spanLengths[Objects.checkIndex(i, spanCount)];
    }

    /** Returns how many deltas there are: the lengths of all spans. */
    public int deltaCount() {
        return deltaCount;
    }

    /** Returns what the {@code i}-th bucket of all spans counts more than the one before it; the first, its count. */
    public long delta(int i) {
        return deltas[Objects.checkIndex(i, deltaCount)];
    }

    /**
     * Returns the value at a quantile, in the unit: the geometric middle of the bucket that holds it, kept within the lowest
     * and the highest of the reading; 0 when there are no values.
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
                return Math.max(min, Math.min(Base2.bound(indices[i] - 0.5, schema), max));
            }
        }
        return max;
    }

    /**
     * Returns how far, as a share of the true value, {@link #valueAtQuantile} may be from it.
     *
     * @param schema as {@link #schema} said
     * @param digits what the histogram was registered with: 1, 2 or 3
     * @throws IllegalArgumentException when it has no such digits
     */
    public static double relativeError(int schema, int digits) {
        return Base2.relativeError(schema, digits);
    }
}
