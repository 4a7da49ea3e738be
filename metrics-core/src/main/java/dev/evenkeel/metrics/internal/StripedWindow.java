package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One histogram's buckets with many writers: a page per octave, installed once, never moved. Lock-free. */
final class StripedWindow {
    /*
     * Access ledger
     *   field        written by            read by            pair
     *   page[i]      anybody: getAndAdd    collector: opaque  -
     *   octaves[k]   anybody: CAS, once    anybody: acquire   S1  (a page is seen zeroed)
     *   sum[PAD]     anybody: getAndAdd    collector: opaque
     *                                      stamp: acquire     C1  (a value before the sum that tells of it)
     */
    private static final VarHandle OCTAVE = MethodHandles.arrayElementVarHandle(long[][].class);

    private final BucketLayout layout;

    private final Share share;

    private final long[][] octaves;

    /** The sum, padded from its neighbours. */
    private final long[] sum = new long[2 * Cells.PAD + 1];

    StripedWindow(BucketLayout layout, Share share) {
        this.layout = layout;
        this.share = share;
        this.octaves = new long[layout.octaveCount()][];
    }

    /** Which share of the memory cap a window may use. */
    enum Share {
        /** Another window takes what finds no room here. */
        DISPENSABLE {
            @Override
            boolean tryReserve(MemoryBudget budget, long bytes) {
                return budget.tryReserveOwn(bytes);
            }
        },

        /** What finds no room here loses its precision. */
        NEEDED {
            @Override
            boolean tryReserve(MemoryBudget budget, long bytes) {
                return budget.tryReserve(bytes);
            }
        },

        /** The last place of all that finds no room elsewhere: the overflow series. */
        KEPT_BACK {
            @Override
            boolean tryReserve(MemoryBudget budget, long bytes) {
                return budget.tryReserveFamily(bytes);
            }
        };

        abstract boolean tryReserve(MemoryBudget budget, long bytes);
    }

    /** Returns what a window costs once values of ten octaves have come, from microseconds to a second. */
    static long usualBytes(BucketLayout layout) {
        return baseBytes(layout) + 10 * pageBytes(layout);
    }

    static long baseBytes(BucketLayout layout) {
        return 48 + 4L * layout.octaveCount() + Cells.bytesOf(2 * Cells.PAD + 1);
    }

    /** Adds to a bucket. Returns false, and adds nothing, when its page does not fit the budget. */
    boolean tryAdd(int bucket, long count, MemoryBudget budget) {
        int octave = bucket >>> layout.magnitude;
        long[] page = (long[]) OCTAVE.getAcquire(octaves, octave); // S1
        if (page == null) {
            if (!share.tryReserve(budget, pageBytes(layout))) {
                return false;
            }
            page = install(octave, budget);
        }
        Cells.addShared(page, (bucket & (layout.octaveSize() - 1)) + Cells.PAD, count);
        return true;
    }

    /** Adds to a bucket, whatever the budget says: for counts that come out of memory about to be released. */
    void addCharged(int bucket, long count, MemoryBudget budget) {
        int octave = bucket >>> layout.magnitude;
        long[] page = (long[]) OCTAVE.getAcquire(octaves, octave); // S1
        if (page == null) {
            budget.charge(pageBytes(layout));
            page = install(octave, budget);
        }
        Cells.addShared(page, (bucket & (layout.octaveSize() - 1)) + Cells.PAD, count);
    }

    void addSum(long value) {
        Cells.addShared(sum, Cells.PAD, value);
    }

    /** Adds to the sum, which every record of every bucket meets, and tells whether another writer was in the way. */
    boolean addSumAlone(long value) {
        if (Cells.tryAddShared(sum, Cells.PAD, value)) {
            return true;
        }
        Cells.addShared(sum, Cells.PAD, value);
        return false;
    }

    void mergeInto(BucketCounts counts) {
        int size = layout.octaveSize();
        for (int octave = 0; octave < octaves.length; octave++) {
            long[] page = (long[]) OCTAVE.getAcquire(octaves, octave); // S1
            if (page == null) {
                continue;
            }
            counts.addAll(octave << layout.magnitude, page, Cells.PAD, size);
        }
        counts.addSum(Cells.readOpaque(sum, Cells.PAD));
    }

    /** Returns a number that every record raises: the sum, and how many values were 0, which a sum does not tell. */
    long stamp() {
        long all = Cells.readAcquire(sum, Cells.PAD); // C1
        long[] page = (long[]) OCTAVE.getAcquire(octaves, 0); // S1
        return page == null ? all : all + Cells.readOpaque(page, Cells.PAD);
    }

    private static long pageBytes(BucketLayout layout) {
        return Cells.bytesOf(layout.octaveSize() + 2 * Cells.PAD);
    }

    private long[] install(int octave, MemoryBudget budget) {
        long[] fresh = new long[layout.octaveSize() + 2 * Cells.PAD];
        long[] found = (long[]) OCTAVE.compareAndExchange(octaves, octave, (long[]) null, fresh); // S1
        if (found == null) {
            return fresh;
        }
        budget.release(pageBytes(layout));
        return found;
    }
}
