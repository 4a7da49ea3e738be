package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** One cell, its owner and a reader that looks twice. A plain read instead of an opaque one may see 1, then 0. */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1", "1, 1", "0, 2", "1, 2", "2, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "never less than before")
@Outcome(expect = Expect.FORBIDDEN, desc = "a cell went backwards")
@State
public class MonotoneReadStress {
    private final Slab slab = new Slab();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);

    public MonotoneReadStress() {
        slab.growCells(Cells.PAD, budget);
    }

    @Actor
    public void owner() {
        Cells.addOwned(slab.cells, Cells.PAD, 1);
        slab.growCells(100, budget);
        Cells.addOwned(slab.cells, Cells.PAD, 1);
    }

    @Actor
    public void reader(JJ_Result r) {
        r.r1 = Cells.readOpaque(slab.cellsAcquire(), Cells.PAD);
        r.r2 = Cells.readOpaque(slab.cellsAcquire(), Cells.PAD);
    }
}
