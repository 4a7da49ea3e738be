package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final MaxTracker max = registry.maxTracker("max").register();
    private final MinTracker min = registry.minTracker("min").register();

    @Test
    void absentBeforeTheFirstRecord() {
        boolean[] shown = new boolean[1];

        registry.collect(new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {
                shown[0] |= family.name().equals("max") || family.name().equals("min");
            }

            @Override
            public void longCounter(Series series, long value) {}

            @Override
            public void doubleCounter(Series series, double value) {}

            @Override
            public void gauge(Series series, double value) {}

            @Override
            public void histogram(Series series, HistogramReading reading) {}
        });

        assertFalse(shown[0], "a family without series was shown");
        assertEquals(OptionalLong.empty(), max.highest());
        assertEquals(OptionalLong.empty(), min.lowest());
    }

    @Test
    void everySignAndBothEndsAreTold() {
        for (long value : new long[] {-5, -9, 0, 3, -1}) {
            max.record(value);
            min.record(value);
        }

        assertEquals(OptionalLong.of(3), max.highest());
        assertEquals(OptionalLong.of(-9), min.lowest());
        Snapshot snapshot = registry.snapshot();
        assertEquals(3.0, snapshot.value("max"));
        assertEquals(-9.0, snapshot.value("min"));

        max.record(Long.MAX_VALUE);
        min.record(Long.MIN_VALUE);

        assertEquals(OptionalLong.of(Long.MAX_VALUE), max.highest());
        assertEquals(OptionalLong.of(Long.MIN_VALUE), min.lowest());
    }

    @Test
    void singleNegativeValueIsNotRaisedToZero() {
        max.record(-40);
        min.record(40);

        assertEquals(OptionalLong.of(-40), max.highest());
        assertEquals(OptionalLong.of(40), min.lowest());
    }

    @Test
    void worstOfAllLongsIsRecordedAsTheNextOneAndCounted() {
        max.record(Long.MIN_VALUE);
        min.record(Long.MAX_VALUE);

        assertEquals(OptionalLong.of(Long.MIN_VALUE + 1), max.highest());
        assertEquals(OptionalLong.of(Long.MAX_VALUE - 1), min.lowest());
        assertEquals(2.0, registry.snapshot().value("evenkeel.dropped", "clamped"));
    }

    @Test
    void thousandThreadsAreExact() throws Exception {
        Labelled<MaxTracker> byKey = registry.maxTracker("by.key").labels("k").register();
        int threads = 1000;
        long[] highest = new long[threads];
        long[] lowest = new long[threads];

        Threads.together(threads, t -> {
            Random random = new Random(t);
            long high = Long.MIN_VALUE;
            long low = Long.MAX_VALUE;
            for (int i = 0; i < 200; i++) {
                long value = random.nextLong() >> 1;
                max.record(value);
                min.record(value);
                byKey.bind("k" + i % 2).record(value);
                high = Math.max(high, value);
                low = Math.min(low, value);
            }
            highest[t] = high;
            lowest[t] = low;
        });

        long high = java.util.Arrays.stream(highest).max().getAsLong();
        long low = java.util.Arrays.stream(lowest).min().getAsLong();
        assertEquals(OptionalLong.of(high), max.highest());
        assertEquals(OptionalLong.of(low), min.lowest());
        assertEquals(
                high,
                Math.max(
                        byKey.bind("k0").highest().getAsLong(),
                        byKey.bind("k1").highest().getAsLong()));
        assertEquals((double) high, registry.snapshot().value("max"));
    }

    /** Dead threads' slabs are folded into a stripe; what they held must neither vanish nor be added up. */
    @Test
    void foldedSlabsKeepTheirExtremes() throws Exception {
        for (int generation = 0; generation < 20; generation++) {
            int base = generation * 1000;
            Threads.together(50, t -> {
                max.record(base + t);
                min.record(-base - t);
            });
            assertEquals(OptionalLong.of(base + 49), max.highest());
            assertEquals(base + 49.0, registry.snapshot().value("max"));
            assertEquals(OptionalLong.of(-base - 49), min.lowest());
        }
    }

    @Test
    void virtualThreadsAreExact() throws Exception {
        if (!Threads.virtualThreadsExist()) {
            return;
        }

        Threads.virtual(10_000, t -> max.record(t * 7919L % 10_007));

        long expected = 0;
        for (long t = 0; t < 10_000; t++) {
            expected = Math.max(expected, t * 7919L % 10_007);
        }
        assertEquals(OptionalLong.of(expected), max.highest());
        assertTrue(expected > 9000);
    }
}
