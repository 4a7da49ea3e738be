package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Readings while others record: each is whole, none shows less than the one before, and nothing is lost at the end. */
class HistogramConcurrencyTest {
    private static final SlidingWindow WINDOW = SlidingWindow.of(Duration.ofMillis(50), 10);
    private static final int CUMULATIVE_READINGS = 700_000;
    private static final int WINDOW_READINGS = 270_000;
    private static final int DELTA_READINGS = 30_000;

    private final MetricRegistry registry = MetricRegistry.create();
    private final Histogram histogram =
            registry.histogram("h").digits(1).windows(WINDOW).register();

    /** What two writers record: values of three octaves, so that windows grow, and buckets that readers hold grow with them. */
    private static long value(long n) {
        return (n * 0x9E3779B97F4A7C15L) >>> 59 << (n & 1);
    }

    @Test
    void countIsTheSumOfTheBucketsInAMillionReadings() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        LongAdder recorded = new LongAdder();
        LongAdder sum = new LongAdder();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 2; w++) {
            Thread writer = new Thread(() -> {
                long n = 0;
                long mine = 0;
                while (!done.get()) {
                    long value = value(n++);
                    histogram.record(value);
                    mine += value;
                }
                recorded.add(n);
                sum.add(mine);
            });
            writer.start();
            writers.add(writer);
        }
        double fromDeltas = 0;
        try {
            HistogramReading last = histogram.read();
            for (int i = 0; i < CUMULATIVE_READINGS; i++) {
                HistogramReading reading = histogram.read();
                assertWhole(reading);
                assertTrue(reading.count() >= last.count(), "the count shrank");
                assertTrue(reading.sum() >= last.sum(), "the sum shrank");
                assertTrue(reading.countAtOrBelow(15) >= last.countAtOrBelow(15), "buckets shrank");
                last = reading;
            }
            for (int i = 0; i < WINDOW_READINGS; i++) {
                WindowReading reading = histogram.read(WINDOW);
                assertWhole(reading);
                assertTrue(reading.sum() >= 0, "values were taken off twice");
            }
        } finally {
            done.set(true);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertEquals(recorded.sum(), histogram.read().count());
        assertEquals((double) sum.sum(), histogram.read().sum());

        // Deltas from what there is now, while others record again.
        MetricReader reader = registry.deltaReader();
        long before = histogram.read().count();
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (long n = 0; !enough.get(); n++) {
                histogram.record(value(n));
            }
        });
        writer.start();
        DeltaVisitor visitor = new DeltaVisitor();
        try {
            for (int i = 0; i < DELTA_READINGS; i++) {
                reader.collect(visitor);
            }
        } finally {
            enough.set(true);
        }
        writer.join();
        reader.collect(visitor);
        assertEquals(histogram.read().count() - before, visitor.count);
        registry.close();
    }

    private static void assertWhole(HistogramReading reading) {
        long sum = 0;
        for (int b = 0; b < reading.bucketCount(); b++) {
            long count = reading.bucketCountAt(b);
            if (count <= 0) {
                throw new AssertionError("bucket " + reading.bucketLow(b) + " holds " + count);
            }
            sum += count;
        }
        if (sum != reading.count()) {
            throw new AssertionError("buckets hold " + sum + ", the count is " + reading.count());
        }
    }

    private static final class DeltaVisitor implements CollectVisitor {
        long count;

        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void longCounter(Series series, long value) {}

        @Override
        public void doubleCounter(Series series, double value) {}

        @Override
        public void gauge(Series series, double value) {}

        @Override
        public void histogram(Series series, HistogramReading reading) {
            assertWhole(reading);
            if (series.descriptor().name().equals("h")) {
                count += reading.count();
            }
        }
    }

    /** Windows of dead threads are adopted by new ones, and folded when there are too many; readers see them once. */
    @Test
    void valuesOfDeadThreadsAreSeenOnce() throws Exception {
        int generations = 30;
        int threads = 40; // more than spares are kept
        int each = 50;
        AtomicBoolean done = new AtomicBoolean();
        AtomicBoolean shrank = new AtomicBoolean();
        Thread reading = new Thread(() -> {
            double count = 0;
            double sum = 0;
            while (!done.get()) {
                HistogramPoint point =
                        registry.snapshot().find("h").orElseThrow().histogram(); // a collect folds
                shrank.compareAndSet(false, point.count() < count || point.sum() < sum);
                count = point.count();
                sum = point.sum();
            }
        });
        reading.start();
        for (int g = 0; g < generations; g++) {
            Threads.together(threads, t -> {
                for (int i = 0; i < each; i++) {
                    histogram.record(i);
                }
            });
        }
        done.set(true);
        reading.join();

        HistogramReading all = histogram.read();
        assertTrue(!shrank.get(), "a reading showed less than the one before");
        assertEquals((long) generations * threads * each, all.count());
        assertEquals((double) generations * threads * each * (each - 1) / 2, all.sum());
        registry.close();
    }

    @Test
    @EnabledIf("dev.evenkeel.metrics.Threads#virtualThreadsExist")
    void virtualThreadsAndPlatformThreadsTogetherAreExact() throws Exception {
        int threads = 200;
        int each = 200;
        Thread platform = new Thread(() -> {
            for (int i = 0; i < each; i++) {
                histogram.record(i);
            }
        });
        platform.start();

        Threads.virtual(threads, t -> {
            for (int i = 0; i < each; i++) {
                histogram.record(i);
            }
        });
        platform.join();

        assertEquals((long) (threads + 1) * each, histogram.read().count());
        assertEquals(
                (double) (threads + 1) * each * (each - 1) / 2, histogram.read().sum());
        registry.close();
    }
}
