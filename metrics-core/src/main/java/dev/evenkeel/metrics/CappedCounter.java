package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Cells;
import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * A sum that grows up to a cap, and refuses what would take it past. However many threads try, exactly as much succeeds as
 * the cap allows.
 *
 * <p>Safe from any thread; never throws; allocates nothing after the first refusal on a thread. A success is one
 * compare-and-set on a cell that all threads share, 10 to 100 times the cost of {@link Counter#increment} under contention; a
 * refusal reads that cell and counts on a cell of the thread's own. Lock-free: a thread repeats only when another one
 * succeeded, and those who may succeed are bounded by the cap.
 *
 * <p>On the wires it is a gauge: it is compared with its cap, not with what it was before. With labels, a series is never
 * evicted: it would come back with its cap unspent.
 */
public final class CappedCounter extends Series {
    /*
     * Cells of threads cannot do this. Whether one more fits depends on all of them at this very moment, and a sum
     * over cells is of no one moment: two threads could each see room for one and both take it. To share out the cap to
     * threads beforehand would refuse one thread while another holds what is left. So one cell, and a compare-and-set,
     * which decides and adds in one step.
     *
     * Not add-then-undo either: what is taken for a moment and given back makes others be refused that would have fitted.
     *
     * Access ledger
     *   field    written by    read by            pair
     *   cell     anybody: CAS  anybody: volatile  - (the decision is the CAS; a read before it only saves hopeless ones)
     */
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Bytes of the padded cell. */
    static final long CELL_BYTES = 16 + 8 * (2 * Cells.PAD + 1);

    private final long[] cell = new long[2 * Cells.PAD + 1];
    private final long cap;
    private final long[][] places;
    private final int refusals;
    private final long baseline;

    CappedCounter(Family family, LabelValues values, long cap) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.cap = cap;
        this.places = slabs.places();
        this.refusals = slabs.newSlot(SlotKind.SUM);
        this.baseline = slabs.startOf(refusals);
    }

    /** Adds one, unless the cap is reached. Returns whether it did. */
    public boolean tryIncrement() {
        return tryAdd(1);
    }

    /**
     * Adds an amount, all of it or nothing. Returns whether it did. A refusal is counted by {@link #refused} and
     * {@code evenkeel.dropped{reason="capped"}}; a negative amount is not added, and counted by {@code reason="negative"}.
     */
    public boolean tryAdd(long n) {
        if (n < 0) {
            family.core.counts().negative.increment();
            return false;
        }
        if (family.core.slabs().closed()) {
            family.core.counts().late.increment();
            return false;
        }
        if (isOverflow()) {
            family.core.overflowed().increment();
        }
        while (true) {
            long seen = value();
            if (n > cap - seen) {
                refuse();
                return false;
            }
            if (LONGS.compareAndSet(cell, Cells.PAD, seen, seen + n)) {
                return true;
            }
            Thread.onSpinWait(); // somebody else took a part of what is left
        }
    }

    private void refuse() {
        if (!Slabs.tryAdd(places, refusals, 1)) {
            family.core.slabs().slow(SlotKind.SUM, refusals, 1);
        }
        family.core.capped().increment();
        Reference.reachabilityFence(this);
    }

    /** Returns the sum of what was added: 0 to {@link #cap}. */
    public long value() {
        return (long) LONGS.getVolatile(cell, Cells.PAD);
    }

    public long cap() {
        return cap;
    }

    /** Returns how much still fits. Another thread may take it before the caller does. */
    public long remaining() {
        return cap - value();
    }

    /** Returns how many additions were refused. After the registry was closed it is 0. Takes a lock that collects take and records do not. */
    public long refused() {
        return Math.max(0, family.core.slabs().reader().read(SlotKind.SUM, refusals) - baseline);
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        visitor.gauge(this, value());
    }
}
