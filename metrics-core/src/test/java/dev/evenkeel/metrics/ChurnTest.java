package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Threads that come and go by the thousand, a hundred collects a second and an eviction at every tenth: the total is exact, no
 * series ever shows less within one life, and what is left of the threads is bounded.
 *
 * <p>{@code -Devenkeel.churn.increments=..} sets how many increments each test makes; 10 000 000 without it.
 */
class ChurnTest {
    private static final long INCREMENTS = Long.getLong("evenkeel.churn.increments", 10_000_000);
    private static final int PLATFORM_THREADS = 10_000;
    private static final int VIRTUAL_THREADS = 100_000;
    private static final int ROUTES = 64;
    private static final long COLLECT_NANOS = 10_000_000;

    /** Every reading of the clock is another time: so a life of a series has a start of its own. */
    private final AtomicLong millis = new AtomicLong(1000);

    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(millis::incrementAndGet).build();
    private final Labelled<Counter> routes = registry.counter("routes")
            .labels("route")
            .cardinalityLimit(ROUTES - 8) // some overflow all the time
            .register();
    private final String[] names = new String[ROUTES];

    ChurnTest() {
        for (int i = 0; i < ROUTES; i++) {
            names[i] = "/route" + i;
        }
    }

    /** Collects a hundred times a second and evicts at random; notes the first reading that went backwards. */
    private final class Watcher extends Thread {
        private final Random random;
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicReference<String> backwards = new AtomicReference<>();
        long collects;
        long evictions;

        Watcher(long seed) {
            random = new Random(seed);
        }

        @Override
        public void run() {
            try {
                watch();
            } catch (Throwable e) {
                backwards.compareAndSet(null, "the watcher ended with " + e);
            }
        }

        private void watch() {
            record Life(String series, long start) {}
            Map<Life, Long> last = new HashMap<>();
            CollectVisitor visitor = new SnapshotVisitor() {
                @Override
                public void longCounter(Series series, long value) {
                    Long before = last.put(new Life(series.toString(), series.startEpochMillis()), value);
                    if (before != null && value < before) {
                        backwards.compareAndSet(null, series + ": " + before + " then " + value);
                    }
                }
            };
            long next = System.nanoTime();
            while (!stop.get() || collects < 10 || evictions == 0) { // a busy machine may starve this thread
                registry.collect(visitor);
                collects++;
                if (collects % 10 == 0 && routes.evict(names[random.nextInt(ROUTES)])) {
                    evictions++;
                }
                next += COLLECT_NANOS;
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
            }
        }
    }

    private void record(int thread, long times) {
        Counter bound = routes.bind(names[thread % ROUTES]);
        for (long i = 0; i < times; i++) {
            if ((i & 7) == 0) {
                bound = routes.bind(names[(int) ((thread + i) % ROUTES)]);
            }
            bound.increment();
        }
    }

    /** How many of {@link #INCREMENTS} the thread makes. */
    private static long share(int thread, int threads) {
        return INCREMENTS / threads + (thread < INCREMENTS % threads ? 1 : 0);
    }

    private void assertExact(Watcher watcher) throws InterruptedException {
        watcher.stop.set(true);
        watcher.join();
        registry.snapshot(); // what evicted series gained since the last collect is told to live ones
        long shown = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals("routes")) {
                shown += (long) point.value();
            }
        }
        assertNull(watcher.backwards.get());
        assertEquals(INCREMENTS, shown + routes.evicted().total(), "shown " + shown + " and " + routes.evicted());
        assertTrue(watcher.collects >= 10, watcher.collects + " collects");
        assertTrue(
                routes.evicted().series() > 0 && watcher.evictions > 0,
                watcher.evictions + " evictions wanted, " + routes.evicted());
        assertTrue(registry.snapshot().value("evenkeel.dropped", "overflowed") > 0);
        assertEquals(0.0, registry.snapshot().value("evenkeel.dropped", "late"));
    }

    private static long printedSeed(String test) {
        long seed = System.nanoTime();
        System.out.println("ChurnTest." + test + " evicts by seed " + seed);
        return seed;
    }

    @Test
    void shortLivedPlatformThreadsLoseNoIncrement() throws Exception {
        int keptAlive = 12;
        CountDownLatch recorded = new CountDownLatch(keptAlive);
        CountDownLatch checked = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Semaphore running = new Semaphore(64);
        Watcher watcher = new Watcher(printedSeed("shortLivedPlatformThreadsLoseNoIncrement"));
        watcher.start();

        Thread[] all = new Thread[PLATFORM_THREADS];
        for (int t = 0; t < PLATFORM_THREADS; t++) {
            int thread = t;
            boolean stays = t >= PLATFORM_THREADS - keptAlive;
            running.acquire();
            all[t] = new Thread(() -> {
                try {
                    record(thread, share(thread, PLATFORM_THREADS));
                    running.release();
                    if (stays) {
                        recorded.countDown();
                        checked.await();
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            });
            all[t].start();
        }
        for (int t = 0; t < PLATFORM_THREADS - keptAlive; t++) {
            all[t].join();
        }
        recorded.await();

        assertExact(watcher);
        int owned = registry.core().slabs().ownedSlabs();
        int spare = registry.core().slabs().spareSlabs();
        checked.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertNull(failure.get());
        assertEquals(keptAlive, owned, "owned slabs, and live threads that recorded");
        assertTrue(spare <= Math.max(8, keptAlive / 4), spare + " spares");
    }

    @Test
    void virtualThreadsLoseNoIncrement() throws Exception {
        Assumptions.assumeTrue(Threads.virtualThreadsExist(), "virtual threads need JDK 21");
        Watcher watcher = new Watcher(printedSeed("virtualThreadsLoseNoIncrement"));
        watcher.start();

        Threads.virtual(VIRTUAL_THREADS, t -> record(t, share(t, VIRTUAL_THREADS)));

        assertExact(watcher);
        assertEquals(0, registry.core().slabs().ownedSlabs());
        assertEquals(0, registry.core().slabs().spareSlabs());
    }
}
