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
 *
 * <p>One registered with {@link InstrumentBuilder#effect} is never seen ahead of what led to it: register
 * {@code jobs.started} as it is and {@code jobs.finished} as an effect, record the start <em>first</em>, and every collect
 * shows {@code started >= finished}, also when a job starts on one thread and finishes on another that it was handed to.
 */
public sealed class Counter extends Series permits EffectCounter, OverflowCounter {
    /*
     * A record ends with a fence that keeps the counter reachable: its slot is handed out again only when it is not, so no late
     * writer can add to another counter's sum.
     */
    final long[][] places;
    final int slot;

    /** What the slot held when this counter began, or began anew. */
    private volatile long start;

    Counter(Family family, LabelValues values) {
        this(family, values, SlotKind.SUM);
    }

    /** @param kind SUM or EFFECT */
    Counter(Family family, LabelValues values, SlotKind kind) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.places = slabs.places();
        this.slot = slabs.newSlot(kind);
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
            dropNegative();
            return;
        }
        if (!Slabs.tryAdd(places, slot, n)) {
            family.core.slabs().slow(SlotKind.SUM, slot, n);
        }
        Reference.reachabilityFence(this);
    }

    /** Adds the sum of some measurements, none of them negative. */
    void addBatch(long sum, int measurements) {
        add(sum);
    }

    /** Takes over what an evicted series gained. The collecting thread gets no cells of its own for that. */
    void fold(long sum) {
        family.core.slabs().fold(kind(), slot, sum);
    }

    final void dropNegative() {
        family.core.counts().negative.increment();
    }

    /**
     * Returns the sum over all threads. It is exact when nobody records meanwhile; else it may miss additions that run at the
     * same moment. A thread that calls it again never sees less, until the registry is closed: then it is 0. Takes a
     * lock that collects take and records do not.
     */
    public final long sum() {
        OverflowAmounts others = others();
        long sum = Math.max(0, family.core.slabs().reader().read(kind(), slot) - start);
        return others == null ? sum : sum + others.sum();
    }

    /** Returns what was added other than ones, where that is kept apart. */
    @Nullable
    OverflowAmounts others() {
        return null;
    }

    /** Returns the kind of its slot. */
    SlotKind kind() {
        return SlotKind.SUM;
    }

    final int slot() {
        return slot;
    }

    /** Returns the sum of what is in its slot. */
    final long ones() {
        return family.core.slabs().reader().read(kind(), slot) - start;
    }

    /**
     * Returns a recorder that adds up amounts on its own and passes them on in batches: for one thread, or one loop, that
     * counts more often than a reader looks.
     *
     * @param flushEvery how many records make a batch, 1 to 65536
     * @throws IllegalArgumentException when it is outside that range
     */
    public final LocalRecorder localRecorder(int flushEvery) {
        return new LocalRecorder.OfCounter(this, Names.flushEvery(descriptor().name(), flushEvery));
    }

    @Override
    final void visit(CollectVisitor visitor, CollectBuffer buffer) {
        OverflowAmounts others = others();
        long value = buffer.sum(slot, start) + (others == null ? 0 : others.sum(buffer));
        if (value != 0 || !buffer.isDelta()) {
            visitor.longCounter(this, value);
        }
    }

    @Override
    final boolean evictable() {
        return true;
    }

    @Override
    final long stamp(CollectBuffer buffer) {
        return buffer.held(slot);
    }

    @Override
    final Remains leave() {
        long held = family.core.slabs().reader().read(kind(), slot);
        for (DeltaBaselines reader : family.core.readers()) {
            long last = Math.min(reader.advance(slot, held), held - start);
            if (last != 0) {
                reader.depart(this, visitor -> visitor.longCounter(this, last));
            }
        }
        family.evicted(held - start);
        start = held;
        return new CounterRemains(family.core, kind(), slot, held);
    }

    @Override
    final void beginAt(Remains remains) {
        start = ((CounterRemains) remains).held;
    }

    private static final class CounterRemains extends Remains {
        private final Core core;
        private final SlotKind kind;
        private final int slot;
        private long held;

        CounterRemains(Core core, SlotKind kind, int slot, long held) {
            this.core = core;
            this.kind = kind;
            this.slot = slot;
            this.held = held;
        }

        @Override
        boolean changed(@Nullable Series series) {
            return core.slabs().reader().read(kind, slot) != held;
        }

        @Override
        void moveTo(Series target) {
            long now = core.slabs().reader().read(kind, slot);
            ((Counter) target).fold(now - held);
            held = now;
            for (DeltaBaselines reader : core.readers()) {
                reader.advance(slot, now);
            }
        }

        @Override
        void free() {
            core.slabs().freeSlot(kind, slot, held);
        }
    }
}
