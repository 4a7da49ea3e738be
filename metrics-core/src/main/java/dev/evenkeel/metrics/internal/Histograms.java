package dev.evenkeel.metrics.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Internal. The histograms of one registry's slabs: hands out their cells, and records values into those of the calling
 * thread.
 *
 * <p>{@link #record} is wait-free on a platform thread that has its slab and a window that holds the value, and allocates nothing there;
 * the first value of an octave allocates. {@link SlabReader} merges.
 */
public final class Histograms {
    /*
     * The table of slabs is held here too: a record is as many loads as if this were one class with Slabs.
     */
    private final Slabs slabs;
    private final Slab[] slabPlaces;
    private final Stripes stripes;
    private final MemoryBudget budget;
    private final SelfCounts counts;
    private final ReentrantLock growth = new ReentrantLock();
    private volatile HistogramCells[] cells = {};
    private volatile int count;
    private final List<HistogramCells> spares = new ArrayList<>();

    Histograms(Slabs slabs, Slab[] slabPlaces, Stripes stripes, MemoryBudget budget, SelfCounts counts) {
        this.slabs = slabs;
        this.slabPlaces = slabPlaces;
        this.stripes = stripes;
        this.budget = budget;
        this.counts = counts;
    }

    /** @param value 0 to {@link BucketLayout#MAX_VALUE} */
    public void record(HistogramCells histogram, long value) {
        Thread current = Thread.currentThread();
        Slab slab = slabPlaces[(int) ThreadIds.of(current) & (slabPlaces.length - 1)];
        if (slab.owner == current) {
            long[][] windows = slab.windows;
            int id = histogram.id;
            if (id >= 0 && id < windows.length) {
                long[] window = windows[id];
                int shift = histogram.leadingZerosBase - Long.numberOfLeadingZeros(value | histogram.lowMask);
                int i = (shift << histogram.magnitude) + (int) (value >>> shift) - (int) window[Slab.ORIGIN];
                if (i >= Slab.FIRST && i < window.length - Cells.PAD) {
                    Cells.addOwned(window, i, 1);
                    Cells.addOwnedReleased(window, Slab.SUM, value); // C1
                    return;
                }
            }
        }
        recordSlow(current, histogram, value);
    }

    /**
     * Records some values, as {@link #record} would one by one, and finds the calling thread's window only once for all that lie
     * in it.
     */
    public void recordAll(HistogramCells histogram, long[] values, int count) {
        Thread current = Thread.currentThread();
        long[] window = windowOf(current, histogram);
        long sum = 0;
        for (int v = 0; v < count; v++) {
            long value = values[v];
            int shift = histogram.leadingZerosBase - Long.numberOfLeadingZeros(value | histogram.lowMask);
            int i = (shift << histogram.magnitude) + (int) (value >>> shift) - (int) window[Slab.ORIGIN];
            if (i >= Slab.FIRST && i < window.length - Cells.PAD) {
                Cells.addOwned(window, i, 1);
                sum += value;
            } else {
                if (sum != 0) {
                    Cells.addOwnedReleased(window, Slab.SUM, sum); // C1; before the window is copied to a longer one
                    sum = 0;
                }
                recordSlow(current, histogram, value);
                window = windowOf(current, histogram);
            }
        }
        if (sum != 0) {
            Cells.addOwnedReleased(window, Slab.SUM, sum); // C1
        }
    }

    /** Returns the calling thread's window of a histogram, or {@link Slab#NO_WINDOW}. */
    private long[] windowOf(Thread current, HistogramCells histogram) {
        Slab slab = slabPlaces[(int) ThreadIds.of(current) & (slabPlaces.length - 1)];
        if (slab.owner == current) {
            long[][] windows = slab.windows;
            int id = histogram.id;
            if (id >= 0 && id < windows.length) {
                return windows[id];
            }
        }
        return Slab.NO_WINDOW;
    }

    private void recordSlow(Thread current, HistogramCells histogram, long value) {
        if (slabs.closed()) {
            counts.late.increment();
            return;
        }
        Slab slab = slabs.find(current);
        if (slab != null) {
            int bucket = histogram.layout.indexOf(value);
            if (slab.growWindow(histogram.id, histogram.layout, bucket, budget)) {
                long[] window = slab.windowAcquire(histogram.id);
                int i = bucket - (int) window[Slab.ORIGIN];
                if (i >= Slab.FIRST && i < window.length - Cells.PAD) {
                    Cells.addOwned(window, i, 1);
                    Cells.addOwnedReleased(window, Slab.SUM, value); // C1
                    return;
                }
            }
            if (!slabs.closed()) {
                counts.sharedStripes.increment();
            }
        }
        recordShared(histogram, value);
    }

    /** Records into cells with many writers, without giving the calling thread a slab. */
    public void recordShared(HistogramCells histogram, long value) {
        if (slabs.closed()) {
            counts.late.increment();
            return;
        }
        histogram.addShared(Thread.currentThread(), value, stripes, budget, counts);
    }

    /** Takes the cells of a histogram back that nobody can record to any more. */
    public void free(HistogramCells given) {
        growth.lock();
        try {
            spares.add(given);
        } finally {
            growth.unlock();
        }
    }

    /**
     * Makes a new histogram, of one digit where the budget no longer holds one full window of the digits asked for, or is spent but
     * for a sixteenth. Its cells may hold what was recorded to them before: {@link HistogramCells#start}.
     *
     * @param isOverflow whether they count what found no place elsewhere
     */
    public HistogramCells make(int digits, boolean isOverflow) {
        BucketLayout layout = BucketLayout.ofDigits(digits);
        if (digits > 1 && budget.remaining() < Math.max(layout.fullBytes(), budget.maxBytes() / 16)) {
            layout = BucketLayout.ofDigits(1);
            counts.oneDigitHistograms.increment();
        }
        growth.lock();
        try {
            for (int i = 0; i < spares.size() && !isOverflow; i++) {
                if (spares.get(i).layout == layout) {
                    return spares.remove(i);
                }
            }
            int id = count;
            HistogramCells[] all = cells;
            HistogramCells histogram = new HistogramCells(id, layout, isOverflow);
            budget.promise(StripedWindow.usualBytes(layout) * 3 / 2); // half as much again for slices and readers
            if (id == all.length) {
                all = Arrays.copyOf(all, Math.max(16, 2 * id));
                all[id] = histogram;
                cells = all;
            } else {
                all[id] = histogram; // published by the volatile count below
            }
            count = id + 1;
            return histogram;
        } finally {
            growth.unlock();
        }
    }

    /** Returns how many histograms there are; {@link #cells} knows each of them. */
    int count() {
        return count;
    }

    HistogramCells cells(int id) {
        return cells[id]; // the array holds at least as many as a count that was read before
    }

    /** Forgets all histograms: the slabs are closed. */
    void clear() {
        growth.lock();
        try {
            count = 0;
            cells = new HistogramCells[0];
            spares.clear();
        } finally {
            growth.unlock();
        }
    }
}
