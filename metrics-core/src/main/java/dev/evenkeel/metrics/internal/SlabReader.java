package dev.evenkeel.metrics.internal;

import java.util.Arrays;
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
    private final Stripes stripes;
    private final Roster roster;
    private final MemoryBudget budget;

    SlabReader(Slabs slabs, Stripes stripes, Roster roster, MemoryBudget budget) {
        this.slabs = slabs;
        this.stripes = stripes;
        this.roster = roster;
        this.budget = budget;
    }

    /** Runs an action while nobody sums. */
    void exclusively(Runnable action) {
        collectors.lock();
        try {
            action.run();
        } finally {
            collectors.unlock();
        }
    }

    /** Returns the value of one slot: records that run at the same moment may be missing. Blocks collectors only. */
    public long sum(int slot) {
        collectors.lock();
        try {
            long sum = stripes.sum(slot);
            for (Slab slab : roster.all()) {
                long[] cells = slab.cellsAcquire();
                if (slot < cells.length) {
                    sum += Cells.readOpaque(cells, slot);
                }
            }
            return sum;
        } finally {
            collectors.unlock();
        }
    }

    /**
     * Looks for dead threads, then sums every slot over all slabs and stripes. Blocks collectors only.
     *
     * @param buffer the sums by slot; replaced by a longer one when it is too short
     */
    public long[] sumAll(long[] buffer) {
        collectors.lock();
        try {
            sweep();
            int limit = slabs.slotLimit();
            long[] sums = buffer.length < limit ? new long[Cells.lengthFor(limit)] : buffer;
            Arrays.fill(sums, 0);
            stripes.sumInto(sums);
            for (Slab slab : roster.all()) {
                long[] cells = slab.cellsAcquire();
                int end = Math.min(cells.length, sums.length);
                for (int slot = Cells.PAD; slot < end; slot++) {
                    sums[slot] += Cells.readOpaque(cells, slot);
                }
            }
            return sums;
        } finally {
            collectors.unlock();
        }
    }

    /** Merges one histogram from all slabs and stripes. Blocks collectors only. */
    public void merge(HistogramCells histogram, BucketCounts into) {
        collectors.lock();
        try {
            into.start(histogram.layout);
            histogram.mergeSharedInto(into);
            for (Slab slab : roster.all()) {
                long[] window = slab.windowAcquire(histogram.id);
                int first = Slab.firstBucket(window);
                int count = Slab.bucketCount(window);
                for (int i = 0; i < count; i++) {
                    long n = Cells.readOpaque(window, Slab.FIRST + i);
                    if (n != 0) {
                        into.add(first + i, n);
                    }
                }
                into.addSum(Cells.readOpaque(window, Slab.SUM));
            }
            into.finish();
        } finally {
            collectors.unlock();
        }
    }

    /** Finds the slabs of dead threads and folds the spares that are too many. Under the collectors' lock. */
    private void sweep() {
        for (Slab slab : roster.sweep()) {
            long[] cells = slab.cellsAcquire();
            for (int slot = Cells.PAD; slot < cells.length; slot++) {
                if (cells[slot] != 0) {
                    stripes.addFolded(slot, cells[slot]);
                }
            }
            int count = Math.min(slabs.histogramCount(), slab.windowLimit());
            for (int id = 0; id < count; id++) {
                long[] window = slab.windowAcquire(id);
                if (window != Slab.NO_WINDOW) {
                    slabs.histogram(id).fold(window, budget);
                }
            }
            budget.release(slab.bytes());
            slab.close(); // the table may still point to it: it must not hold what is no longer counted
        }
    }
}
