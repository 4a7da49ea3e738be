package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketLayoutTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void bucketsAreHdrHistograms(int digits) {
        long seed = 7;
        Random random = new Random(seed);
        BucketLayout layout = BucketLayout.ofDigits(digits);
        Histogram reference = new Histogram(1, BucketLayout.MAX_VALUE, digits);

        for (int i = 0; i < 200_000; i++) {
            long value = i < 5000 ? i : random.nextLong() >>> 16 + random.nextInt(48);
            int index = layout.indexOf(value);
            assertEquals(reference.lowestEquivalentValue(value), layout.lowOf(index), "seed " + seed + ", " + value);
            assertEquals(reference.highestEquivalentValue(value), layout.highOf(index), "seed " + seed + ", " + value);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void bucketsJoinWithoutGapAndKeepTheirPrecision(int digits) {
        BucketLayout layout = BucketLayout.ofDigits(digits);

        assertEquals(0, layout.lowOf(0));
        for (int i = 0; i < layout.bucketCount(); i++) {
            assertEquals(i, layout.indexOf(layout.lowOf(i)));
            assertEquals(i, layout.indexOf(layout.highOf(i)));
            if (i > 0) {
                assertEquals(layout.highOf(i - 1) + 1, layout.lowOf(i));
                double width = layout.highOf(i) - layout.lowOf(i);
                assertTrue(width <= layout.lowOf(i) * Math.pow(10, -digits), "bucket " + i);
            }
        }
        assertEquals(BucketLayout.MAX_VALUE, layout.highOf(layout.bucketCount() - 1));
    }
}
