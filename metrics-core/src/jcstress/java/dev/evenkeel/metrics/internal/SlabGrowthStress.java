package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** Pair C2: who sees a grown array sees what was copied into it. */
public final class SlabGrowthStress {
    private static final int SLOT = Cells.PAD;
    private static final int FAR_SLOT = 200;

    private SlabGrowthStress() {}

    /** A plain store of the grown array would let a reader see it before its copied cells, as 0. */
    @JCStressTest
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "the old array, or the new one with its copy")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "a grown array without what was copied")
    @State
    public static class Cell {
        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);

        public Cell() {
            slab.growCells(SLOT, budget);
            Cells.addOwned(slab.cells, SLOT, 5);
        }

        @Actor
        public void owner() {
            slab.growCells(FAR_SLOT, budget);
        }

        @Actor
        public void collector(J_Result r) {
            r.r1 = Cells.readOpaque(slab.cellsAcquire(), SLOT);
        }
    }

    /** The same for the window of a histogram: its origin, its buckets and its sum. */
    @JCStressTest
    @Outcome(id = "1, 7", expect = Expect.ACCEPTABLE, desc = "the old window, or the new one with its copy")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a grown window without what was copied")
    @State
    public static class Window {
        private static final BucketLayout LAYOUT = BucketLayout.ofDigits(1);

        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);
        private final int bucket = LAYOUT.indexOf(100_000);

        public Window() {
            slab.growWindow(0, LAYOUT, bucket, budget);
            long[] window = slab.windowAcquire(0);
            Cells.addOwned(window, bucket - (int) window[Slab.ORIGIN], 1);
            Cells.addOwned(window, Slab.SUM, 7);
        }

        @Actor
        public void owner() {
            slab.growWindow(0, LAYOUT, LAYOUT.indexOf(3), budget);
        }

        @Actor
        public void collector(JJ_Result r) {
            long[] window = slab.windowAcquire(0);
            r.r1 = Cells.readOpaque(window, bucket - (int) window[Slab.ORIGIN]);
            r.r2 = Cells.readOpaque(window, Slab.SUM);
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
            slab.growCells(SLOT, budget);
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
}
