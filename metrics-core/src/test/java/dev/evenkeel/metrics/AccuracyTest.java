package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows read within 1 % at 2 digits and 0.1 % at 3 of a sorted array of what was recorded in the interval that they say. */
class AccuracyTest {
    @ParameterizedTest
    @EnumSource(Accuracy.Scenario.class)
    void windowsAreWithinTheirDigitsOfASortedArray(Accuracy.Scenario scenario) throws Exception {
        long seed = 20_261_121;
        for (int digits = 2; digits <= 3; digits++) {
            int d = digits;

            Accuracy.Errors errors =
                    Accuracy.run(scenario, time -> new Accuracy.Ours(time, d, true), seed + scenario.ordinal());

            assertTrue(errors.readings() >= 3, errors.readings() + " readings only");
            assertEquals(0, errors.miscounts(), "readings that held more or less than their interval");
            if (scenario != Accuracy.Scenario.LATE_READER) { // nobody took slices there: its first interval says so
                assertTrue(errors.longestNanos() <= 61 * Accuracy.SECOND, "a minute took " + errors.longestNanos());
            }
            for (int q = 0; q < Accuracy.QUANTILES.length; q++) {
                assertTrue(
                        errors.worst(q) <= Math.pow(10, -digits),
                        "seed " + seed + ", " + digits + " digits, quantile " + Accuracy.QUANTILES[q] + ": "
                                + errors.worst(q));
            }
        }
    }

    @Test
    void theComparisonSeesTheErrorOfOneDigit() throws Exception {
        Accuracy.Errors errors =
                Accuracy.run(Accuracy.Scenario.UNIFORM, time -> new Accuracy.Ours(time, 1, true), 20_261_121);

        assertTrue(errors.worst(1) > 0.01 && errors.worst(1) < 0.07, "error at one digit: " + errors.worst(1));
    }
}
