package dev.evenkeel.drift;

/**
 * Student's t distribution with real degrees of freedom.
 *
 * <p>The tail is half the regularised incomplete beta function I(df / (df + t²); df/2, 1/2), by its continued
 * fraction (NIST Digital Library of Mathematical Functions, 8.17.22), evaluated after Lentz; the quantile by
 * bisection. Tests compare both with Hipparchus, which the library does not depend on: its jar has no stable module
 * name.
 */
final class StudentT {
    private static final double TINY = 1e-300;

    private StudentT() {}

    /** P(T &gt; t). */
    static double upperTail(double t, double df) {
        if (t < 0) {
            return 1 - upperTail(-t, df);
        }
        if (t == 0) {
            return 0.5;
        }
        double square = t * t;
        if (Double.isInfinite(square)) {
            return 0;
        }
        // Both arguments of the beta function are formed without cancellation.
        return 0.5 * regularisedBeta(df / (df + square), square / (df + square), df / 2, 0.5);
    }

    /** P(T &gt; t) for whole degrees of freedom, in closed form (Abramowitz and Stegun 26.7.3 and 26.7.4). */
    static double upperTail(double t, int df) {
        if (t < 0) {
            return 1 - upperTail(-t, df);
        }
        double length = Math.sqrt(df + t * t);
        if (Double.isInfinite(length)) {
            return 0;
        }
        double sine = t / length;
        double square = df / length / length;
        if (df % 2 == 0) {
            double term = 1;
            double sum = 1;
            for (int k = 2; k < df; k += 2) {
                term *= square * (k - 1) / k;
                sum += term;
            }
            return Math.max(0, 0.5 * (1 - sine * sum));
        }
        double cosine = Math.sqrt(square);
        double term = cosine;
        double sum = df == 1 ? 0 : cosine;
        for (int k = 3; k < df; k += 2) {
            term *= square * (k - 1) / k;
            sum += term;
        }
        return Math.max(0, 0.5 - (StrictMath.atan2(sine, cosine) + sine * sum) / Math.PI);
    }

    /** The t with P(T &gt; t) = {@code alpha}, for alpha below one half. */
    static double quantile(double alpha, double df) {
        double low = 0;
        double high = 1;
        while (upperTail(high, df) > alpha && high < 1e12) {
            low = high;
            high *= 2;
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return middle;
            }
            if (upperTail(middle, df) > alpha) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    /** I(x; a, b), where y is 1 - x. */
    private static double regularisedBeta(double x, double y, double a, double b) {
        if (x <= 0) {
            return 0;
        }
        if (y <= 0) {
            return 1;
        }
        double front = StrictMath.exp(
                logGamma(a + b) - logGamma(a) - logGamma(b) + a * StrictMath.log(x) + b * StrictMath.log(y));
        return x < (a + 1) / (a + b + 2)
                ? front * continuedFraction(a, b, x) / a
                : 1 - front * continuedFraction(b, a, y) / b;
    }

    private static double continuedFraction(double a, double b, double x) {
        double c = 1;
        double d = 1 / awayFromZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m < 300; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / awayFromZero(1 + even * d);
            c = awayFromZero(1 + even / c);
            value *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / awayFromZero(1 + odd * d);
            c = awayFromZero(1 + odd / c);
            value *= c * d;
            if (Math.abs(c * d - 1) < 1e-15) {
                break;
            }
        }
        return value;
    }

    private static double awayFromZero(double v) {
        return Math.abs(v) > TINY ? v : TINY;
    }

    /** ln Γ(x) for x &gt; 0: Stirling's series (DLMF 5.11.1) once x has been raised to 12 or more. */
    static double logGamma(double x) {
        double shift = 1;
        double z = x;
        while (z < 12) {
            shift *= z;
            z += 1;
        }
        double r = 1 / (z * z);
        double series = 1 / 12.0
                - r * (1 / 360.0 - r * (1 / 1260.0 - r * (1 / 1680.0 - r * (1 / 1188.0 - r * (691 / 360360.0)))));
        double halfLogTwoPi = 0.9189385332046727;
        return (z - 0.5) * StrictMath.log(z) - z + halfLogTwoPi + series / z - StrictMath.log(shift);
    }
}
