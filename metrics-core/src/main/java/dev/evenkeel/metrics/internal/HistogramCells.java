package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Internal. One histogram within the slabs: its number, which is the place of its windows in every slab, its layout, and
 * its cells with many writers.
 */
public final class HistogramCells {
    /*
     * Records that cannot go to a slab's window go to a striped window; where even an octave's page does not fit the
     * budget, to one of 64 coarse cells, which every histogram pays for when it is made. A coarse count shows in the
     * highest bucket of its octave: at most twice the value, never flattering, and still one count per record.
     *
     * Access ledger
     *   field        written by            read by            pair
     *   striped[i]   anybody: CAS, once    anybody: acquire   S1
     *   coarse[i]    anybody: getAndAdd    collector: opaque  -
     */
    private static final int STRIPE_LIMIT = 16;

    private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(StripedWindow[].class);

    /** What a histogram costs before a thread has recorded to it. */
    public static final long BASE_BYTES = 48 + 2 * (16 + 4 * STRIPE_LIMIT) + 16 + 64 * 8 + 300;

    final int id;
    final BucketLayout layout;

    // Copies of the layout's numbers: one load less on the way of every record.
    final int magnitude;
    final long lowMask;
    final int leadingZerosBase;

    private volatile @Nullable SparseCounts start;

    private final @Nullable StripedWindow[] striped = new StripedWindow[STRIPE_LIMIT];
    private final long[] coarse = new long[64];

    HistogramCells(int id, BucketLayout layout) {
        this.id = id;
        this.layout = layout;
        this.magnitude = layout.magnitude;
        this.lowMask = layout.lowMask;
        this.leadingZerosBase = layout.leadingZerosBase;
    }

    public BucketLayout layout() {
        return layout;
    }

    /** Returns what the cells held when the histogram that they belong to now began; null for nothing. */
    public @Nullable SparseCounts start() {
        return start;
    }

    /** Lets a histogram begin anew from what the cells hold. Under the collectors' lock. */
    public void startFrom(SparseCounts held) {
        start = held;
    }

    /** Adds to a bucket what was recorded elsewhere. Under the collectors' lock. */
    public void addFolded(BucketCounts counts, MemoryBudget budget) {
        StripedWindow window = (StripedWindow) STRIPE.getAcquire(striped, 0);
        if (window == null) {
            budget.charge(StripedWindow.baseBytes(layout));
            window = install(0, budget);
        }
        for (int i = 0; i < counts.size(); i++) {
            // The other cells may have had fewer digits.
            window.addCharged(layout.indexOf(counts.layout().lowOf(counts.indexAt(i))), counts.countAt(i), budget);
        }
        window.addSum(counts.sum());
    }

    void addShared(Thread thread, long value, Stripes stripes, MemoryBudget budget, SelfCounts counts) {
        int count = stripes.count();
        StripedWindow window = window(count == 1 ? 0 : stripes.indexOf(thread, Math.min(count, STRIPE_LIMIT)), budget);
        if (window != null && window.tryAdd(layout.indexOf(value), 1, budget)) {
            if (count != 1) {
                window.addSum(value);
            } else if (!window.addSumAlone(value)) {
                stripes.contended();
            }
            return;
        }
        counts.coarseValues.increment();
        // 64 cells on 8 lines with many writers: slow when contended, but this is what the cap has left.
        Cells.addShared(coarse, 63 - Long.numberOfLeadingZeros(value | 1), 1);
        Cells.addShared(coarse, 63, value);
    }

    /** Takes over the window of a slab that is given up. Under the collectors' lock; the slab has no writer. */
    void fold(long[] slabWindow, MemoryBudget budget) {
        StripedWindow window = (StripedWindow) STRIPE.getAcquire(striped, 0);
        if (window == null) {
            budget.charge(StripedWindow.baseBytes(layout));
            window = install(0, budget);
        }
        int first = Slab.firstBucket(slabWindow);
        int count = Slab.bucketCount(slabWindow);
        for (int i = 0; i < count; i++) {
            long n = slabWindow[Slab.FIRST + i];
            if (n != 0) {
                window.addCharged(first + i, n, budget);
            }
        }
        window.addSum(slabWindow[Slab.SUM]);
    }

    /** Adds what is not in slabs to the counts. */
    void mergeSharedInto(BucketCounts counts) {
        for (int i = 0; i < STRIPE_LIMIT; i++) {
            StripedWindow window = (StripedWindow) STRIPE.getAcquire(striped, i); // S1
            if (window != null) {
                window.mergeInto(counts);
            }
        }
        for (int bits = 0; bits < 63; bits++) {
            long n = Cells.readOpaque(coarse, bits);
            if (n != 0) {
                counts.add(layout.indexOf((2L << bits) - 1), n);
            }
        }
        counts.addSum(Cells.readOpaque(coarse, 63));
    }

    private @Nullable StripedWindow window(int stripe, MemoryBudget budget) {
        StripedWindow window = (StripedWindow) STRIPE.getAcquire(striped, stripe); // S1
        if (window != null) {
            return window;
        }
        if (!budget.tryReserve(StripedWindow.baseBytes(layout))) {
            return null;
        }
        return install(stripe, budget);
    }

    private StripedWindow install(int stripe, MemoryBudget budget) {
        StripedWindow fresh = new StripedWindow(layout);
        StripedWindow found =
                (StripedWindow) STRIPE.compareAndExchange(striped, stripe, (StripedWindow) null, fresh); // S1
        if (found == null) {
            return fresh;
        }
        budget.release(StripedWindow.baseBytes(layout));
        return found;
    }
}
