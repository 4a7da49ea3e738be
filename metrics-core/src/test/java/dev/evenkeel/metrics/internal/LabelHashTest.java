package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelHashTest {
    private static final int VALUES = 1_000_000;
    private static final String BASE_62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /** What fills a label in practice, and how much of it String.hashCode alone would lose. */
    enum Family {
        USER_NUMBER(0),
        PLAIN_NUMBER(0),
        UUIDS(0.0002),
        IPV4(0),
        E_MAIL(0),
        PATH(0),
        ISO_TIME(0.005),
        HEX_COUNTER(0),
        BASE62_COUNTER(0.882),
        BASE62_SCATTERED_5(0.02),
        BASE62_RANDOM_22(0.0002);

        final double mostLossOfHashCode;

        Family(double mostLossOfHashCode) {
            this.mostLossOfHashCode = mostLossOfHashCode;
        }

        String value(int i, SplittableRandom random) {
            return switch (this) {
                case USER_NUMBER -> "user-" + (1_000_000 + i);
                case PLAIN_NUMBER -> Integer.toString(i);
                case UUIDS -> new UUID(random.nextLong(), random.nextLong()).toString();
                case IPV4 -> "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
                case E_MAIL -> "u" + i + "@example.com";
                case PATH -> "/users/" + i / 1000 + "/orders/" + i % 1000;
                case ISO_TIME -> Instant.ofEpochSecond(1_700_000_000L + i).toString();
                case HEX_COUNTER -> Integer.toHexString(0x1000_0000 + i);
                case BASE62_COUNTER -> base62(1_000_000 + i, 6);
                case BASE62_SCATTERED_5 -> base62(i * 387_420_489L % 916_132_832L, 5);
                case BASE62_RANDOM_22 -> base62(random.nextLong(1L << 62), 11) + base62(random.nextLong(1L << 62), 11);
            };
        }
    }

    private static String base62(long number, int length) {
        char[] digits = new char[length];
        long rest = number;
        for (int i = length - 1; i >= 0; i--) {
            digits[i] = BASE_62.charAt((int) (rest % 62));
            rest /= 62;
        }
        return new String(digits);
    }

    @ParameterizedTest
    @EnumSource
    void estimateOfFamilyIsWithinThreePercentUnlessTheQuickHashFails(Family family) {
        SplittableRandom random = new SplittableRandom(42);
        DistinctEstimate byQuick = new DistinctEstimate();
        DistinctEstimate byFull = new DistinctEstimate();
        DistinctSets sets = new DistinctSets();
        long[] quick = new long[VALUES];
        long[] full = new long[VALUES];
        for (int i = 0; i < VALUES; i++) {
            String value = family.value(i, random); // another one each time
            quick[i] = LabelHash.of(value);
            full[i] = LabelHash.full(value);
            byQuick.add(quick[i]);
            byFull.add(full[i]);
            sets.add(value);
        }
        double loss = loss(quick);
        double error = sets.estimate() / (double) VALUES - 1;
        String figures = String.format(
                "%s: quick hash loses %.4f %% (estimate %+.2f %%), full %.4f %% (%+.2f %%), sets %+.2f %%",
                family,
                100 * loss,
                100 * (byQuick.estimate() / (double) VALUES - 1),
                100 * loss(full),
                100 * (byFull.estimate() / (double) VALUES - 1),
                100 * error);

        assertEquals(0, loss(full), figures);
        assertEquals(VALUES, byFull.estimate(), 0.03 * VALUES, figures);
        assertTrue(loss <= family.mostLossOfHashCode, figures);
        assertTrue(loss >= 0.9 * family.mostLossOfHashCode || loss < 0.005, "tighten the bound: " + figures);
        assertTrue(Math.abs(error) <= (loss > 0.1 ? 0.1 : 0.03), figures);
    }

    /** The part of the values whose hash another one has already. */
    private static double loss(long[] hashes) {
        Arrays.sort(hashes);
        int lost = 0;
        for (int i = 1; i < hashes.length; i++) {
            if (hashes[i] == hashes[i - 1]) {
                lost++;
            }
        }
        return lost / (double) hashes.length;
    }

    @Test
    void pairsOfCountersAreToldApart() {
        long[] hashes = new long[VALUES];
        Set<Integer> usual = new HashSet<>();
        DistinctEstimate estimate = new DistinctEstimate();

        for (int i = 0; i < VALUES; i++) {
            String user = "user-" + (100_000 + i / 1000);
            String order = "order-" + (100_000 + i % 1000);
            hashes[i] = LabelHash.of(user, order);
            estimate.add(hashes[i]);
            usual.add(31 * user.hashCode() + order.hashCode());
        }

        assertEquals(0, loss(hashes));
        assertEquals(VALUES, estimate.estimate(), 0.03 * VALUES);
        assertEquals(36_100, usual.size(), "the figure that the class gives for 31 * a + b");
    }

    @Test
    void formsAgreeAndOrderCounts() {
        assertEquals(LabelHash.of("a"), LabelHash.of(new String[] {"a"}));
        assertEquals(LabelHash.of("a", ""), LabelHash.of(new String[] {"a", ""}));
        assertEquals(LabelHash.of("a", "", "long value"), LabelHash.of(new String[] {"a", "", "long value"}));
        assertEquals(LabelHash.full("a"), LabelHash.full(new String[] {"a"}));
        assertEquals(LabelHash.full("a", ""), LabelHash.full(new String[] {"a", ""}));
        assertEquals(LabelHash.full("a", "", "long value"), LabelHash.full(new String[] {"a", "", "long value"}));
        assertNotEquals(LabelHash.of("a", "b"), LabelHash.of("b", "a"));
        assertNotEquals(LabelHash.full("ab", "c"), LabelHash.full("a", "bc"));
        assertNotEquals(LabelHash.full("", "a"), LabelHash.full("a", ""));
        assertEquals(LabelHash.of("Aa"), LabelHash.of("BB"));
        assertNotEquals(LabelHash.full("Aa"), LabelHash.full("BB"));
    }
}
