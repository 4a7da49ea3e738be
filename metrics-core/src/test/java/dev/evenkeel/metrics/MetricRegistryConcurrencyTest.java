package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Every record is counted once, whoever makes it and however short it lives, and no collect ever shows less. */
class MetricRegistryConcurrencyTest {
    private static final int ROUTES = 20;

    private final MetricRegistry registry = MetricRegistry.create();
    private final Counter counter = registry.counter("total").register();
    private final Labelled<Counter> routes =
            registry.counter("routes").labels("route").register();
    private final Histogram histogram = registry.histogram("sizes").register();

    /** Collects until told to stop, and notes the first value that went backwards. */
    private final class Watcher extends Thread {
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicReference<String> backwards = new AtomicReference<>();
        int collects;

        @Override
        public void run() {
            Map<Series, Long> last = new HashMap<>();
            Map<Series, long[]> lastBuckets = new HashMap<>();
            CollectVisitor visitor = new CollectVisitor() {
                @Override
                public void family(MetricDescriptor family) {}

                @Override
                public void longCounter(Series series, long value) {
                    check(series, value);
                }

                @Override
                public void doubleCounter(Series series, double value) {}

                @Override
                public void gauge(Series series, double value) {}

                @Override
                public void histogram(Series series, HistogramReading reading) {
                    check(series, reading.count());
                    long[] ladder = new long[48];
                    for (int i = 0; i < reading.bucketCount(); i++) {
                        ladder[63 - Long.numberOfLeadingZeros(reading.bucketLow(i) | 1)] += reading.bucketCountAt(i);
                    }
                    long[] before = lastBuckets.put(series, ladder);
                    for (int i = 0; before != null && i < ladder.length; i++) {
                        if (ladder[i] < before[i]) {
                            backwards.compareAndSet(
                                    null, series + " octave " + i + ": " + before[i] + " then " + ladder[i]);
                        }
                    }
                }

                private void check(Series series, long value) {
                    Long before = last.put(series, value);
                    if (before != null && value < before) {
                        backwards.compareAndSet(null, series + ": " + before + " then " + value);
                    }
                }
            };
            while (!stop.get()) {
                registry.collect(visitor);
                collects++;
                LockSupport.parkNanos(2_000_000); // some 100 to 500 collects a second
            }
        }
    }

    private void recordAll(int seed, int times) {
        for (int i = 0; i < times; i++) {
            counter.increment();
            routes.bind("r" + (seed + i) % ROUTES).add(2);
            histogram.record((long) seed << i % 30);
        }
    }

    @Test
    void everyRecordIsCountedOnceAndNoCollectShowsLess() throws Exception {
        int workers = 64;
        int perWorker = 5_000;
        int generations = 50;
        int perGeneration = 40;
        int perShortLived = 7;
        int virtual = Threads.virtualThreadsExist() ? 5_000 : 0;
        Watcher watcher = new Watcher();
        watcher.start();
        CountDownLatch checked = new CountDownLatch(1);
        CountDownLatch recorded = new CountDownLatch(workers);
        Thread[] all = new Thread[workers];
        for (int w = 0; w < workers; w++) {
            int seed = w;
            all[w] = new Thread(() -> {
                recordAll(seed, perWorker);
                recorded.countDown();
                awaitQuietly(checked);
            });
            all[w].start();
        }

        for (int g = 0; g < generations; g++) {
            int seed = g;
            Threads.together(perGeneration, t -> recordAll(seed + t, perShortLived));
        }
        if (virtual > 0) {
            Threads.virtual(virtual, t -> recordAll(t, perShortLived));
        }
        recorded.await();
        Snapshot quiet = registry.snapshot();
        watcher.stop.set(true);
        watcher.join();
        int owned = registry.core().slabs().ownedSlabs();
        int spare = registry.core().slabs().spareSlabs();
        checked.countDown();
        for (Thread thread : all) {
            thread.join();
        }

        long records = (long) workers * perWorker + (long) (generations * perGeneration + virtual) * perShortLived;
        assertNull(watcher.backwards.get());
        assertTrue(watcher.collects > 3, watcher.collects + " collects");
        assertEquals(records, counter.sum());
        assertEquals(records, quiet.value("total"));
        assertEquals(records, quiet.value("sizes"));
        double routed = 0;
        for (int r = 0; r < ROUTES; r++) {
            routed += quiet.value("routes", "r" + r);
        }
        assertEquals(2.0 * records, routed);
        assertEquals(workers, owned, "owned slabs and live recording threads");
        assertTrue(spare <= Math.max(8, workers / 4), spare + " spares");
    }

    @Test
    void growthOfCellsAndWindowsLosesNothingUnderCollects() throws Exception {
        Watcher watcher = new Watcher();
        watcher.start();
        Labelled<Counter> wide =
                registry.counter("wide").labels("k").cardinalityLimit(4000).register();

        Threads.together(4, t -> {
            for (int i = 0; i < 4000; i++) {
                wide.bind("k" + (i * 7 + t * 1000) % 4000).increment();
                histogram.record(1L << i % 48);
            }
        });
        watcher.stop.set(true);
        watcher.join();

        assertNull(watcher.backwards.get());
        long[] sums = new long[4000];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = wide.bind("k" + i).sum();
        }
        assertEquals(16_000, Arrays.stream(sums).sum());
        assertEquals(4, Arrays.stream(sums).max().getAsLong());
        assertEquals(16_000, histogram.read().count());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
