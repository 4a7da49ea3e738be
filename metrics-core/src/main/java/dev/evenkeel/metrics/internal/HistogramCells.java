package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Internal. One histogram within the slabs: its number, which is the place of its windows in every slab, its layout, and
 * its cells with many writers.
 */
public final class HistogramCells {
    /*
     * Records that cannot go to a slab's window go to a striped window; where even an octave's page does not fit the
     * budget, to one of 64 coarse cells, for which the budget keeps an eighth back. A coarse count shows in the highest bucket of its
     * octave: at most twice the value, never flattering, and still one count per record. Where that eighth is spent too, a
     * value goes to a single count and shows in the highest bucket there is: nothing is known of it but that it came, and its sum.
     *
     * Nothing of this exists before it is needed: most histograms of a service have cells in slabs only.
     *
     * Access ledger
     *   field        written by            read by            pair
     *   striped      anybody: CAS, once    anybody: acquire   S1
     *   striped[i]   anybody: CAS, once    anybody: acquire   S1
     *   coarse       anybody: CAS, once    anybody: acquire   S1
     *   coarse[i]    anybody: getAndAdd    collector: opaque  -
     *   unplaced     anybody: getAndAdd    collector: volatile  -
     *   unplacedSum  anybody: getAndAdd    collector: volatile  -
     */
    private static final int STRIPE_LIMIT = 16;

    private static final int COARSE_CELLS = 64;

