package dev.evenkeel.metrics.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Internal. Sums what threads recorded into {@link Slabs}.
 *
 * <p>Thread-safe; takes a lock that no record takes. Sums are <em>NOT</em> atomic snapshots: they may miss records that run at the same
 * moment, but what is seen of a cell never shrinks from one sum to the next.
 */
public final class SlabReader {
    /*
     * The lock makes folding invisible: while the counts of a slab move to a stripe nobody sums, so they are seen once,
     * neither twice nor never. Adoption needs no such care, for an adopted slab stays on the roster.
     */
    private final ReentrantLock collectors = new ReentrantLock();
    private final Slabs slabs;
    private final Slots slots;
    private final Stripes stripes;
    private final Roster roster;
    private final MemoryBudget budget;
    private final GroupReader groups;
    private long[] effects = {};
    private long[] folding = {};
    private final BucketCounts counting = new BucketCounts();
    private final LadderReader ladders;

    SlabReader(Slabs slabs, Slots slots, Stripes stripes, Roster roster, MemoryBudget budget, SelfCounts counts) {
        this.slabs = slabs;
        this.slots = slots;
        this.stripes = stripes;
        this.roster = roster;
        this.budget = budget;
        this.groups = new GroupReader(counts);
        this.ladders = new LadderReader(budget, counts);
    }

    /** Takes the lock of the collectors, which every method here takes by itself. No record waits for it. */
    public void lock() {
        collectors.lock();
    }

    public void unlock() {
        collectors.unlock();
    }

    /** Returns what one slot holds: records that run at the same moment may be missing. Blocks collectors only. */
    public long read(SlotKind kind, int slot) {
        collectors.lock();
        try {
            return readLocked(kind, slot);
        } finally {
            collectors.unlock();
        }
    }

    /** Returns the sum of a cause less that of its effect, which is never negative. Blocks collectors only. */
    public long difference(int causeSlot, int effectSlot) {
        collectors.lock();
        try {
            long effects = readLocked(SlotKind.EFFECT, effectSlot);
            return readLocked(SlotKind.SUM, causeSlot) - effects;
        } finally {
            collectors.unlock();
        }
    }

    private long readLocked(SlotKind kind, int slot) {
        long joined = stripes.read(kind, slot);
        int index = Slots.indexOf(slot);
        for (Slab slab : roster.all()) {
            long[] cells = slab.arrayAcquire(slot);
            if (index < cells.length) {
                joined = kind.join(joined, Cells.readAcquire(cells, index)); // C1
            }
        }
        return joined;
    }

    /**
     * Looks for dead threads, then reads every slot over all slabs and stripes: first the effects, then all others, so that no
     * effect is seen without its cause. Blocks collectors only.
     *
     * @param buffer what each slot holds, by slot; replaced by a longer one when it is too short
     */
    public long[] readAll(long[] buffer) {
        collectors.lock();
        try {
            sweep();
            int specials = slots.specialCount(); // before the limit, which covers them
            int limit = slots.limit();
            long[] sums = buffer.length < limit ? new long[Cells.lengthFor(limit)] : buffer;
            if (effects.length < specials) {
                effects = new long[2 * specials];
            }
            for (int i = 0; i < specials; i++) {
                if (slots.specialKind(i) == SlotKind.EFFECT) {
                    effects[i] = readLocked(SlotKind.EFFECT, slots.special(i));
                }
            }
            Arrays.fill(sums, 0);
            stripes.sumInto(sums);
            for (Slab slab : roster.all()) {
                sumInto(slab, sums);
            }
            // Those that were handed out meanwhile may be in the sums, as if they were sums.
            int now = slots.specialCount();
            for (int i = 0; i < now; i++) {
                SlotKind kind = slots.specialKind(i);
                int slot = slots.special(i);
                if (slot < sums.length) {
                    sums[slot] = kind != SlotKind.EFFECT ? readLocked(kind, slot) : i < specials ? effects[i] : 0;
                }
            }
            groups.readAll(slabs, roster.all(), sums);
            return sums;
        } finally {
            collectors.unlock();
        }
    }

    /** Marks the slots that hold no sum of longs. Takes the lock of the collectors. */
    public void markOthers(BitSet others) {
        collectors.lock();
        try {
            int specials = slots.specialCount();
            for (int i = 0; i < specials; i++) {
                if (slots.specialKind(i) != SlotKind.EFFECT) {
                    others.set(slots.special(i));
                }
            }
        } finally {
            collectors.unlock();
        }
    }

