package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Pair C1: who sees an effect sees its cause. The reader looks for the effect first. */
public final class CauseStress {
    private static final int CAUSE = Cells.PAD;

    /** On another cache line than the cause: neighbours travel together. */
    private static final int EFFECT = CAUSE + 24;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** For all states: additions by way of the stripes do not read it. */
    private static final long[][] PLACES = new long[SlabTable.PLACES + SlabTable.SHARED_PLACES][];

    private CauseStress() {}

    private static Stripes newStripes() {
        return new Stripes(new MemoryBudget(1 << 20), new SelfCounts(), StripePolicy.mix(), PLACES);
    }

    /** Own cells: the effect is written with release and read with acquire. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "no effect without its cause")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "an effect was seen without its cause")
    @State
    public static class Owned {
        private final Slab slab = new Slab();

        public Owned() {
            slab.arrayOf(EFFECT, new MemoryBudget(1 << 20));
        }

        @Actor
        public void owner() {
            Cells.addOwned(slab.cells, CAUSE, 1);
            Cells.addOwnedReleased(slab.cells, EFFECT, 1);
        }

        @Actor
        public void collector(JJ_Result r) {
            r.r1 = Cells.readAcquire(slab.arrayAcquire(EFFECT), EFFECT);
            r.r2 = Cells.readOpaque(slab.arrayAcquire(CAUSE), CAUSE);
        }
    }

    /** Opaque instead of release and acquire: no order between two cells. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "no effect without its cause")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "an effect was seen without its cause")
    @State
    public static class OwnedOpaqueMutant {
        private final long[] cells = new long[64];

        @Actor
        public void owner() {
            CELL.setOpaque(cells, CAUSE, cells[CAUSE] + 1);
            CELL.setOpaque(cells, EFFECT, cells[EFFECT] + 1);
        }

        @Actor
        public void collector(JJ_Result r) {
            r.r1 = (long) CELL.getOpaque(cells, EFFECT);
            r.r2 = (long) CELL.getOpaque(cells, CAUSE);
        }
    }

    /** Plain on both sides: the compiler may reorder as well. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "no effect without its cause")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "an effect was seen without its cause")
    @State
    public static class OwnedPlainMutant {
        private final long[] cells = new long[64];
        private final long[] same = cells;

        @Actor
        public void owner() {
            cells[CAUSE]++;
            cells[EFFECT]++;
        }

        @Actor
        public void collector(JJ_Result r) {
            long[] one = cells;
            long[] two = same;
            r.r1 = one[EFFECT];
            r.r2 = two[CAUSE];
        }
    }

    /** Striped cells: additions are volatile, and the effect is read with acquire. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "no effect without its cause")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "an effect was seen without its cause")
    @State
    public static class Striped {
        private final Stripes stripes = newStripes();

        public Striped() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), CAUSE, 0);
        }

        @Actor
        public void recorder() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), CAUSE, 1);
            stripes.put(SlotKind.EFFECT, Thread.currentThread(), EFFECT, 1);
        }

        @Actor
        public void collector(JJ_Result r) {
            r.r1 = stripes.read(SlotKind.EFFECT, EFFECT);
            r.r2 = stripes.read(SlotKind.SUM, CAUSE);
        }
    }

    /** Striped cells with additions that order nothing. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "no effect without its cause")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "an effect was seen without its cause")
    @State
    public static class StripedMutant {
        private final long[] cells = new long[64];

        private void add(int cell) {
            long seen;
            do {
                seen = cells[cell];
            } while (!CELL.weakCompareAndSetPlain(cells, cell, seen, seen + 1));
        }

        @Actor
        public void recorder() {
            add(CAUSE);
            add(EFFECT);
        }

        @Actor
        public void collector(JJ_Result r) {
            r.r1 = (long) CELL.getOpaque(cells, EFFECT);
            r.r2 = (long) CELL.getOpaque(cells, CAUSE);
        }
    }
}
