package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Pair T1, and the table of slabs beside it: threads that take one place from each other never write to each other's cells. */
public final class DisplacementStress {
    private static final int SLOT = Cells.PAD;
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(long[][].class);

    private DisplacementStress() {}

    /**
     * Two owners who put their arrays into both their places, as if their numbers asked for one, and record. The arbiter looks
     * where the records went. The table is shared by all states, which only makes the owners meet more often.
     */
    abstract static class TwoOwners {
        static final long[][] PLACES = new long[SlabTable.PLACES + SlabTable.SHARED_PLACES][1];
        private static final long[] NUMBERS = new long[2];

        final long[] first = new long[64];
        final long[] second = new long[64];

        abstract boolean tryAdd();

        static int placeOf(long number) {
            return (int) number & (SlabTable.PLACES - 1);
        }

        final long take(long[] mine) {
            long number = ThreadIds.of(Thread.currentThread());
            mine[Slab.OWNER] = number;
            NUMBERS[mine == first ? 0 : 1] = number;
            PLACE.setRelease(PLACES, placeOf(NUMBERS[mine == first ? 1 : 0]), mine);
            PLACE.setRelease(PLACES, placeOf(number), mine);
            return (tryAdd() ? 1 : 0) + (tryAdd() ? 1 : 0);
        }
    }

    /** T1: the number is looked up in the very array that is written to. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 0, 0", "2, 0, 0", "0, 1, 0", "1, 1, 0", "2, 1, 0", "0, 2, 0", "1, 2, 0", "2, 2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "a miss, or an addition to the thread's own cells")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a record went to the cells of another thread")
    @State
    public static class Place extends TwoOwners {
        @Override
        boolean tryAdd() {
            return Slabs.tryAdd(PLACES, SLOT, 1);
        }

        @Actor
        public void one(JJJ_Result r) {
            r.r1 = take(first);
        }

        @Actor
        public void other(JJJ_Result r) {
            r.r2 = take(second);
        }

        @Arbiter
        public void misplaced(JJJ_Result r) {
            r.r3 = Math.abs(first[SLOT] - r.r1) + Math.abs(second[SLOT] - r.r2);
        }
    }

    /** The place is read plainly, and so may be read twice: once for the number, once for the cell. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 0, 0", "2, 0, 0", "0, 1, 0", "1, 1, 0", "2, 1, 0", "0, 2, 0", "1, 2, 0", "2, 2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "a miss, or an addition to the thread's own cells")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a record went to the cells of another thread")
    @State
    public static class PlaceMutant extends TwoOwners {
        @Override
        boolean tryAdd() {
            long number = ThreadIds.of(Thread.currentThread());
            int place = placeOf(number);
            if (SLOT < PLACES[place].length && PLACES[place][Slab.OWNER] == number) {
                Cells.addOwned(PLACES[place], SLOT, 1);
                return true;
            }
            return false;
        }

        @Actor
        public void one(JJJ_Result r) {
            r.r1 = take(first);
        }

        @Actor
        public void other(JJJ_Result r) {
            r.r2 = take(second);
        }

        @Arbiter
        public void misplaced(JJJ_Result r) {
            r.r3 = Math.abs(first[SLOT] - r.r1) + Math.abs(second[SLOT] - r.r2);
        }
    }

    /** The table of slabs: a thread looks for its slab while another takes its place. It may miss, and never gets the other's. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "displaced: a miss")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "its own slab")
    @Outcome(id = "2", expect = Expect.FORBIDDEN, desc = "the slab of another thread")
    @State
    public static class Owner {
        private final Slab own = new Slab();
        private final Slab other = new Slab();
        private final Slab[] places = {own};

        @Actor
        public void owner(I_Result r) {
            Thread current = Thread.currentThread();
            own.owner = current;
            Slab found = SlabTable.ownedAt(places, 0, current);
            r.r1 = found == null ? 0 : found == own ? 1 : 2;
        }

        @Actor
        public void displacer() {
            places[0] = other;
        }
    }

    /** The same with the place read again after the test. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "displaced: a miss")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "its own slab")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "the slab of another thread")
    @State
    public static class OwnerMutant {
        private final Slab own = new Slab();
        private final Slab other = new Slab();
        private final Slab[] places = {own};

        @Actor
        public void owner(I_Result r) {
            Thread current = Thread.currentThread();
            own.owner = current;
            Slab found = places[0].owner == current ? places[0] : null;
            r.r1 = found == null ? 0 : found == own ? 1 : 2;
        }

        @Actor
        public void displacer() {
            places[0] = other;
        }
    }
}
