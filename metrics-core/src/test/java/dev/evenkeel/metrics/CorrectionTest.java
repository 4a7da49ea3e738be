package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Coordinated omission: what a caller that waits for each answer did not send while it waited. */
class CorrectionTest {
    private static final long MILLI = 1_000_000;

    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void addsExactlyWhatHdrHistogramAdds() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Histogram ours =
                    registry.histogram("h" + round).digits(1 + round % 3).register();
            org.HdrHistogram.Histogram theirs =
                    new org.HdrHistogram.Histogram(1, Histogram.highestValue(), 1 + round % 3);
            for (int i = 0; i < 20; i++) {
                long value = random.nextInt(1_000_000);
                long interval = random.nextInt(3) - 1 + random.nextInt(1 + random.nextInt(2_000_000));
                if (interval > 0 && value / interval > 5_000) {
                    continue;
                }

                ours.recordWithExpectedInterval(value, interval);
                theirs.recordValueWithExpectedInterval(value, interval);
            }
            assertEquals(theirs, ours.read().toHdrHistogram(), "seed " + seed + ", round " + round);
        }
    }

    @Test
    void aStalledRecorderIsSeenOnlyWithTheCorrection() {
        Timer naive = registry.timer("naive").register();
        Timer corrected = registry.timer("corrected").register();
        long interval = 10 * MILLI; // 100 requests a second, one after the other

        for (int second = 0; second < 100; second++) { // 100 s at 1 ms, then a stall of 100 s
            for (int i = 0; i < 100; i++) {
                naive.record(MILLI);
                corrected.recordWithExpectedInterval(MILLI, interval);
            }
        }
        naive.record(100_000 * MILLI);
        corrected.recordWithExpectedInterval(100_000 * MILLI, interval);

        // Half of the time nothing went through: half of those who would have come waited, 50 s on average.
        assertEquals(10_001, naive.read().count());
        assertEquals(20_000, corrected.read().count());
        assertEquals(MILLI, naive.read().valueAtQuantile(0.9999), 0.01 * MILLI);
        assertEquals(MILLI, corrected.read().valueAtQuantile(0.5), 0.01 * MILLI);
        assertEquals(50_000 * MILLI, corrected.read().valueAtQuantile(0.75), 500.0 * MILLI);
        assertEquals(98_000 * MILLI, corrected.read().valueAtQuantile(0.99), 980.0 * MILLI);
        assertEquals(1e4 * MILLI + 1e4 * 50_005 * MILLI, corrected.read().sum());
    }

    @Test
    void theLimitLeavesOutTheShortestAndCountsThem() {
        Histogram histogram = registry.histogram("h").digits(3).register();

        long added = histogram.recordWithExpectedInterval(1000, 100, 3);

        assertEquals(3, added);
        assertEquals(List.of(700L, 800L, 900L, 1000L), lows(histogram.read()));
        assertEquals(6, registry.snapshot().value("evenkeel.dropped", "correction")); // 600 to 100
    }

    @Test
    void atTheLimitNothingIsLeftOut() {
        Histogram histogram = registry.histogram("h").register();

        assertEquals(9, histogram.recordWithExpectedInterval(1000, 100, 9));
        assertEquals(8, histogram.recordWithExpectedInterval(1000, 100, 8));

        assertEquals(1, registry.snapshot().value("evenkeel.dropped", "correction"));
    }

    @Test
    void theDefaultLimitBoundsTheWork() {
        Histogram histogram = registry.histogram("h").register();

        histogram.recordWithExpectedInterval(Long.MAX_VALUE, 1);

        assertEquals(1 + Histogram.DEFAULT_CORRECTION_LIMIT, histogram.read().count());
        assertEquals(1, histogram.clamped());
        assertEquals(
                (double) Histogram.highestValue() - 1 - Histogram.DEFAULT_CORRECTION_LIMIT,
                registry.snapshot().value("evenkeel.dropped", "correction"));
    }

    @Test
    void withoutAnIntervalOrWithALongOneOnlyTheValueCounts() {
        Histogram histogram = registry.histogram("h").register();

        assertEquals(0, histogram.recordWithExpectedInterval(100, 0, 10));
        assertEquals(0, histogram.recordWithExpectedInterval(100, -5, 10));
        assertEquals(0, histogram.recordWithExpectedInterval(100, 51, 10));
        assertEquals(0, histogram.recordWithExpectedInterval(100, Long.MAX_VALUE, 10));
        assertEquals(0, histogram.recordWithExpectedInterval(-1, 1, 10));
        assertEquals(0, histogram.recordWithExpectedInterval(0, 1, 10));
        assertEquals(1, histogram.recordWithExpectedInterval(100, 50, 10));

        assertEquals(8, histogram.read().count());
    }

    @Test
    void aNegativeLimitIsRefused() {
        Histogram histogram = registry.histogram("h").register();

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> histogram.recordWithExpectedInterval(1, 1, -1));

        assertEquals(
                "Cannot add at most -1 records to a value of \"h\": a limit is a number of records, 0 or more. Pass 0 to record"
                        + " values as they are, or Histogram.DEFAULT_CORRECTION_LIMIT.",
                e.getMessage());
        assertEquals(0, histogram.read().count());
    }

    private static List<Long> lows(HistogramReading reading) {
        return java.util.stream.IntStream.range(0, reading.bucketCount())
                .mapToObj(reading::bucketLow)
                .toList();
    }
}
