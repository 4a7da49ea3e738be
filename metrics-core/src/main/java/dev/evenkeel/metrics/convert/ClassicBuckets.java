package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.Arrays;
import java.util.Objects;

/**
 * A reading over given upper bounds, as Prometheus' classic and OpenTelemetry's explicit buckets want it. The bounds are
 * inclusive; one more bucket, up to infinity, comes last.
 *
 * <p><b>Error.</b> Counts and sum are exact. A bucket of the reading counts in full where its <em>lowest</em> value belongs,
 * as in {@link HistogramReading#countAtOrBelow}. So with F(x) the number of values at or below x, the count at or below a
 * bound b lies between F(b) and F(b (1 + w)), where w is the width of the reading's buckets: 2^-4, 2^-7 or 2^-10 of their
 * values for 1, 2 or 3 digits. With b below 16, 128 or 1024 raw units it is F(b) exactly.
 *
 * <p>Not thread-safe. Allocates nothing after it is made; one walk over the buckets of a reading serves all bounds.
 */
public final class ClassicBuckets {
    /** How far, as a share, a bound may be from a whole raw unit and still mean that one: 0.0025 s is 2 500 000 ns. */
    private static final double ROUNDING = 1e-9;

    private final double[] bounds;
    private final long[] rawBounds;

    /** How many values are at or below each bound; the last is the count of all. */
    private final long[] atOrBelow;

    private double sum;

    private ClassicBuckets(double scale, double[] bounds) {
        this.bounds = bounds;
        this.rawBounds = new long[bounds.length];
        this.atOrBelow = new long[bounds.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            rawBounds[i] = raw(bounds[i], scale);
        }
    }

    private static long raw(double bound, double scale) {
        double exact = bound / scale;
        double nearest = Math.rint(exact);
        return (long) (Math.abs(exact - nearest) <= ROUNDING * Math.abs(exact) ? nearest : Math.floor(exact));
    }

    /** Returns a converter over the bounds of {@link BucketLadder} for the unit of a family. */
    public static ClassicBuckets of(MetricDescriptor family) {
        return over(family.scale(), BucketLadder.of(family.unit()));
    }

    /**
     * Returns a converter over other bounds.
     *
     * @param scale what a raw value must be multiplied by to be in the unit of the bounds, above 0: {@link
     *     MetricDescriptor#scale}
     * @param bounds finite and ascending, without infinity; may be none
     * @throws IllegalArgumentException when they are not
     */
    public static ClassicBuckets over(double scale, double... bounds) {
        if (!(scale > 0) || !Double.isFinite(scale)) {
            throw new IllegalArgumentException(
                    "Cannot convert values at a scale of " + scale
                            + ": it turns raw values into the unit of the bounds. Pass that of the family, descriptor.scale().");
        }
        for (int i = 0; i < bounds.length; i++) {
            if (!Double.isFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
                throw new IllegalArgumentException("Cannot count by the bounds " + Arrays.toString(bounds)
                        + ": they must be finite and ascending, or a bucket could never be reached. Sort them, drop repeated"
                        + " ones, and leave infinity out: it is always there.");
            }
        }
        return new ClassicBuckets(scale, bounds.clone());
    }

    /** Takes the counts of a reading in place of those before. The reading is not kept. */
    public void read(HistogramReading reading) {
        Objects.requireNonNull(reading, "reading");
        reading.countsAtOrBelow(rawBounds, atOrBelow);
        atOrBelow[rawBounds.length] = reading.count();
        sum = reading.sumInUnit();
    }

    /** Returns the number of buckets: the bounds, and one for infinity. */
    public int size() {
        return atOrBelow.length;
    }

    /** Returns the upper bound of the {@code i}-th bucket, in the unit; of the last it is infinity. */
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

    /** Returns the number of values. */
    public long count() {
        return atOrBelow[atOrBelow.length - 1];
    }

    /** Returns the sum of the values, in the unit. */
    public double sum() {
        return sum;
    }
}
