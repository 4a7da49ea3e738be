package dev.evenkeel.metrics.internal;

import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** Pair C2: who sees a grown array sees what was copied into it, and a closed slab stays closed. */
public final class SlabGrowthStress {
    private static final int SLOT = Cells.PAD;
    private static final int FAR_SLOT = 200;
    private static final int WIDE_SLOT = Slots.FLAT + 5;
    private static final int FAR_WIDE_SLOT = Slots.FLAT + 9 * Slots.PAGE;

    private SlabGrowthStress() {}

    /** The flat array of cells. */
    @JCStressTest
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "the old array, or the new one with its copy")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a grown array without what was copied")
    @State
    public static class Cell {
        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);

        public Cell() {
            slab.arrayOf(SLOT, budget);
            Cells.addOwned(slab.cells, SLOT, 5);
        }

        @Actor
        public void owner() {
            slab.arrayOf(FAR_SLOT, budget);
        }

        @Actor
        public void collector(J_Result r) {
            r.r1 = Cells.readOpaque(slab.cellsAcquire(), SLOT);
        }
    }

    /** A plain store of the grown array and a plain read of it. */
    @JCStressTest
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "the old array, or the new one with its copy")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a grown array without what was copied")
    @State
    public static class CellMutant {
        private long[] cells = new long[64];

        public CellMutant() {
            cells[SLOT] = 5;
        }

        @Actor
        public void owner() {
            cells = Arrays.copyOf(cells, 256);
        }

        @Actor
        public void collector(J_Result r) {
            r.r1 = Cells.readOpaque(cells, SLOT);
        }
    }

    /** The window of a histogram, its origin, its buckets and its sum, and the table of windows. */
    @JCStressTest
    @Outcome(id = "1, 7", expect = Expect.ACCEPTABLE, desc = "the old window, or the new one with its copy")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a grown window without what was copied")
    @State
    public static class Window {
        private static final BucketLayout LAYOUT = BucketLayout.ofDigits(1);
        private static final int BUCKET = LAYOUT.indexOf(100_000);
        private static final int LOW = LAYOUT.indexOf(3);

        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);

        public Window() {
            slab.growWindow(0, LAYOUT, BUCKET, budget);
            long[] window = slab.windowAcquire(0);
            Cells.addOwned(window, BUCKET - (int) window[Slab.ORIGIN], 1);
            Cells.addOwned(window, Slab.SUM, 7);
        }

        @Actor
        public void owner() {
            slab.growWindow(0, LAYOUT, LOW, budget);
            slab.growWindow(20, LAYOUT, LOW, budget);
        }

        @Actor
        public void collector(JJ_Result r) {
            long[] window = slab.windowAcquire(0);
            r.r1 = Cells.readOpaque(window, BUCKET - (int) window[Slab.ORIGIN]);
            r.r2 = Cells.readOpaque(window, Slab.SUM);
        }
    }

    /** A window that is published by a plain store: its origin may be seen as 0, and its buckets as empty. */
    @JCStressTest
    @Outcome(id = "1, 7", expect = Expect.ACCEPTABLE, desc = "the old window, or the new one with its copy")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a grown window without what was copied")
    @State
    public static class WindowMutant {
        private static final int BUCKETS = 8;
        private final long[][] windows = {new long[Slab.FIRST + BUCKETS + Cells.PAD]};

        public WindowMutant() {
            long[] window = windows[0];
            window[Slab.ORIGIN] = BUCKETS - Slab.FIRST;
            window[Slab.FIRST] = 1; // bucket 8
            window[Slab.SUM] = 7;
        }

        @Actor
        public void owner() {
            long[] old = windows[0];
            long[] grown = new long[Slab.FIRST + 2 * BUCKETS + Cells.PAD];
            grown[Slab.ORIGIN] = -Slab.FIRST;
            grown[Slab.SUM] = old[Slab.SUM];
            System.arraycopy(old, Slab.FIRST, grown, Slab.FIRST + BUCKETS, BUCKETS);
            windows[0] = grown;
        }

        @Actor
        public void collector(JJ_Result r) {
            long[] window = windows[0];
            r.r1 = Cells.readOpaque(window, BUCKETS - (int) window[Slab.ORIGIN]);
            r.r2 = Cells.readOpaque(window, Slab.SUM);
        }
    }

    /** A page of cells, and the table of pages that grows around it. */
    @JCStressTest
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "the page, in the old table or in the grown one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a grown table without a page that was in it")
    @State
    public static class Page {
        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);

        public Page() {
            Cells.addOwned(slab.arrayOf(WIDE_SLOT, budget), Slots.indexOf(WIDE_SLOT), 5);
        }

        @Actor
        public void owner() {
            slab.arrayOf(FAR_WIDE_SLOT, budget);
        }

        @Actor
        public void collector(J_Result r) {
            long[] page = slab.pageAcquire(Slots.pageOf(WIDE_SLOT));
            r.r1 = page.length == 0 ? -1 : Cells.readOpaque(page, Slots.indexOf(WIDE_SLOT));
        }
    }

    /** A table of pages that is published by a plain store. */
    @JCStressTest
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "the page, in the old table or in the grown one")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a grown table without a page that was in it")
    @State
    public static class PageMutant {
        private long[][] pages = {new long[Cells.PAGE_LENGTH]};

        public PageMutant() {
            pages[0][Cells.PAGE_PAD] = 5;
        }

        @Actor
        public void owner() {
            pages = Arrays.copyOf(pages, 16);
        }

        @Actor
        public void collector(J_Result r) {
            long[] page = pages[0];
            r.r1 = page == null ? -1 : Cells.readOpaque(page, Cells.PAGE_PAD);
        }
    }

    /** A closer that comes between the copy and the publication wins: the slab stays closed. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "closed for good")
    @Outcome(expect = Expect.FORBIDDEN, desc = "growth opened a closed slab again")
    @State
    public static class GrowthAndClose {
        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);

        @Actor
        public void owner() {
            slab.arrayOf(SLOT, budget);
        }

        @Actor
        public void closer() {
            slab.close();
        }

        @Arbiter
        public void after(J_Result r) {
            r.r1 = slab.cellsAcquire().length;
        }
    }

    /** The grown array is stored with release, not by CAS: it may come after the closer's. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "closed for good")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "growth opened a closed slab again")
    @State
    public static class GrowthAndCloseMutant {
        private volatile long[] cells = Cells.NONE;

        @Actor
        public void owner() {
            long[] old = cells;
            if (old != Cells.CLOSED) {
                cells = Arrays.copyOf(old, 64);
            }
        }

        @Actor
        public void closer() {
            cells = Cells.CLOSED;
        }

        @Arbiter
        public void after(J_Result r) {
            r.r1 = cells.length;
        }
    }
}
