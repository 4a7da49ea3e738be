package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What series and threads really retain, measured in a JVM with the serial collector, beside what the registry says. */
class RetainedHeapIT {
    @Test
    void labelledSeriesTakesAtMost100BytesAtOneThread() throws Exception {
        Map<String, Long> figures = ChildJvm.run(Series.class, "-XX:+UseSerialGC", "-Xmx256m");

        long retained = figures.get("retained");
        assertTrue(retained <= 100L * Series.COUNT, retained + " bytes for " + Series.COUNT + " series");
        assertTrue(
                retained <= figures.get("reserved"),
                retained + " bytes retained, but only " + figures.get("reserved") + " reserved");
    }

    /** What the child of the first test runs: 10 000 series of two labels, recorded to by one thread. */
    static final class Series {
        static final int COUNT = 10_000;

        public static void main(String[] args) {
            String[] values = new String[100];
            for (int i = 0; i < values.length; i++) {
                values[i] = "value" + i;
            }
            MetricRegistry registry =
                    MetricRegistry.builder().cardinalityLimit(COUNT).build();
            Labelled<Counter> warm = registry.counter("warm").labels("a", "b").register();
            for (String value : values) {
                warm.bind(value, value).increment();
            }
            registry.snapshot();
            long before = ChildJvm.retainedBytes();
            long reservedBefore = registry.core().budget().used();

            Labelled<Counter> family =
                    registry.counter("measured").labels("a", "b").register();
            for (String a : values) {
                for (String b : values) {
                    family.bind(a, b).increment();
                }
            }

            ChildJvm.print("retained", ChildJvm.retainedBytes() - before);
            ChildJvm.print("reserved", registry.core().budget().used() - reservedBefore);
            if (registry.families().seriesCount() < COUNT) {
                throw new AssertionError("only " + registry.families().seriesCount() + " series");
            }
        }
    }

    @Test
    void memoryStaysUnderTheCapAndTotalsStayExact() throws Exception {
        Map<String, Long> uncapped = ChildJvm.run(Threads64.class, "-XX:+UseSerialGC", "-Xmx512m", "-Dcap=1000000000");
        Map<String, Long> capped = ChildJvm.run(Threads64.class, "-XX:+UseSerialGC", "-Xmx512m", "-Dcap=" + (4 << 20));

        long cells = 8L * Threads64.SERIES * Threads64.THREADS;
        long cap = 4 << 20;
        assertTrue(uncapped.get("recorders") >= cells, uncapped + ": " + cells + " bytes of cells alone");
        assertEquals(0L, uncapped.get("sharedStripes"));
        assertTrue(capped.get("highest") <= cap, capped + " passed the cap");
        assertTrue(capped.get("highest") >= cap - cap / 8 - 4096, capped + " did not reach the cap");
        assertTrue(capped.get("retained") <= cap, capped + " retained more than the cap");
        assertTrue(uncapped.get("retained") <= uncapped.get("highest"), uncapped + " retained more than was reserved");
        assertTrue(capped.get("sharedStripes") > 0, capped + ": no recorder shared a stripe");
        assertEquals(0L, capped.get("refusedSeries"));
        for (Map<String, Long> figures : java.util.List.of(uncapped, capped)) {
            assertEquals((long) Threads64.SERIES * Threads64.THREADS * Threads64.ROUNDS, figures.get("total"));
            assertEquals(0L, figures.get("wrongSeries"));
        }
    }

    /** What the children of the second test run: 64 live threads that record to 20 000 series each. */
    static final class Threads64 {
        static final int SERIES = 20_000;
        static final int THREADS = 64;
        static final int ROUNDS = 3;

        public static void main(String[] args) throws Exception {
            String[] values = new String[SERIES];
            for (int i = 0; i < SERIES; i++) {
                values[i] = "s" + i;
            }
            MetricRegistry warm = MetricRegistry.create();
            warm.counter("c").labels("a").register().bind("x").increment();
            warm.snapshot();
            warm.close();
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong highest = new AtomicLong();
            CountDownLatch start = new CountDownLatch(1);
            CountDownLatch recorded = new CountDownLatch(THREADS);
            CountDownLatch measured = new CountDownLatch(1);
            long before = ChildJvm.retainedBytes();

            MetricRegistry registry = MetricRegistry.builder()
                    .maxBytes(Long.getLong("cap"))
                    .cardinalityLimit(SERIES)
                    .build();
            Labelled<Counter> family = registry.counter("c").labels("a").register();
            for (String value : values) {
                family.bind(value);
            }
            long series = registry.core().budget().used();
            Thread sampler = new Thread(() -> {
                while (!over.get()) {
                    highest.accumulateAndGet(registry.core().budget().used(), Math::max);
                    LockSupport.parkNanos(100_000);
                }
            });
            sampler.start();
            for (int t = 0; t < THREADS; t++) {
                int offset = t * SERIES / THREADS;
                new Thread(() -> {
                            awaitQuietly(start);
                            for (int round = 0; round < ROUNDS; round++) {
                                for (int i = 0; i < SERIES; i++) {
                                    family.bind(values[(i + offset) % SERIES]).increment();
                                }
                            }
                            recorded.countDown();
                            awaitQuietly(measured);
                        })
                        .start();
            }
            start.countDown();
            recorded.await();
            registry.collect(new SnapshotVisitor());
            over.set(true);
            sampler.join();
            highest.accumulateAndGet((long) registry.snapshot().value("evenkeel.bytes"), Math::max);
            ChildJvm.print("highest", highest.get());
            ChildJvm.print("recorders", registry.core().budget().used() - series);
            ChildJvm.print("retained", ChildJvm.retainedBytes() - before);
            Snapshot snapshot = registry.snapshot();
            long total = 0;
            long wrong = 0;
            for (Point point : snapshot.points()) {
                if (point.descriptor().name().equals("c")) {
                    total += (long) point.value();
                    wrong += point.value() == (long) THREADS * ROUNDS ? 0 : 1;
                }
            }
            ChildJvm.print("total", total);
            ChildJvm.print("wrongSeries", wrong);
            ChildJvm.print("sharedStripes", (long) snapshot.value("evenkeel.memory.ladder", "shared_stripe"));
            ChildJvm.print("refusedSeries", (long) snapshot.value("evenkeel.memory.ladder", "overflow_series"));
            measured.countDown();
        }

        private static void awaitQuietly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
