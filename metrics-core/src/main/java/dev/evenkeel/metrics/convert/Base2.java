package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.HistogramReading;

/** The arithmetic of buckets whose bounds are powers of 2^(2^-scale). */
final class Base2 {
    /*
     * Bucket i at scale s holds what is above b^i and at or below b^(i+1), where b = 2^(2^-s): OpenTelemetry's number, by the
     * lower bound. Prometheus numbers the same bucket by its upper bound, i + 1. To halve the scale's resolution shift i right
     * by one; that is why all indices of a reading are taken at one scale and then shifted: taken at each scale anew,
     * a rounding of the logarithm could put one value into buckets that do not nest.
     *
     * Source: OpenTelemetry metrics data model, "Exponential Histogram: producer expectations".
     */
    private static final double LOG2_E = 1 / Math.log(2);

    private Base2() {}

    /** Returns the bucket of a value, numbered by its lower bound. The value is above 0, finite and not subnormal. */
    static int indexOf(double value, int scale) {
        int exponent = Math.getExponent(value);
        double fraction = Math.scalb(value, -exponent); // 1.0 to below 2.0
        if (scale <= 0) {
            return (fraction == 1 ? exponent - 1 : exponent) >> -scale;
        }
        // 1.0 itself ends the bucket below; a logarithm might not say so. All other bounds are irrational.
        int within = fraction == 1 ? -1 : (int) Math.ceil(Math.scalb(Math.log(fraction) * LOG2_E, scale)) - 1;
        return (exponent << scale) + Math.max(fraction == 1 ? -1 : 0, Math.min(within, (1 << scale) - 1));
    }

    /** Returns b^index. */
    static double bound(double index, int scale) {
        return Math.pow(2, Math.scalb(index, -scale));
    }

    /**
     * Returns the value, in the unit, that stands for all of a bucket of a reading: its middle, so that none is moved by more
     * than half the width of the bucket. It depends on the bucket alone: in cumulative readings a value never changes its place, or
     * a reader would see counts go down.
     */
    static double middle(HistogramReading reading, int i) {
        return (reading.bucketLow(i) + (double) reading.bucketHigh(i)) / 2 * reading.scale();
    }

    /** Returns how far, as a share, a value may be from the middle of its bucket in a reading. */
    static double halfWidth(int digits) {
        if (digits < 1 || digits > 3) {
            throw new IllegalArgumentException(
                    "Cannot state the error at " + digits
                            + " digits: histograms have 1, 2 or 3. Pass what the histogram was registered with; 2 is the default.");
        }
        return digits == 1 ? 0x1p-5 : digits == 2 ? 0x1p-8 : 0x1p-11;
    }

    static double relativeError(int scale, int digits) {
        return (1 + halfWidth(digits)) * Math.pow(2, Math.scalb(0.5, -scale)) - 1;
    }

    /** Returns the rank, from 1, of a quantile among so many values. */
    static long rank(double q, long count) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("Cannot read quantile " + q
                    + ": a quantile lies between 0.0 and 1.0. For the 99th percentile pass 0.99.");
        }
        return Math.max(1, (long) Math.ceil(q * count));
    }
}
