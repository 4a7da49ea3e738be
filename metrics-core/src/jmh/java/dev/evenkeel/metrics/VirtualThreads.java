package dev.evenkeel.metrics;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Starts virtual threads from code that is compiled for 17. */
final class VirtualThreads {
    private VirtualThreads() {}

    /**
     * Runs a task on that many new virtual threads and waits for all of them.
     *
     * @throws UnsupportedOperationException before JDK 21
     */
    static void runAll(int threads, Runnable task) {
        ExecutorService executor;
        try {
            executor = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("Virtual threads need JDK 21 or newer. Choose one with --jdk.", e);
        }
        for (int i = 0; i < threads; i++) {
            executor.execute(task);
        }
        executor.shutdown();
        try {
            if (!executor.awaitTermination(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException(threads + " virtual threads were not done after 10 minutes.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while virtual threads were counting.", e);
        }
    }
}
