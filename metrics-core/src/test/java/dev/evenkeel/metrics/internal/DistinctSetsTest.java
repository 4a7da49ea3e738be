package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctSetsTest {
    private static final String BASE_62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final DistinctSets sets = new DistinctSets();

    private static String base62(int number, int length) {
        char[] digits = new char[length];
        int rest = number;
        for (int i = length - 1; i >= 0; i--) {
            digits[i] = BASE_62.charAt(rest % 62);
            rest /= 62;
        }
        return new String(digits);
    }

    @Test
    void nothingAddedIsZero() {
        assertEquals(0, sets.estimate());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000})
    void setsWithDifferentHashesAreWithinThreePercent(int n) {
        for (int i = 0; i < n; i++) {
            sets.add("user-" + i, "status");
        }

        assertEquals(n, sets.estimate(), 0.03 * n);
    }

    /** Of ids that a counter makes in base 62, hashCode alone loses up to 88 %. */
    @ParameterizedTest
    @ValueSource(ints = {100_000, 300_000, 1_000_000, 3_000_000})
    void sharedHashesAreMended(int n) {
        DistinctEstimate quick = new DistinctEstimate();
        for (int seed = 0; seed < 3; seed++) {
            DistinctSets each = new DistinctSets();
            for (int i = 0; i < n; i++) {
                String id = base62(1_000_000 + seed * 10_000_000 + i, 6);
                each.add(id);
                if (seed == 0) {
                    quick.add(LabelHash.of(id));
                }
            }

            assertEquals(n, each.estimate(), 0.12 * n);
        }
        assertTrue(quick.estimate() < 0.5 * n, quick.estimate() + " of " + n);
    }

    @Test
    void mendedEstimateCountsSetsAndNotMeasurements() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 100_000; i++) {
                sets.add(base62(1_000_000 + i, 6), "a", "b");
            }
        }

        assertEquals(100_000, sets.estimate(), 12_000);
    }

    /** The limit that the class states: all in one hash, which is chosen or not. */
    @Test
    void valuesMadeToCollideAreUnderestimated() {
        for (int i = 0; i < 1 << 12; i++) {
            StringBuilder value = new StringBuilder();
            for (int bit = 0; bit < 12; bit++) {
                value.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            sets.add(value.toString());
        }

        assertEquals(1, sets.estimate());
    }

    @Test
    void formsCountTheSameSets() {
        for (int i = 0; i < 5000; i++) {
            String id = base62(1_000_000 + i, 6);
            sets.add(id);
            sets.add(new String[] {id});
            sets.add(id, "a");
            sets.add(new String[] {id, "a"});
            sets.add(id, "a", "b");
            sets.add(new String[] {id, "a", "b"});
        }
        DistinctSets arrays = new DistinctSets();
        for (int i = 0; i < 5000; i++) {
            String id = base62(1_000_000 + i, 6);
            arrays.add(new String[] {id});
            arrays.add(new String[] {id, "a"});
            arrays.add(new String[] {id, "a", "b"});
        }

        assertEquals(arrays.estimate(), sets.estimate());
    }

    @Test
    void bytesAreThoseOfThreeEstimates() {
        assertEquals(32 + (16_384 + 40) + 2 * (4_096 + 40), DistinctSets.bytesOf());
    }
}
