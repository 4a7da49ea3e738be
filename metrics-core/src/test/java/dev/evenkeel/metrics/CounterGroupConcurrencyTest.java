package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Additions to a group are counted once, whoever makes them and however short it lives, and are seen all or none. */
class CounterGroupConcurrencyTest {
    /** Reads until told to stop: the second member is always 100 times the first, the third their sum; none shrinks. */
    private static final class Watcher extends Thread {
        final CounterGroup group;
        final AtomicBoolean stop = new AtomicBoolean();
        long reads;
        long torn;
        long shrunk;

        Watcher(CounterGroup group) {
            this.group = group;
        }

        @Override
        public void run() {
            long last = 0;
            while (!stop.get() || reads == 0) {
                GroupReading reading = group.read();
                reads++;
                if (reading.sum(1) != 100 * reading.sum(0) || reading.sum(2) != 101 * reading.sum(0)) {
                    torn++;
                }
                if (reading.sum(0) < last) {
                    shrunk++;
                }
                last = reading.sum(0);
            }
        }
    }

    private static CounterGroup group(MetricRegistry registry) {
        return registry.counterGroup("g")
                .member("requests")
                .member("bytes")
                .member("sum")
                .register();
    }

    private static void addAll(CounterGroup group, int times) {
        for (int i = 0; i < times; i++) {
            int n = i & 3;
            group.add(n, 100L * n, 101L * n);
        }
    }

    /** What {@link #addAll} adds to the first member. */
    private static long sum(int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += i & 3;
        }
        return sum;
    }

    @Test
    void everyAdditionIsCountedOnceByManyAndByShortLivedThreads() throws Exception {
        try (MetricRegistry registry = MetricRegistry.create()) {
            CounterGroup group = group(registry);
            Watcher watcher = new Watcher(group);
            watcher.start();

            Threads.together(32, t -> addAll(group, 20_000)); // more spares than are kept: some are folded
            registry.snapshot();
            for (int g = 0; g < 50; g++) {
                Threads.together(20, t -> addAll(group, 7));
            }
            long expected = 32 * sum(20_000) + 1000 * sum(7);
            if (Threads.virtualThreadsExist()) {
                Threads.virtual(5_000, t -> addAll(group, 50));
                expected += 5_000 * sum(50);
            }
            registry.snapshot();
            watcher.stop.set(true);
            watcher.join();

            Snapshot snapshot = registry.snapshot();
            assertEquals(expected, group.read().sum(0));
            assertEquals(expected, snapshot.value("g.requests"));
            assertEquals(100.0 * expected, snapshot.value("g.bytes"));
            assertEquals(101.0 * expected, snapshot.value("g.sum"));
            assertEquals(0, watcher.torn, () -> watcher.reads + " reads");
            assertEquals(0, watcher.shrunk, () -> watcher.reads + " reads");
            assertTrue(registry.core().slabs().spareSlabs() <= 8, "spares were folded");
        }
    }

    @Test
    void threadsPastTheCapShareStripesAndLoseNothing() throws Exception {
        long cap = 1 << 17;
        int threads = 200;
        try (MetricRegistry registry = MetricRegistry.builder().maxBytes(cap).build()) {
            CounterGroup group = group(registry);
            Watcher watcher = new Watcher(group);
            watcher.start();
            CountDownLatch allRecorded = new CountDownLatch(threads);
            AtomicLong waited = new AtomicLong();

            Threads.together(threads, t -> {
                addAll(group, 2_000);
                allRecorded.countDown();
                try {
                    allRecorded.await(); // all alive together, so that no slab is adopted
                    waited.incrementAndGet();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            watcher.stop.set(true);
            watcher.join();

            Snapshot snapshot = registry.snapshot();
            assertEquals(threads, waited.get());
            assertEquals(threads * sum(2_000), group.read().sum(0));
            assertEquals(0, watcher.torn, () -> watcher.reads + " reads");
            assertEquals(0, watcher.shrunk);
            assertTrue(snapshot.value("evenkeel.memory.ladder", "shared_stripe") > 0);
            assertTrue(snapshot.value("evenkeel.bytes") <= cap, () -> snapshot.value("evenkeel.bytes") + " bytes");
        }
    }
}