    private static void sumInto(Slab slab, long[] sums) {
        long[] cells = slab.cellsAcquire();
        int end = Math.min(cells.length, sums.length);
        for (int slot = Cells.PAD; slot < end; slot++) {
            sums[slot] += Cells.readOpaque(cells, slot);
        }
        int pages = slab.pageLimit();
        for (int page = 0; page < pages; page++) {
            long[] wide = slab.pageAcquire(page);
            if (wide != Slab.NO_PAGE) {
                int first = Slots.FLAT + page * Slots.PAGE;
                int count = Math.min(Slots.PAGE, sums.length - first);
                for (int i = 0; i < count; i++) {
                    sums[first + i] += Cells.readOpaque(wide, Cells.PAGE_PAD + i);
                }
            }
        }
    }

    /**
     * Merges one histogram from all slabs and stripes, all that was ever recorded to its cells. Blocks collectors only.
     */
    public void merge(HistogramCells histogram, BucketCounts into) {
        collectors.lock();
        try {
            into.start(histogram.layout);
            histogram.mergeSharedInto(into);
            for (Slab slab : roster.all()) {
                addWindow(slab.windowAcquire(histogram.id), into);
            }
            into.finish();
        } finally {
            collectors.unlock();
        }
    }

    /**
     * Returns a number that every record to a histogram raises, and every new beginning: between two readings with the same number
     * nothing was recorded. Reads two cells of each slab where {@link #merge} reads all. Blocks collectors only.
     */
    public long stamp(HistogramCells histogram) {
        collectors.lock();
        try {
            return LadderReader.stamp(histogram, roster.all());
        } finally {
            collectors.unlock();
        }
    }

    /**
     * Counts one histogram at or below some values, all that was ever recorded to its cells, and reads the windows that were recorded to
     * since that was done last with these values. Blocks collectors only.
     *
     * @param values ascending
     */
    public void read(HistogramCells histogram, long[] values, LadderReading into) {
        collectors.lock();
        try {
            ladders.read(histogram, roster.all(), values, into);
        } finally {
            collectors.unlock();
        }
    }

    /** Adds what one thread has recorded to a histogram: buckets first, then the sum, as they are written. */
    static void addWindow(long[] window, BucketCounts into) {
        into.addAll(Slab.firstBucket(window), window, Slab.FIRST, Slab.bucketCount(window));
        into.addSum(Cells.readOpaque(window, Slab.SUM));
    }

    /**
     * Reads the sums of one group, which are whole. Blocks collectors only.
     *
     * @return false where a part of them is an older whole one
     */
    public boolean readGroup(GroupCells group, long[] into) {
        collectors.lock();
        try {
            if (slabs.closed()) {
                Arrays.fill(into, 0);
                return true;
            }
            return groups.read(group, roster.all(), into);
        } finally {
            collectors.unlock();
        }
    }

    /** Returns how many values a histogram has counted since its start. Blocks collectors only. */
    public long count(HistogramCells histogram) {
        collectors.lock();
        try {
            merge(histogram, counting);
            SparseCounts start = histogram.start();
            return counting.total() - (start == null ? 0 : start.total());
        } finally {
            collectors.unlock();
        }
    }

    /** For tests. */
    LadderReader ladders() {
        return ladders;
    }

    /** For tests. */
    GroupReader groups() {
        return groups;
    }

    /** Finds the slabs of dead threads and folds the spares that are too many. Under the collectors' lock. */
    private void sweep() {
        for (Slab slab : roster.sweep()) {
            fold(slab);
            int count = Math.min(slabs.histograms().count(), slab.windowLimit());
            for (int id = 0; id < count; id++) {
                long[] window = slab.windowAcquire(id);
                if (window != Slab.NO_WINDOW) {
                    slabs.histograms().cells(id).fold(window, budget);
                }
            }
            groups.fold(slabs, slab);
            budget.release(slab.bytes());
            slabs.displace(slab); // the table must not hold what is no longer counted
            slab.close();
        }
    }

    private void fold(Slab slab) {
        int limit = slots.limit();
        long[] held = folding.length < limit ? new long[Cells.lengthFor(limit)] : folding;
        folding = held;
        Arrays.fill(held, 0);
        sumInto(slab, held);
        int specials = slots.specialCount();
        for (int i = 0; i < specials; i++) {
            int slot = slots.special(i);
            if (held[slot] != 0) {
                stripes.fold(slots.specialKind(i), slot, held[slot]);
                held[slot] = 0;
            }
        }
        for (int slot = Cells.PAD; slot < limit; slot++) {
            if (held[slot] != 0) {
                stripes.fold(SlotKind.SUM, slot, held[slot]);
            }
        }
    }
}
