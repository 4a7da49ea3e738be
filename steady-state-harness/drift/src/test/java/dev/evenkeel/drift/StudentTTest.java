package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudentTTest {
    @ParameterizedTest
    @ValueSource(doubles = {1, 2, 2.37, 3, 5.5, 11.04, 31, 43, 45.9, 300})
    void agreesWithHipparchus(double df) {
        TDistribution theirs = new TDistribution(df, 1e-13);
        for (double t = 0.01; t < 60; t *= 1.3) {
            double expected = theirs.cumulativeProbability(-t);
            assertEquals(expected, StudentT.upperTail(t, df), 1e-10 * expected, "tail at " + t);
            assertEquals(1 - expected, StudentT.upperTail(-t, df), 1e-12, "tail at -" + t);
        }
        for (double alpha : new double[] {0.4, 0.1, 0.05, 0.01, 0.001, 1e-6}) {
            double expected = theirs.inverseCumulativeProbability(1 - alpha);
            assertEquals(expected, StudentT.quantile(alpha, df), 1e-8 * expected, "quantile of " + alpha);
        }
    }

    /** Two degrees of freedom have a closed form: t = (1 - 2a) sqrt(2 / (4 a (1 - a))). */
    @Test
    void agreesWithTheClosedFormOfTwoDegreesOfFreedom() {
        for (double alpha : new double[] {0.25, 0.05, 0.01, 1e-5}) {
            double expected = (1 - 2 * alpha) * Math.sqrt(2 / (4 * alpha * (1 - alpha)));
            assertEquals(expected, StudentT.quantile(alpha, 2), 1e-12 * expected);
        }
    }

    @Test
    void tailEndsAtZeroAndIsHalfInTheMiddle() {
        assertEquals(0.5, StudentT.upperTail(0, 7));
        assertEquals(0, StudentT.upperTail(Double.POSITIVE_INFINITY, 7));
        assertEquals(1, StudentT.upperTail(Double.NEGATIVE_INFINITY, 7));
        assertEquals(0, StudentT.upperTail(1e200, 7));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 1.5, 2, 7.25, 11.9, 12, 24.3, 150})
    void logGammaAgreesWithHipparchus(double x) {
        assertEquals(Gamma.logGamma(x), StudentT.logGamma(x), 1e-12 * Math.max(1, Math.abs(Gamma.logGamma(x))));
    }
}
