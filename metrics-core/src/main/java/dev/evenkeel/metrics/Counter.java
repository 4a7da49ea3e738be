package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.Slabs;

/**
 * A sum that only grows.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, an addition to a cell of the
 * thread's own, and allocates nothing after the first call on a thread; on a virtual thread it is one atomic addition.
 */
public final class Counter {
    private final Slabs slabs;
    private final int slot;
    private final SelfCounts counts;
    private final Series series;

    Counter(Slabs slabs, int slot, SelfCounts counts, Series series) {
        this.slabs = slabs;
        this.slot = slot;
        this.counts = counts;
        this.series = series;
    }

    /** Adds one. */
    public void increment() {
        slabs.add(slot, 1);
    }

    /**
     * Adds an amount. A negative one, which would make the sum shrink, is not added but counted by
     * {@code evenkeel.dropped{reason="negative"}}.
     */
    public void add(long n) {
        if (n < 0) {
            counts.negative.increment();
            return;
        }
        slabs.add(slot, n);
    }

    /**
     * Returns the sum over all threads. It is exact when nobody records meanwhile; else it may miss additions that run at the
     * same moment. A thread that calls it again never sees less, until the registry is closed: then it is 0. Takes a
     * lock that collects take and records do not.
     */
    public long sum() {
        return slabs.reader().sum(slot);
    }

    int slot() {
        return slot;
    }

    Series series() {
        return series;
    }

    @Override
    public String toString() {
        return series + " " + sum();
    }
}
