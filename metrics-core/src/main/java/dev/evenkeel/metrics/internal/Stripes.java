package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Internal. Single cells with many writers: for virtual threads, for threads that the memory cap left without a slab, and
 * for the counts of slabs that were given up. Lock-free; nothing is lost; allocates a page on first touch.
 */
final class Stripes {
    /*
     * One stripe until FAILURES additions found another writer in their way, then eight for each processor, at most 64, so that
     * two writers seldom meet (with as many as processors, two of two met half the time); chosen by the policy: a mix of the thread's number, or the processor that it runs on. (The carrier of a
     * virtual thread would be the better choice; its identity is not ours to ask for.)
     *
     * A stripe is a row of pages: the first for the slots below Slots.FLAT, which are nearly all there are, each further one
     * twice as long as the one before; padded at both ends. A page is installed once, by CAS, and never moved: a copy,
     * which is what an owner may do, would lose what other writers add meanwhile. Stripe 0 has room for every slot by right
     * (each series pays for it when it is registered); where another stripe's page does not fit the budget, stripe 0 takes the
     * records. So the cap can slow a record down, and never loses it.
     *
     * Access ledger
     *   field     written by                read by            pair
     *   page[i]   anybody: CAS, getAndAdd   collector: opaque  -   (effects: acquire, C1)
     *   pages[k]  anybody: CAS, once        anybody: acquire   S1  (a page is seen zeroed)
     *   stripes   spreader: volatile        anybody: volatile  -
     */
    private static final int PAGE_LIMIT = 16;

    /** A place where no page is yet. */
    private static final long[] NO_PAGE = {};

    /** Bytes of stripe 0 per slot: its pages grow by doubling. */
    static final long BYTES_PER_SLOT = 16;

    /** Bytes of stripe 0's first page, which no series pays for. */
    static final long FIRST_PAGE_BYTES = Cells.bytesOf(Slots.FLAT + Cells.PAD);

    private static final int FAILURES = 32;

    /** Stripes after the spread. Each takes 8 KiB of the memory cap when it is first written. */
    static final int MOST =
            Math.min(64, 8 * ceilingPowerOfTwo(Runtime.getRuntime().availableProcessors()));

    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

    private final MemoryBudget budget;
    private final SelfCounts counts;
    private final StripePolicy policy;
    private final long[][] places;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long[][][] stripes = {emptyStripe()};

    /** @param places the table of arrays, whose end shows the first pages to the fast path */
    Stripes(MemoryBudget budget, SelfCounts counts, StripePolicy policy, long[][] places) {
        this.budget = budget;
        this.counts = counts;
        this.policy = policy;
        this.places = places;
    }

    private static long[][] emptyStripe() {
        long[][] pages = new long[PAGE_LIMIT][];
        Arrays.fill(pages, NO_PAGE);
        return pages;
    }

    /** Puts an operand into a slot. */
    void put(SlotKind kind, Thread thread, int slot, long operand) {
        long[][][] all = stripes;
        int stripe = all.length == 1 ? 0 : policy.indexOf(thread, all.length);
        long[] cells = (long[]) PAGE.getAcquire(all[stripe], 0); // S1
        int cell = slot;
        if (slot >= cells.length - Cells.PAD) {
            int page = pageOf(slot);
            cells = page(all, stripe, page);
            cell = cellOf(slot, page);
        }
        if (all.length == 1) {
            if (!kind.tryShare(cells, cell, operand)) {
                kind.share(cells, cell, operand);
                contended();
            }
        } else {
            kind.share(cells, cell, operand);
        }
    }

    /** Puts what a slab that is given up holds of a slot into stripe 0, whatever the contention. */
    void fold(SlotKind kind, int slot, long held) {
        int page = pageOf(slot);
        kind.share(page(stripes, 0, page), cellOf(slot, page), held);
    }

    int indexOf(Thread thread, int count) {
        return policy.indexOf(thread, count);
    }

    /** Counts a lost race; enough of them make several stripes out of one. */
    void contended() {
        if (stripes.length == 1 && failures.incrementAndGet() == FAILURES && MOST > 1) {
            long[][][] spread = new long[MOST][][];
            spread[0] = stripes[0];
            for (int i = 1; i < MOST; i++) {
                spread[i] = emptyStripe();
            }
            stripes = spread;
            for (int i = 1; i < MOST; i++) {
                page(spread, i, 0);
            }
            show();
        }
    }

    /**
     * Puts the first page of the stripe that each mix of a thread's number chooses at the end of the table of arrays, so that the
     * fast path of a virtual thread is one load from there.
     */
    private void show() {
        if (policy.isTopologyAware()) {
            return; // the choice is not by number
        }
        long[][][] all = stripes;
        for (int i = 0; i < SlabTable.SHARED_PLACES; i++) {
            PAGE.setRelease(places, SlabTable.PLACES + i, page(all, i & (all.length - 1), 0)); // S1
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
            if (cells != NO_PAGE) {
                joined = kind.join(joined, Cells.readAcquire(cells, cellOf(slot, page))); // C1
            }
        }
        return joined;
    }

    /** Adds every cell of all stripes to the sums, slot by slot. */
    void sumInto(long[] sums) {
        for (long[][] stripe : stripes) {
            for (int page = 0; page < PAGE_LIMIT && startOf(page) < sums.length; page++) {
                long[] cells = (long[]) PAGE.getAcquire(stripe, page); // S1
                if (cells == NO_PAGE) {
                    continue;
                }
                int end = Math.min(sums.length, startOf(page + 1));
                for (int slot = Math.max(Cells.PAD, startOf(page)); slot < end; slot++) {
                    sums[slot] += Cells.readOpaque(cells, cellOf(slot, page));
                }
            }
        }
    }

    /** Gives up all pages. A record that runs at the same moment may be lost. */
    void close() {
        stripes = new long[][][] {emptyStripe()};
    }

    private long[] page(long[][][] all, int stripe, int page) {
        long[] cells = (long[]) PAGE.getAcquire(all[stripe], page); // S1
        return cells != NO_PAGE ? cells : install(all, stripe, page);
    }

    private long[] install(long[][][] all, int stripe, int page) {
        int length = lengthOf(page);
        if (stripe != 0 && !budget.tryReserve(Cells.bytesOf(length))) {
            counts.sharedStripes.increment();
            return page(all, 0, page);
        }
        long[] fresh = new long[length];
        long[] found = (long[]) PAGE.compareAndExchange(all[stripe], page, NO_PAGE, fresh); // S1
        if (found == NO_PAGE) {
            if (stripe == 0 && page == 0) {
                show();
            }
            return fresh;
        }
        if (stripe != 0) {
            budget.release(Cells.bytesOf(length));
        }
        return found;
    }

    /** Slot s lies in the page k for which FLAT * 2^k - FLAT <= s < FLAT * 2^(k+1) - FLAT. */
    static int pageOf(int slot) {
        return 31 - Integer.numberOfLeadingZeros(slot / Slots.FLAT + 1);
    }

    static int startOf(int page) {
        return Slots.FLAT * ((1 << page) - 1);
    }

    /** Slots begin at Cells.PAD, so the first page needs no pad in front. */
    private static int cellOf(int slot, int page) {
        return page == 0 ? slot : slot - startOf(page) + Cells.PAD;
    }

    private static int lengthOf(int page) {
        return page == 0 ? Slots.FLAT + Cells.PAD : (Slots.FLAT << page) + 2 * Cells.PAD;
    }

    static int ceilingPowerOfTwo(int n) {
        return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }
}
