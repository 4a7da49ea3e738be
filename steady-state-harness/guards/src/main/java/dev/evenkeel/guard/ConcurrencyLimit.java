package dev.evenkeel.guard;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * At most N calls in flight, at most M callers waiting for one to end, none of them for longer than its deadline.
 *
 * <p>Made for clients without a bound of their own, such as {@code java.net.http}, which opens as many connections to a
 * slow host as it is asked to. Permits are handed out in order of arrival. Metrics, each with the label {@code limit}:
 * counters {@code limit.acquired}, {@code limit.refused}; gauges {@code limit.permits}, {@code limit.in_use},
 * {@code limit.waiting}.
 *
 * <pre>{@code
 * if (!clearing.tryAcquire(Duration.ofMillis(200))) {
 *     return busy();
 * }
 * try {
 *     return client.send(request, bodyHandler);
 * } finally {
 *     clearing.release();
 * }
 * }</pre>
 */
public final class ConcurrencyLimit {
    private final String name;
    private final int permits;
    private final int waiters;
    private final Semaphore semaphore;
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter acquired;
    private final Counter refused;

    private ConcurrencyLimit(Builder builder, MetricRegistry registry) {
        name = builder.name;
        permits = builder.permits;
        waiters = builder.waiters;
        semaphore = new Semaphore(permits, true);
        GuardMetrics metrics = new GuardMetrics(registry, "limit", name);
        acquired = metrics.counter("limit.acquired", "{permit}", "Permits handed out by a concurrency limit.");
        refused = metrics.counter(
                "limit.refused", "{permit}", "Callers sent away: deadline passed, or too many waiting.");
        metrics.gauge("limit.permits", "{permit}", "Calls that may be in flight at once.", () -> permits);
        metrics.gauge("limit.in_use", "{permit}", "Calls in flight.", inUse::get);
        metrics.gauge("limit.waiting", "{caller}", "Callers waiting for a permit.", waiting::get);
    }

    /**
     * Starts the description of a limit.
     *
     * @param name the value of the label {@code limit}; unique per registry
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Takes a permit, waiting for one up to {@code deadline}. Zero or less does not wait, but does not overtake those
     * who do either.
     *
     * @return whether a permit was taken; if so, the caller owes one {@link #release()}
     * @throws InterruptedException if interrupted while waiting; no permit is then taken
     */
    public boolean tryAcquire(Duration deadline) throws InterruptedException {
        boolean taken = false;
        try {
            if (!semaphore.hasQueuedThreads() && semaphore.tryAcquire()) {
                taken = true;
            } else if (!deadline.isNegative() && !deadline.isZero()) {
                taken = await(Admission.nanosOf(deadline));
            }
        } finally {
            if (taken) {
                inUse.incrementAndGet();
                acquired.increment();
            } else {
                refused.increment();
            }
        }
        return taken;
    }

    private boolean await(long nanos) throws InterruptedException {
        // Reserve the place before waiting: looking first and adding later would let two callers take the last place.
        if (waiting.incrementAndGet() > waiters) {
            waiting.decrementAndGet();
            return false;
        }
        try {
            return semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /**
     * Gives a permit back.
     *
     * @throws IllegalStateException if no permit is out: a release too many would raise the limit for good
     */
    public void release() {
        for (int n = inUse.get(); ; n = inUse.get()) {
            if (n == 0) {
                throw new IllegalStateException("Limit \"" + name + "\" got a permit back that nobody holds, which "
                        + "would raise it above " + permits + ". Call release() once per successful tryAcquire().");
            }
            if (inUse.compareAndSet(n, n - 1)) {
                semaphore.release();
                return;
            }
        }
    }

    /** Calls that may be in flight at once; constant. */
    public int permits() {
        return permits;
    }

    /** Calls in flight now, from 0 to {@link #permits()}. */
    public int inUse() {
        return inUse.get();
    }

    /** Callers waiting now. May for a moment count one that is just being sent away. */
    public int waiting() {
        return waiting.get();
    }

    /** Describes a {@link ConcurrencyLimit}. Not safe for concurrent use. */
    public static final class Builder {
        private final String name;
        private int permits = 8;
        private int waiters = 64;
        private @Nullable MetricRegistry registry;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("A limit needs a name that is not blank: it names the series.");
            }
        }

        /** Calls in flight at once, at least 1; by default 8. */
        public Builder permits(int permits) {
            if (permits < 1) {
                throw new IllegalArgumentException(
                        "Limit \"" + name + "\" cannot have permits = " + permits + ": it needs at least 1.");
            }
            this.permits = permits;
            return this;
        }

        /** Callers that may wait at once, 0 or more; by default 64. */
        public Builder waiters(int waiters) {
            if (waiters < 0) {
                throw new IllegalArgumentException("Limit \"" + name + "\" cannot have waiters = " + waiters
                        + ": give 0 to send callers away at once.");
            }
            this.waiters = waiters;
            return this;
        }

        /** Where the limit's metrics go. Required. */
        public Builder registry(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /**
         * Builds the limit.
         *
         * @throws IllegalStateException if no registry was given
         */
        public ConcurrencyLimit build() {
            if (registry == null) {
                throw new IllegalStateException("Limit \"" + name + "\" has no registry, so nobody would see it "
                        + "refuse. Call registry(..) before build().");
            }
            return new ConcurrencyLimit(this, registry);
        }
    }
}
