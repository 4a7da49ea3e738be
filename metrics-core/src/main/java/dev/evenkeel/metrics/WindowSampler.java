package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes the slices of all windows of a registry, on one daemon thread named {@code evenkeel-window-sampler}, by {@link
 * MetricRegistry#tick}. Only who has no scheduler of his own needs one. The thread ends with {@link #close}, or at its next tick
 * after the registry was closed.
 */
public final class WindowSampler implements AutoCloseable {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final long CLOSE_MILLIS = 1000;

    private final MetricRegistry registry;
    private final long everyNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "evenkeel-window-sampler");

    private WindowSampler(MetricRegistry registry, long everyNanos) {
        this.registry = registry;
        this.everyNanos = everyNanos;
    }

    /**
     * Starts the thread.
     *
     * @param every 1 ms to 24 hours: the length of the shortest slice, or less. More makes ticks late, and counts them.
     * @throws IllegalArgumentException when it is outside that range
     */
    public static WindowSampler start(MetricRegistry registry, Duration every) {
        Objects.requireNonNull(registry, "registry");
        if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("Cannot take slices every " + every
                    + ": a slice is 1 ms to 24 hours long. Pass the length of your shortest slice, such as 1 s.");
        }
        WindowSampler sampler = new WindowSampler(registry, every.toNanos());
        sampler.thread.setDaemon(true);
        sampler.thread.start();
        return sampler;
    }

    private void run() {
        long next = System.nanoTime();
        try {
            do {
                try {
                    registry.tick();
                } catch (RuntimeException e) {
                    registry.core()
                            .counts()
                            .callbackErrors
                            .increment(); // the injected clock; the next tick may succeed
                }
                long now = System.nanoTime();
                next = Math.max(next + everyNanos, now); // late by more than a tick: do not make up for it in a burst
                if (closed.await(next - now, TimeUnit.NANOSECONDS)) {
                    return;
                }
            } while (!registry.core().slabs().closed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants the thread to end
        }
    }

    /** Ends the thread, and waits at most a second for a tick that runs. Idempotent. */
    @Override
    public void close() {
        closed.countDown();
        awaitEnd(CLOSE_MILLIS);
    }

    /** Waits for the thread to end by itself. Returns whether it did. */
    boolean awaitEnd(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
