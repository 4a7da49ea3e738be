package dev.evenkeel.metrics;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Weighs a latency series: the heap that a library holds once 1 000 exist and each of some threads has recorded 100 values to
 * every one, over their number. A small object that calls the series, 16 to 24 bytes, is in it for every library alike. Meant for
 * {@code -XX:+UseSerialGC}.
 */
final class LatencyMemory {
    private static final int SERIES = 1_000;
    private static final int VALUES = 100;

    private LatencyMemory() {}

    /** Prints bytes per series of a way, the second argument, after as many threads as the first says. */
    static void print(Supplier<? extends LatencyLibraryBenchmark> fresh, String... args) {
        int threads = Integer.parseInt(args[0]);
        try {
            weigh(fresh, args[1], threads);
            System.out.printf(Locale.ROOT, "bytes per series: %.2f%n", weigh(fresh, args[1], threads));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while weighing.", e);
        }
    }

    private static double weigh(Supplier<? extends LatencyLibraryBenchmark> fresh, String way, int threads)
            throws InterruptedException {
        LatencyLibraryBenchmark library = fresh.get();
        long held = library.counted();
        long before = usedBytes();
        LongConsumer[] series = new LongConsumer[SERIES];
        for (int i = 0; i < SERIES; i++) {
            series[i] = library.series(way, i);
        }
        CountDownLatch weighed = new CountDownLatch(1);
        List<Thread> recorders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            CountDownLatch recorded = new CountDownLatch(1);
            Latencies values = new Latencies(t);
            Thread recorder = new Thread(() -> {
                for (int i = 0; i < SERIES * VALUES; i++) {
                    series[i % SERIES].accept(values.nextNanos());
                }
                recorded.countDown();
                try {
                    weighed.await(); // alive while it is weighed, as a service's threads would be
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
        long counted = library.counted() - held;
        if (counted != (long) SERIES * VALUES * threads) {
            throw new IllegalStateException("Read back " + counted + " of " + (long) SERIES * VALUES * threads
                    + " values: what was weighed is not what was asked for.");
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
