package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LocalRecorderTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final Counter counter = registry.counter("counter").register();
    private final Histogram histogram = registry.histogram("histogram").register();

    @Test
    void recordsReachTheCounterWithTheirBatch() {
        LocalRecorder local = counter.localRecorder(3);

        local.record(1);
        local.record(10);
        assertEquals(0, counter.sum());
        assertEquals(2, local.pending());
        local.record(100);
        assertEquals(111, counter.sum());
        assertEquals(0, local.pending());
        local.record(5);
        local.flush();
        local.flush();

        assertEquals(116, counter.sum());
    }

    @Test
    void recordsReachTheHistogramWithTheirBatch() {
        LocalRecorder local = histogram.localRecorder(3);

        local.record(1);
        local.record(10);
        assertEquals(0, histogram.read().count());
        local.record(1_000_000);

        assertEquals(3, histogram.read().count());
        assertEquals(1_000_011.0, histogram.read().sum());
    }

    @Test
    void closeFlushesAndLaterRecordsArePassedOnAtOnce() {
        LocalRecorder local = counter.localRecorder(100);
        local.record(4);

        local.close();
        local.close();
        assertEquals(4, counter.sum());
        local.record(3);

        assertEquals(7, counter.sum());
        assertEquals(0, local.pending());
    }

    @Test
    void amountsThatWouldWrapArePassedOnBefore() {
        LocalRecorder local = counter.localRecorder(100);

        local.record(Long.MAX_VALUE - 1);
        local.record(1);
        assertEquals(2, local.pending());
        local.flush();

        assertEquals(Long.MAX_VALUE, counter.sum());
        LocalRecorder wraps = counter.localRecorder(100);
        wraps.record(Long.MAX_VALUE);
        wraps.record(5);
        assertEquals(1, wraps.pending(), "the first one went ahead");
    }

    @Test
    void ruleForWhatIsOutOfRangeIsTheInstruments() {
        LocalRecorder amounts = counter.localRecorder(2);
        LocalRecorder values = histogram.localRecorder(2);

        amounts.record(-1);
        assertEquals(0, amounts.pending());
        values.record(-1);
        values.record(Long.MAX_VALUE);

        Snapshot snapshot = registry.snapshot();
        assertEquals(1.0, snapshot.value("evenkeel.dropped", "negative"));
        assertEquals(2.0, snapshot.value("evenkeel.dropped", "clamped"));
        assertEquals(2, histogram.clamped());
        assertEquals(Histogram.highestValue(), histogram.read().sum());
    }

    /** Any sequence of records and flushes ends as if each had been recorded directly. */
    @Test
    void randomSequencesAreExactAfterFlush() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            MetricRegistry fresh = MetricRegistry.create();
            Labelled<Histogram> pair = fresh.histogram("pair")
                    .digits(1 + (int) (seed % 3))
                    .labels("how")
                    .register();
            Histogram direct = pair.bind("direct");
            Histogram batched = pair.bind("batched");
            Counter sum = fresh.counter("sum").register();
            int batch = 1 + random.nextInt(50);
            LocalRecorder values = batched.localRecorder(batch);
            LocalRecorder amounts = sum.localRecorder(batch);
            long expected = 0;
            int records = random.nextInt(400);
            for (int i = 0; i < records; i++) {
                long value = random.nextLong() >>> 16 + random.nextInt(48);
                direct.record(value);
                values.record(value);
                amounts.record(value);
                expected += value;
                if (random.nextInt(40) == 0) {
                    values.flush();
                    amounts.flush();
                }
                assertTrue(values.pending() < batch, "seed " + seed);
                assertEquals(i + 1, batched.count() + values.pending(), "seed " + seed);
            }
            values.close();
            amounts.close();

            String message = "seed " + seed;
            assertEquals(expected, sum.sum(), message);
            HistogramReading one = direct.read();
            HistogramReading other = batched.read();
            assertEquals(one.count(), other.count(), message);
            assertEquals(one.sum(), other.sum(), message);
            assertArrayEquals(buckets(one), buckets(other), message);
        }
    }

    private static long[] buckets(HistogramReading reading) {
        long[] all = new long[2 * reading.bucketCount()];
        for (int i = 0; i < reading.bucketCount(); i++) {
            all[2 * i] = reading.bucketLow(i);
            all[2 * i + 1] = reading.bucketCountAt(i);
        }
        return all;
    }

    @Test
    void manyThreadsWithARecorderEachAreExact() throws Exception {
        Threads.together(32, t -> {
            try (LocalRecorder amounts = counter.localRecorder(64);
                    LocalRecorder values = histogram.localRecorder(64)) {
                for (int i = 0; i < 5_000; i++) {
                    amounts.record(2);
                    values.record((long) i << t);
                }
            }
        });

        assertEquals(32 * 5_000 * 2, counter.sum());
        assertEquals(32 * 5_000, histogram.read().count());
    }

    @Test
    void virtualThreadsAreExact() throws Exception {
        if (!Threads.virtualThreadsExist()) {
            return;
        }

        Threads.virtual(500, t -> {
            try (LocalRecorder values = histogram.localRecorder(8)) {
                for (int i = 0; i < 20; i++) {
                    values.record(i);
                }
            }
        });

        assertEquals(10_000, histogram.read().count());
        assertEquals(500.0 * 190, histogram.read().sum());
    }

    @Test
    void batchAfterCloseOfTheRegistryIsLate() {
        LocalRecorder amounts = counter.localRecorder(10);
        LocalRecorder values = histogram.localRecorder(10);
        for (int i = 0; i < 3; i++) {
            amounts.record(100);
            values.record(100);
        }

        registry.close();
        amounts.flush();
        values.flush();

        assertEquals(6.0, registry.snapshot().value("evenkeel.dropped", "late"));
        assertEquals(0, amounts.pending());
    }

    @Test
    void batchOutsideItsRangeIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> counter.localRecorder(0));

        assertEquals(
                "Cannot make a local recorder of \"counter\" that flushes every 0 records: it passes on whole batches of 1 "
                        + "to 65536, and what is pending when its thread dies is lost. 64 gives most of the gain.",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> histogram.localRecorder(65_537));
    }
}
