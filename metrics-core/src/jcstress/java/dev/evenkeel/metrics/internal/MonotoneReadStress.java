package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Single cells and window cells: opaque on both sides, so that a reader who looks twice never sees less. */
public final class MonotoneReadStress {
    private static final int SLOT = Cells.PAD;

    private MonotoneReadStress() {}

    /** One cell, its owner, who grows the array in between, and a reader that looks twice. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1", "0, 2", "1, 2", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "never less than before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a cell went backwards")
    @State
    public static class Grown {
        private final Slab slab = new Slab();
        private final MemoryBudget budget = new MemoryBudget(1 << 20);

        public Grown() {
            slab.arrayOf(SLOT, budget);
        }

        @Actor
        public void owner() {
            Cells.addOwned(slab.cells, SLOT, 1);
            slab.arrayOf(100, budget);
            Cells.addOwned(slab.cells, SLOT, 1);
        }

        @Actor
        public void reader(JJ_Result r) {
            r.r1 = Cells.readOpaque(slab.cellsAcquire(), SLOT);
            r.r2 = Cells.readOpaque(slab.cellsAcquire(), SLOT);
        }
    }

    /** One cell that is read through two references to one array, as two collects hold it. */
    abstract static class TwoLooks {
        final long[] cells = new long[64];
        final long[][] looks = {cells, cells};
    }

    /** Opaque reads of one cell are coherent. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "never less than before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a cell went backwards")
    @State
    public static class Cell extends TwoLooks {
        @Actor
        public void owner() {
            Cells.addOwned(cells, SLOT, 1);
        }

        @Actor
        public void reader(JJ_Result r) {
            long[] one = looks[0];
            long[] two = looks[1];
            r.r1 = Cells.readOpaque(one, SLOT);
            r.r2 = Cells.readOpaque(two, SLOT);
        }
    }

    /** Plain reads of one cell may be reordered. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "never less than before")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a cell went backwards")
    @State
    public static class CellMutant extends TwoLooks {
        @Actor
        public void owner() {
            cells[SLOT]++;
        }

        @Actor
        public void reader(JJ_Result r) {
            long[] one = looks[0];
            long[] two = looks[1];
            r.r1 = one[SLOT];
            r.r2 = two[SLOT];
        }
    }
}
