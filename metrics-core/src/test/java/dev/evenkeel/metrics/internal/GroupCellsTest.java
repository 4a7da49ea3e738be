package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A writer that is stopped anywhere, or never, stops no reader and no other writer; what is read is whole. */
class GroupCellsTest {
    private static final int MEMBERS = 3;
    private static final long[] ONE = {1, 10, 100};

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final SelfCounts counts = new SelfCounts();
    private final Slabs slabs = new Slabs(budget, counts);
    private final GroupCells group = slabs.newGroup(MEMBERS);
    private final long[] sums = new long[GroupCells.MOST];

    @AfterEach
    void close() {
        slabs.close();
    }

    private boolean read() {
        return slabs.reader().readGroup(group, sums);
    }

    private Stripes stripes() {
        return new Stripes(budget, counts, StripePolicy.mix(), new long[SlabTable.PLACES + SlabTable.SHARED_PLACES][]);
    }

    private void assertWhole(long times) {
        assertEquals(times, sums[0]);
        assertEquals(10 * times, sums[1]);
        assertEquals(100 * times, sums[2]);
    }

    @Test
    void writerStoppedInsideAnAdditionLeavesTheLastWholeGroupToReaders() {
        long[] own = slabs.takeGroup(group);
        GroupCells.putAll(own, ONE);

        for (long whole = 1; whole < 5; whole++) {
            GroupCells.write(own, ONE); // and is stopped here

            assertTrue(read(), "the first look finds a whole copy");
            assertWhole(whole);
            assertEquals(0, counts.staleGroups.sum());

            GroupCells.publish(own);
            assertTrue(read());
            assertWhole(whole + 1);
        }
    }

    @Test
    void writerStoppedBetweenTwoStoresOfAnAdditionLeavesTheLastWholeGroupToReaders() {
        long[] own = slabs.takeGroup(group);
        GroupCells.putAll(own, ONE);
        GroupCells.putAll(own, ONE);
        long version = GroupCells.versionAcquire(own);
        int other = GroupCells.FIRST + (int) (version / 2 + 1) % 2 * MEMBERS;

        own[other] = 3; // the first member of the third addition

        assertTrue(read());
        assertWhole(2);
        assertEquals(2, own[other + MEMBERS * (other == GroupCells.FIRST ? 1 : -1)]); // it was the other copy
    }

    @Test
    void writerThatFinishesAnAdditionDuringEachLookGetsTheLastWholeGroupShownAndCounted() {
        long[] own = slabs.takeGroup(group);
        GroupCells.putAll(own, ONE);
        assertTrue(read());
        GroupCells.putAll(own, ONE);
        int[] looks = new int[1];
        slabs.reader().groups().betweenLooks = () -> {
            looks[0]++;
            GroupCells.putAll(own, ONE);
        };

        boolean fresh = read();

        assertFalse(fresh);
        assertEquals(GroupReader.TRIES, looks[0], "the bound");
        assertWhole(1);
        assertEquals(1, counts.staleGroups.sum());

        slabs.reader().groups().betweenLooks = null;
        assertTrue(read());
        assertWhole(2 + GroupReader.TRIES);
    }

    @Test
    void copyIsSpoiltByTheSecondAdditionAfterItsVersion() {
        long[] own = slabs.takeGroup(group);
        GroupCells.putAll(own, ONE);
        long version = GroupCells.versionAcquire(own);
        long[] copy = new long[MEMBERS];

        GroupCells.write(own, ONE);
        GroupCells.copy(own, version, MEMBERS, copy);
        assertTrue(GroupCells.isStill(own, version), "the next addition writes elsewhere");
        assertArrayEquals(ONE, copy);

        GroupCells.publish(own);
        assertFalse(GroupCells.isStill(own, version), "now the copy may be written to");
    }

    @Test
    void stripeThatIsHeldForEverStopsNeitherWritersNorReaders() {
        Thread thread = Thread.currentThread();
        Stripes stripes = stripes();
        long[] held = group.take(thread, stripes, budget);
        assertNotNull(held);
        GroupCells.putAll(held, ONE);
        held = group.take(thread, stripes, budget);
        GroupCells.write(held, ONE); // and never comes back

        assertNull(group.take(thread, stripes, budget), "the only stripe is held");
        group.spill(ONE);
        assertTrue(read());
        assertWhole(2);

        for (int i = 0; i < 100; i++) {
            long[] taken = group.take(thread, stripes, budget);
            if (taken != null) {
                GroupCells.putAll(taken, ONE);
            } else {
                group.spill(ONE);
            }
        }
        assertTrue(stripes.count() > 1 || Runtime.getRuntime().availableProcessors() == 1);
        assertTrue(read());
        assertWhole(102);
    }

    @Test
    void takenStripeIsGivenBackByEachPut() {
        Stripes stripes = stripes();
        GroupCells two = slabs.newGroup(2);
        GroupCells four = slabs.newGroup(4);
        for (int i = 0; i < 3; i++) {
            long[] a = two.take(Thread.currentThread(), stripes, budget);
            assertFalse(GroupCells.tryTake(a), "one writer");
            GroupCells.put(a, 1, 2);
            long[] b = group.take(Thread.currentThread(), stripes, budget);
            GroupCells.put(b, 1, 10, 100);
            long[] c = four.take(Thread.currentThread(), stripes, budget);
            GroupCells.put(c, 1, 2, 3, 4);
        }

        assertTrue(read());
        assertWhole(3);
        slabs.reader().readGroup(two, sums);
        assertArrayEquals(new long[] {3, 6}, java.util.Arrays.copyOf(sums, 2));
        slabs.reader().readGroup(four, sums);
        assertArrayEquals(new long[] {3, 6, 9, 12}, java.util.Arrays.copyOf(sums, 4));
    }

    @Test
    void cellsOfAGroupKeepALineFromTheirNeighbours() {
        for (int members = 2; members <= GroupCells.MOST; members++) {
            int length = GroupCells.lengthOf(members);
            int end = GroupCells.last(members) + members;

            assertTrue(GroupCells.VERSION * Long.BYTES >= 64);
            assertTrue((length - end) * Long.BYTES >= 64);
        }
    }

    @Test
    void bytesOfCellsAreTakenFromTheBudget() {
        long before = budget.used();

        slabs.takeGroup(group);

        long table = 16 + 4 * 8;
        assertEquals(Slab.BASE_BYTES + table + Cells.bytesOf(GroupCells.lengthOf(MEMBERS)), budget.used() - before);
    }
}