    private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(StripedWindow[].class);
    private static final VarHandle STRIPED;
    private static final VarHandle COARSE;
    private static final AtomicLongFieldUpdater<HistogramCells> UNPLACED =
            AtomicLongFieldUpdater.newUpdater(HistogramCells.class, "unplaced");
    private static final AtomicLongFieldUpdater<HistogramCells> UNPLACED_SUM =
            AtomicLongFieldUpdater.newUpdater(HistogramCells.class, "unplacedSum");

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STRIPED = lookup.findVarHandle(HistogramCells.class, "striped", StripedWindow[].class);
            COARSE = lookup.findVarHandle(HistogramCells.class, "coarse", long[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a histogram costs before a thread has recorded to it. */
    public static final long BASE_BYTES = 64 + 16;

    private static final long STRIPED_BYTES = Cells.ARRAY_HEADER_BYTES + 4 * STRIPE_LIMIT;

    private static final @Nullable StripedWindow[] NO_STRIPES = new StripedWindow[STRIPE_LIMIT];

    final int id;
    final BucketLayout layout;

    // Copies of the layout's numbers: one load less on the way of every record.
    final int magnitude;
    final long lowMask;
    final int leadingZerosBase;

    private final boolean isOverflow;
    private volatile @Nullable SparseCounts start;

    /** How often it began anew. Under the collectors' lock. */
    private long lives;

    private @Nullable StripedWindow[] striped = NO_STRIPES;
    private long[] coarse = Cells.NONE;
    private volatile long unplaced;
    private volatile long unplacedSum;

    /** What readers counted in all cells, and the stamps that these had: {@link LadderReader}. Under the collectors' lock. */
    long[] wholeRow = Slab.NO_PAGE;

    long[] ladderStamps = Slab.NO_PAGE;

    HistogramCells(int id, BucketLayout layout, boolean isOverflow) {
        this.id = id;
        this.layout = layout;
        this.isOverflow = isOverflow;
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
        lives++;
    }

    /** Adds to a bucket what was recorded elsewhere. Under the collectors' lock. */
    public void addFolded(BucketCounts counts, MemoryBudget budget) {
        StripedWindow window = foldingWindow(budget);
        for (int i = 0; i < counts.size(); i++) {
            // The other cells may have had fewer digits.
            window.addCharged(layout.indexOf(counts.layout().lowOf(counts.indexAt(i))), counts.countAt(i), budget);
        }
        window.addSum(counts.sum());
    }

    void addShared(Thread thread, long value, Stripes stripes, MemoryBudget budget, SelfCounts counts) {
        int count = stripes.count();
        int stripe = count == 1 ? 0 : stripes.indexOf(thread, Math.min(count, STRIPE_LIMIT));
        int bucket = layout.indexOf(value);
        StripedWindow window = window(stripe, budget);
        boolean added = window != null && window.tryAdd(bucket, 1, budget);
        if (!added && stripe != 0) {
            counts.sharedStripes.increment();
            window = window(0, budget);
            added = window != null && window.tryAdd(bucket, 1, budget);
        }
        if (added && window != null) {
            if (count != 1) {
                window.addSum(value);
            } else if (!window.addSumAlone(value)) {
                stripes.contended();
            }
            return;
        }
        counts.coarseValues.increment();
        long[] cells = coarse(budget);
        if (cells == Cells.NONE) {
            UNPLACED.getAndIncrement(this);
            UNPLACED_SUM.getAndAdd(this, value);
            return;
        }
        // 64 cells on 8 lines with many writers: slow when contended, but this is what the cap has left.
        Cells.addShared(cells, 63 - Long.numberOfLeadingZeros(value | 1), 1);
        Cells.addShared(cells, COARSE_CELLS - 1, value);
    }

    private long[] coarse(MemoryBudget budget) {
        long[] known = (long[]) COARSE.getAcquire(this); // S1
        if (known != Cells.NONE) {
            return known;
        }
        long bytes = Cells.bytesOf(COARSE_CELLS);
        if (!budget.tryReserveFamily(bytes)) {
            return Cells.NONE;
        }
        long[] fresh = new long[COARSE_CELLS];
        long[] found = (long[]) COARSE.compareAndExchange(this, Cells.NONE, fresh); // S1
        if (found == Cells.NONE) {
            return fresh;
        }
        budget.release(bytes);
        return found;
    }

    /** Takes over the window of a slab that is given up. Under the collectors' lock; the slab has no writer. */
    void fold(long[] slabWindow, MemoryBudget budget) {
        StripedWindow window = foldingWindow(budget);
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
        @Nullable StripedWindow[] windows = stripedAcquire();
        if (windows != NO_STRIPES) {
            for (int i = 0; i < STRIPE_LIMIT; i++) {
                StripedWindow window = (StripedWindow) STRIPE.getAcquire(windows, i); // S1
                if (window != null) {
                    window.mergeInto(counts);
                }
            }
        }
        long[] cells = (long[]) COARSE.getAcquire(this); // S1
        if (cells != Cells.NONE) {
            for (int bits = 0; bits < COARSE_CELLS - 1; bits++) {
                long n = Cells.readOpaque(cells, bits);
                if (n != 0) {
                    counts.add(layout.indexOf((2L << bits) - 1), n);
                }
            }
            counts.addSum(Cells.readOpaque(cells, COARSE_CELLS - 1));
        }
        long elsewhere = unplaced;
        if (elsewhere != 0) {
            counts.add(layout.bucketCount() - 1, elsewhere);
            counts.addSum(unplacedSum);
        }
    }

    /**
     * Returns a number that everything raises which changes what is not in slabs, or where the count begins: sums and counts of
     * the value 0, which never shrink. Under the collectors' lock.
     */
    long sharedStamp() {
        long stamp = lives;
        @Nullable StripedWindow[] windows = stripedAcquire();
        if (windows != NO_STRIPES) {
            for (int i = 0; i < STRIPE_LIMIT; i++) {
                StripedWindow window = (StripedWindow) STRIPE.getAcquire(windows, i); // S1
                if (window != null) {
                    stamp += window.stamp();
                }
            }
        }
        long[] cells = (long[]) COARSE.getAcquire(this); // S1
        if (cells != Cells.NONE) {
            stamp += Cells.readAcquire(cells, COARSE_CELLS - 1) + Cells.readOpaque(cells, 0); // C1
        }
        return stamp + unplacedSum + unplaced;
    }

    /** Returns whether anything was recorded elsewhere than in slabs. */
    boolean hasShared() {
        return stripedAcquire() != NO_STRIPES || (long[]) COARSE.getAcquire(this) != Cells.NONE || unplaced != 0; // S1
    }

    private @Nullable StripedWindow[] stripedAcquire() {
        return (StripedWindow[]) STRIPED.getAcquire(this); // S1
    }

    /** Returns the window that takes counts over, whatever the budget says: they come out of memory about to be released. */
    private StripedWindow foldingWindow(MemoryBudget budget) {
        StripedWindow window = (StripedWindow) STRIPE.getAcquire(stripedAcquire(), 0); // S1
        if (window != null) {
            return window;
        }
        budget.charge(installBytes());
        return install(0, budget);
    }

    private @Nullable StripedWindow window(int stripe, MemoryBudget budget) {
        StripedWindow window = (StripedWindow) STRIPE.getAcquire(stripedAcquire(), stripe); // S1
        if (window != null) {
            return window;
        }
        if (!shareOf(stripe).tryReserve(budget, installBytes())) {
            return null;
        }
        return install(stripe, budget);
    }

    private StripedWindow.Share shareOf(int stripe) {
        return stripe != 0
                ? StripedWindow.Share.DISPENSABLE
                : isOverflow ? StripedWindow.Share.KEPT_BACK : StripedWindow.Share.NEEDED;
    }

    /** Returns the most that {@link #install} takes: what it does not need it gives back. */
    private long installBytes() {
        return STRIPED_BYTES + StripedWindow.baseBytes(layout);
    }

    private StripedWindow install(int stripe, MemoryBudget budget) {
        @Nullable StripedWindow[] windows = stripedAcquire();
        if (windows == NO_STRIPES) {
            @Nullable StripedWindow[] none = new StripedWindow[STRIPE_LIMIT];
            windows = (StripedWindow[]) STRIPED.compareAndExchange(this, NO_STRIPES, none); // S1
            if (windows == NO_STRIPES) {
                windows = none;
            } else {
                budget.release(STRIPED_BYTES);
            }
        } else {
            budget.release(STRIPED_BYTES);
        }
        StripedWindow fresh = new StripedWindow(layout, shareOf(stripe));
        StripedWindow found =
                (StripedWindow) STRIPE.compareAndExchange(windows, stripe, (StripedWindow) null, fresh); // S1
        if (found == null) {
            return fresh;
        }
        budget.release(StripedWindow.baseBytes(layout));
        return found;
    }
}
