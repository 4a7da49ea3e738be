package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Runs test bodies on many threads that start together, and passes on what they throw. */
public final class Threads {
    private Threads() {}

    /** Runs {@code body} with 0, 1, ... on that many platform threads and waits for their end. */
    public static void together(int threads, IntConsumer body) throws InterruptedException {
        CyclicBarrier barrier = new CyclicBarrier(threads);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int index = i;
            Thread thread = new Thread(() -> {
                try {
                    barrier.await();
                    body.accept(index);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    public static boolean virtualThreadsExist() {
        return Runtime.version().feature() >= 21;
    }

    /** Runs {@code body} with 0, 1, ... on that many virtual threads and waits for their end. */
    public static void virtual(int threads, IntConsumer body) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        ExecutorService executor = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        for (int i = 0; i < threads; i++) {
            int index = i;
            ((Executor) executor).execute(() -> {
                try {
                    body.accept(index);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            });
        }
        executor.shutdown();
        if (!executor.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS)) {
            throw new AssertionError("virtual threads did not end within 60 s");
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }
}
