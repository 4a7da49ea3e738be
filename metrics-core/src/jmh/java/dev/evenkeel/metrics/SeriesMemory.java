package dev.evenkeel.metrics;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Weighs a labelled series: the heap that a library holds once 10 000 series exist, over their number. The label values
 * themselves belong to the caller and are not counted. Meant for {@code -XX:+UseSerialGC}, whose used heap after a
 * collection is what is reachable.
 *
 * <p>A first pass loads classes and fills caches; the second is weighed. The threads that recorded are alive while it is,
 * as a service's would be.
 */
final class SeriesMemory {
    private static final int SERIES = 10_000;
    private static final String[] ROUTES = LibraryBenchmark.words("/weighed/", 100);
    private static final String[] STATUSES = LibraryBenchmark.words("weighed", 100);

    private SeriesMemory() {}

    /** Prints bytes per series after as many threads, the only argument, have each touched every one. */
    static void print(Supplier<? extends LibraryBenchmark> fresh, String... args) {
        int threads = Integer.parseInt(args[0]);
        try {
            weigh(fresh, threads);
            System.out.printf(Locale.ROOT, "bytes per series: %.2f%n", weigh(fresh, threads));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while weighing.", e);
        }
    }

    private static double weigh(Supplier<? extends LibraryBenchmark> fresh, int threads) throws InterruptedException {
        long before = usedBytes();
        LibraryBenchmark library = fresh.get();
        CountDownLatch weighed = new CountDownLatch(1);
        List<Thread> recorders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            CountDownLatch recorded = new CountDownLatch(1);
            Thread recorder = new Thread(() -> {
                for (int series = 0; series < SERIES; series++) {
                    library.incrementLabelled(ROUTES[series / 100], STATUSES[series % 100]);
                }
                recorded.countDown();
                try {
                    weighed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            recorders.add(recorder);
            recorder.start();
            recorded.await();
        }
        long after = usedBytes();
        weighed.countDown();
        for (Thread recorder : recorders) {
            recorder.join();
        }
        Tally tally = new Tally();
        library.collect(tally);
        if (tally.sum() != (double) SERIES * threads) {
            throw new IllegalStateException("Read back " + tally.sum() + " of " + (double) SERIES * threads
                    + " increments: what was weighed is not what was asked for.");
        }
        Reference.reachabilityFence(library);
        return (double) (after - before) / SERIES;
    }

    private static long usedBytes() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
