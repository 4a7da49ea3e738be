package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Internal. Single cells with many writers: for virtual threads, for threads that the memory cap left without a slab, and
 * for the counts of slabs that were given up. Lock-free; nothing is lost; allocates a page on first touch.
 */
final class Stripes {
    /*
     * One stripe until FAILURES additions found another writer in their way, then as many as there are processors, at
     * most 16, chosen by a mix of the thread's number. (The carrier of a virtual thread would be the better choice; its
     * identity is not ours to ask for.)
     *
     * A stripe is a row of pages, each twice as long as the one before, padded at both ends. A page is installed once, by
     * CAS, and never moves: a copy, which is what an owner may do, would lose what other writers add meanwhile. Stripe 0
     * has room for every slot by right (each series pays for it when it is registered); where another stripe's page does
     * not fit the budget, stripe 0 takes the records. So the cap can slow a record down, and never loses it.
     *
     * Access ledger
     *   field     written by                read by            pair
     *   page[i]   anybody: CAS, getAndAdd   collector: opaque  -   (effects: acquire, C1)
     *   pages[k]  anybody: CAS, once        anybody: acquire   S1  (a page is seen zeroed)
     *   stripes   spreader: volatile        anybody: volatile  -
     */

    /** Cells in the first page. */
    private static final int FIRST_PAGE = 64;

    private static final int PAGE_LIMIT = 20;

    /** Bytes of stripe 0 per slot: its pages grow by doubling. */
    static final long BYTES_PER_SLOT = 16;

    private static final int FAILURES = 32;

    private static final int MOST =
            Math.min(16, ceilingPowerOfTwo(Runtime.getRuntime().availableProcessors()));

    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

    private final MemoryBudget budget;
    private final SelfCounts counts;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long[][][] stripes = {new long[PAGE_LIMIT][]};

    Stripes(MemoryBudget budget, SelfCounts counts) {
        this.budget = budget;
        this.counts = counts;
    }

    /** Puts an operand into a slot. */
    void put(SlotKind kind, Thread thread, int slot, long operand) {
        long[][][] all = stripes;
        int page = pageOf(slot);
        int cell = slot - startOf(page) + Cells.PAD;
        if (all.length == 1) {
            long[] cells = page(all, 0, page);
            if (!kind.tryShare(cells, cell, operand)) {
                kind.share(cells, cell, operand);
                contended();
            }
        } else {
            kind.share(page(all, indexOf(thread, all.length), page), cell, operand);
        }
    }

    /** Puts what a slab that is given up holds of a slot into stripe 0, whatever the contention. */
    void fold(SlotKind kind, int slot, long held) {
        int page = pageOf(slot);
        kind.share(page(stripes, 0, page), slot - startOf(page) + Cells.PAD, held);
    }

    static int indexOf(Thread thread, int stripes) {
        return (int) (ThreadIds.of(thread) * 0x9E3779B97F4A7C15L >>> 32) & (stripes - 1);
    }

    /** Counts a lost race; enough of them make several stripes out of one. */
    void contended() {
        if (failures.incrementAndGet() == FAILURES && MOST > 1) {
            long[][][] spread = new long[MOST][][];
            spread[0] = stripes[0];
            for (int i = 1; i < MOST; i++) {
                spread[i] = new long[PAGE_LIMIT][];
            }
            stripes = spread;
        }
    }

    /** Returns how many stripes there are. */
    int count() {
        return stripes.length;
    }

    /** Returns what one slot holds over all stripes. What led to it is seen from here on. */
    long read(SlotKind kind, int slot) {
        int page = pageOf(slot);
        long joined = 0;
        for (long[][] stripe : stripes) {
            long[] cells = (long[]) PAGE.getAcquire(stripe, page); // S1
            if (cells != null) {
                joined = kind.join(joined, Cells.readAcquire(cells, slot - startOf(page) + Cells.PAD)); // C1
            }
        }
        return joined;
    }

    /** Adds every cell of all stripes to the sums, slot by slot. */
    void sumInto(long[] sums) {
        for (long[][] stripe : stripes) {
            for (int page = 0; page < PAGE_LIMIT && startOf(page) < sums.length; page++) {
                long[] cells = (long[]) PAGE.getAcquire(stripe, page); // S1
                if (cells == null) {
                    continue;
                }
                int start = startOf(page);
                int end = Math.min(sums.length, startOf(page + 1));
                for (int slot = start; slot < end; slot++) {
                    sums[slot] += Cells.readOpaque(cells, slot - start + Cells.PAD);
                }
            }
        }
    }

    /** Gives up all pages. A record that runs at the same moment may be lost. */
    void close() {
        stripes = new long[][][] {new long[PAGE_LIMIT][]};
    }

    private long[] page(long[][][] all, int stripe, int page) {
        long[] cells = (long[]) PAGE.getAcquire(all[stripe], page); // S1
        return cells != null ? cells : install(all, stripe, page);
    }

    private long[] install(long[][][] all, int stripe, int page) {
        int length = (FIRST_PAGE << page) + 2 * Cells.PAD;
        if (stripe != 0 && !budget.tryReserve(Cells.bytesOf(length))) {
            counts.sharedStripes.increment();
            return page(all, 0, page);
        }
        long[] fresh = new long[length];
        long[] found = (long[]) PAGE.compareAndExchange(all[stripe], page, (long[]) null, fresh); // S1
        if (found == null) {
            return fresh;
        }
        if (stripe != 0) {
            budget.release(Cells.bytesOf(length));
        }
        return found;
    }

    /** Slot s lies in the page k for which 64 * (2^k - 1) <= s < 64 * (2^(k+1) - 1). */
    static int pageOf(int slot) {
        return 31 - Integer.numberOfLeadingZeros(slot / FIRST_PAGE + 1);
    }

    static int startOf(int page) {
        return FIRST_PAGE * ((1 << page) - 1);
    }

    static int ceilingPowerOfTwo(int n) {
        return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }
}
