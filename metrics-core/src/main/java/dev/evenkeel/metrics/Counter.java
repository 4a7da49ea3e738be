package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A sum that only grows.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, an addition to a cell of the
 * thread's own, and allocates nothing after the first call on a thread; on a virtual thread it is one atomic addition.
 */
public final class Counter extends Series {
    /*
     * A record ends with a fence that keeps the counter reachable: its slot is handed out again only when it is not, so no late
     * writer can add to another counter's sum.
     */
    private final long[][] places;
    private final int slot;

    /** What the slot held when this counter began, or began anew. */
    private volatile long start;

    Counter(Family family, LabelValues values) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.places = slabs.places();
        this.slot = slabs.newSlot(SlotKind.SUM);
        this.start = slabs.startOf(slot);
    }

    /** Adds one. */
    public void increment() {
        if (!Slabs.tryAdd(places, slot, 1)) {
            family.core.slabs().slow(SlotKind.SUM, slot, 1);
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Adds an amount. A negative one, which would make the sum shrink, is not added but counted by
     * {@code evenkeel.dropped{reason="negative"}}.
     */
    public void add(long n) {
        if (n < 0) {
            family.core.counts().negative.increment();
            return;
        }
        if (!Slabs.tryAdd(places, slot, n)) {
            family.core.slabs().slow(SlotKind.SUM, slot, n);
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Returns the sum over all threads. It is exact when nobody records meanwhile; else it may miss additions that run at the
     * same moment. A thread that calls it again never sees less, until the registry is closed: then it is 0. Takes a
     * lock that collects take and records do not.
     */
    public long sum() {
        return Math.max(0, family.core.slabs().reader().read(SlotKind.SUM, slot) - start);
    }

    int slot() {
        return slot;
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        long value = buffer.sum(slot, start);
        if (value != 0 || !buffer.isDelta()) {
            visitor.longCounter(this, value);
        }
    }

    @Override
    boolean evictable() {
        return true;
    }

    @Override
    long stamp(CollectBuffer buffer) {
        return buffer.held(slot);
    }

    @Override
    Remains leave() {
        long held = family.core.slabs().reader().read(SlotKind.SUM, slot);
        for (DeltaBaselines reader : family.core.readers()) {
            long last = reader.advance(slot, held);
            if (last != 0) {
                reader.depart(this, visitor -> visitor.longCounter(this, last));
            }
        }
        family.evicted(held - start);
        start = held;
        return new CounterRemains(family.core, slot, held);
    }

    @Override
    void beginAt(Remains remains) {
        start = ((CounterRemains) remains).held;
    }

    private static final class CounterRemains extends Remains {
        private final Core core;
        private final int slot;
        private long held;

        CounterRemains(Core core, int slot, long held) {
            this.core = core;
            this.slot = slot;
            this.held = held;
        }

        @Override
        boolean changed(@Nullable Series series) {
            return core.slabs().reader().read(SlotKind.SUM, slot) != held;
        }

        @Override
        void moveTo(Series target) {
            long now = core.slabs().reader().read(SlotKind.SUM, slot);
            ((Counter) target).add(now - held);
            held = now;
            for (DeltaBaselines reader : core.readers()) {
                reader.advance(slot, now);
            }
        }

        @Override
        void free() {
            core.slabs().freeSlot(SlotKind.SUM, slot, held);
        }
    }
}
