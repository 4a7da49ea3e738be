package dev.evenkeel.metrics;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads what came since its own last collect. Any number of readers read one registry, each exactly: what a registry holds is
 * never reset, a reader only remembers what it has seen.
 *
 * <p>Thread-safe; collects of one reader queue. What it remembers takes about 8 bytes a series, and 2 to 4 a
 * bucket of a histogram, of the registry's memory cap, until it is closed. One that has not collected for {@link #LEASE_NANOS} loses what
 * it remembers: so a reader that was forgotten holds nothing, and no eviction back.
 */
public final class MetricReader implements AutoCloseable {
    /**
     * How long a reader may go without a collect: 15 minutes, which is 15 missed collects at the longest interval in common use.
     * {@code evenkeel.readers.expired} counts those that went over.
     */
    public static final long LEASE_NANOS = 900_000_000_000L;

    private final MetricRegistry registry;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long sinceEpochMillis;
    private volatile boolean closed;

    /** Under the collectors' lock. */
    final DeltaBaselines baselines;

    /** When the last collect was. Under the collectors' lock. */
    long seenAtNanos;

    /** Whether the baselines are the registry's to advance. Under the collectors' lock. */
    boolean live;

    MetricReader(MetricRegistry registry, DeltaBaselines baselines, long epochMillis) {
        this.registry = registry;
        this.baselines = baselines;
        this.sinceEpochMillis = epochMillis;
    }

    /**
     * Shows counters and histograms as what came since the collect before, or since the reader was made; series without a
     * change are left out. Gauges, up-down counters among them, are shown as they are. What an evicted series had left to
     * tell is shown first.
     *
     * <p>After a lease that ended, the collect shows no counter: what it would show is not known any more. It starts anew. So
     * does the first collect after the registry was closed, which shows nothing more.
     *
     * @throws IllegalStateException when the reader is closed
     */
    public void collect(CollectVisitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(
                        "Cannot collect: this reader is closed, and what it had seen is forgotten. "
                                + "Make another with registry.deltaReader().");
            }
            registry.prime(this);
            sinceEpochMillis = registry.collect(visitor, this);
        } finally {
            lock.unlock();
        }
    }

    /** Returns a collect as an immutable copy; see {@link #collect}. Allocates. */
    public Snapshot snapshot() {
        SnapshotVisitor visitor = new SnapshotVisitor();
        collect(visitor);
        return visitor.snapshot();
    }

    /** Returns where the next collect's interval begins, in milliseconds since 1970. */
    public long sinceEpochMillis() {
        return sinceEpochMillis;
    }

    /** Forgets what was seen. Idempotent; waits for a collect of this reader. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            registry.forget(this);
        } finally {
            lock.unlock();
        }
    }
}
