package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Pairs R1 to R4: what is read of a group is whole, whoever writes meanwhile. Beside each pair stands a mutant with the weaker
 * mode, a copy of the mechanism; x86 itself orders stores and loads as R1, R2 and R4 ask, so there only the compiler can show them.
 */
public final class GroupStress {
    static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Three, so that the writer comes back to the copy that the reader may be in. */
    static final int ADDITIONS = 3;

    private GroupStress() {}

    /** Reads cells once, as a collector does, into r1 and r2; r3 is 1 when the second look found the version moved on. */
    static void readOnce(long[] cells, JJJ_Result r) {
        long[] copy = new long[2];
        long version = GroupCells.versionAcquire(cells);
        GroupCells.copy(cells, version, 2, copy);
        if (GroupCells.isStill(cells, version)) {
            r.r1 = copy[0];
            r.r2 = copy[1];
        } else {
            r.r3 = 1;
        }
    }

    /** Places of the copies of a mutant. */
    static int copyOf(long version) {
        return GroupCells.FIRST + (int) (version >> 1 & 1) * 2;
    }

    /** R1 and R2 in cells with one writer. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 10, 0", "2, 20, 0", "3, 30, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions")
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "the version moved on: read again")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a part of an addition")
    @State
    public static class Owned {
        private final long[] cells = new long[GroupCells.lengthOf(2)];

        @Actor
        public void owner() {
            for (int i = 0; i < ADDITIONS; i++) {
                GroupCells.put(cells, 1, 10);
            }
        }

        @Actor
        public void collector(JJJ_Result r) {
            readOnce(cells, r);
        }
    }

    /** R1 opaque: the version may be seen before the copy that it names. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 10, 0", "2, 20, 0", "3, 30, 0", "0, 0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions, or read again")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a part of an addition: what R1 is for")
    @State
    public static class OpaqueVersionMutant {
        private final long[] cells = new long[GroupCells.lengthOf(2)];

        @Actor
        public void owner() {
            for (int i = 0; i < ADDITIONS; i++) {
                long version = cells[GroupCells.VERSION];
                int from = copyOf(version);
                int to = copyOf(version + 2);
                VarHandle.releaseFence();
                LONGS.setOpaque(cells, to, cells[from] + 1);
                LONGS.setOpaque(cells, to + 1, cells[from + 1] + 10);
                LONGS.setOpaque(cells, GroupCells.VERSION, version + 2);
            }
        }

        @Actor
        public void collector(JJJ_Result r) {
            readOnce(cells, r);
        }
    }

    /** R2 without the two fences: a copy may be seen spoilt under a version that still names it. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 10, 0", "2, 20, 0", "3, 30, 0", "0, 0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions, or read again")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a part of an addition: what R2 is for")
    @State
    public static class NoFencesMutant {
        private final long[] cells = new long[GroupCells.lengthOf(2)];

        @Actor
        public void owner() {
            for (int i = 0; i < ADDITIONS; i++) {
                long version = cells[GroupCells.VERSION];
                int from = copyOf(version);
                int to = copyOf(version + 2);
                LONGS.setOpaque(cells, to, cells[from] + 1);
                LONGS.setOpaque(cells, to + 1, cells[from + 1] + 10);
                LONGS.setRelease(cells, GroupCells.VERSION, version + 2);
            }
        }

        @Actor
        public void collector(JJJ_Result r) {
            long version = GroupCells.versionAcquire(cells);
            int from = copyOf(version);
            long a = (long) LONGS.getOpaque(cells, from);
            long b = (long) LONGS.getOpaque(cells, from + 1);
            if ((long) LONGS.getOpaque(cells, GroupCells.VERSION) == version) {
                r.r1 = a;
                r.r2 = b;
            } else {
                r.r3 = 1;
            }
        }
    }

    /** R2 without the second look: shows on every processor that the test can see a torn reading. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 10, 0", "2, 20, 0", "3, 30, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a part of an addition: what the second look is for")
    @State
    public static class NoSecondLookMutant {
        private final long[] cells = new long[GroupCells.lengthOf(2)];

        @Actor
        public void owner() {
            for (int i = 0; i < ADDITIONS; i++) {
                GroupCells.put(cells, 1, 10);
            }
        }

        @Actor
        public void collector(JJJ_Result r) {
            int from = copyOf(GroupCells.versionAcquire(cells));
            r.r1 = Cells.readOpaque(cells, from);
            r.r2 = Cells.readOpaque(cells, from + 1);
        }
    }

    /** R1 to R3 in cells with two writers, one of which then reads: on two processors no third actor can run. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "1, 10, 0", "2, 20, 0", "3, 30, 0", "4, 40, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions")
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "the version moved on: read again")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a part of an addition")
    @State
    public static class Shared {
        private final long[] cells = new long[GroupCells.lengthOf(2)];

        private void add() {
            if (GroupCells.tryTake(cells)) {
                GroupCells.put(cells, 1, 10);
            }
        }

        @Actor
        public void one() {
            for (int i = 0; i < ADDITIONS; i++) {
                add();
            }
        }

        @Actor
        public void otherAndCollector(JJJ_Result r) {
            add();
            readOnce(cells, r);
        }
    }

    /** R3: two writers of one stripe; who finds it taken spills, and nothing is lost. */
    @JCStressTest
    @Outcome(id = "2, 20", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an addition was lost")
    @State
    public static class TwoWriters {
        private final long[] cells = new long[GroupCells.lengthOf(2)];
        private final GroupCells group = new GroupCells(0, new int[] {16, 17});

        private void add() {
            if (GroupCells.tryTake(cells)) {
                GroupCells.put(cells, 1, 10);
            } else {
                group.spill(1, 10);
            }
        }

        @Actor
        public void one() {
            add();
        }

        @Actor
        public void other() {
            add();
        }

        @Arbiter
        public void sum(JJ_Result r) {
            long[] copy = new long[2];
            GroupCells.copy(cells, GroupCells.versionAcquire(cells), 2, copy);
            r.r1 = copy[0] + group.spilledAcquire()[0];
            r.r2 = copy[1] + group.spilledAcquire()[1];
        }
    }

    /** R3 as a look and then a store: both writers may have it. */
    @JCStressTest
    @Outcome(id = "2, 20", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an addition was lost: what the CAS is for")
    @State
    public static class LookThenTakeMutant {
        private final long[] cells = new long[GroupCells.lengthOf(2)];
        private final GroupCells group = new GroupCells(0, new int[] {16, 17});

        private void add() {
            long version = (long) LONGS.getAcquire(cells, GroupCells.VERSION);
            if ((version & 1) == 0) {
                LONGS.setRelease(cells, GroupCells.VERSION, version | 1);
                GroupCells.put(cells, 1, 10);
            } else {
                group.spill(1, 10);
            }
        }

        @Actor
        public void one() {
            add();
        }

        @Actor
        public void other() {
            add();
        }

        @Arbiter
        public void sum(JJ_Result r) {
            long[] copy = new long[2];
            GroupCells.copy(cells, GroupCells.versionAcquire(cells), 2, copy);
            r.r1 = copy[0] + group.spilledAcquire()[0];
            r.r2 = copy[1] + group.spilledAcquire()[1];
        }
    }

    /** R4: who sees a spilled array sees what is in it; two who spill lose nothing. */
    @JCStressTest
    @Outcome(
            id = {"1, 10, 2", "2, 20, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions, and both in the end")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a part of an addition, or one was lost")
    @State
    public static class Spill {
        private final GroupCells group = new GroupCells(0, new int[] {16, 17});

        @Actor
        public void one() {
            group.spill(1, 10);
        }

        @Actor
        public void otherAndCollector(JJJ_Result r) {
            group.spill(1, 10);
            long[] sums = group.spilledAcquire();
            r.r1 = sums[0];
            r.r2 = sums[1];
        }

        @Arbiter
        public void inTheEnd(JJJ_Result r) {
            r.r3 = group.spilledAcquire()[0];
        }
    }

    /** R4 as plain accesses: the array may be seen before what is in it. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 10"},
            expect = Expect.ACCEPTABLE,
            desc = "whole additions")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an array without what is in it: what R4 is for")
    @State
    public static class PlainSpillMutant {
        private long[] spilled = new long[2];

        @Actor
        public void one() {
            long[] sums = spilled.clone();
            sums[0] += 1;
            sums[1] += 10;
            spilled = sums;
        }

        @Actor
        public void collector(JJ_Result r) {
            long[] sums = spilled;
            r.r1 = sums[0];
            r.r2 = sums[1];
        }
    }
}
