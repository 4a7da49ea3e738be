package dev.evenkeel.metrics.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums groups over slabs, stripes and spills. All under the collectors' lock.
 *
 * <p>Bounded, whatever writers do: for each slab and stripe at most {@link #TRIES} times the members and two reads. A sum of whole
 * groups is whole.
 */
final class GroupReader {
    /*
     * A try fails only when the writer finished an addition between the two looks at the version. Both looks and the copy
     * of a small group lie on one or two cache lines, so a writer that never pauses spoils few of them; a writer that is
     * stopped spoils none. When all fail, the sums that were last read from these cells are shown again: they were
     * whole then, and no reading ever shows less.
     */

    /** How often whole sums are looked for in one slab or stripe. */
    static final int TRIES = 256;

    private final SelfCounts counts;
    private final long[] copy = new long[GroupCells.MOST];
    private final long[] sums = new long[GroupCells.MOST];

    /** Runs between the copy and the second look, in tests. */
    @Nullable
    Runnable betweenLooks;

    GroupReader(SelfCounts counts) {
        this.counts = counts;
    }

    /** Puts the sums of every group into its slots. */
    void readAll(Slabs slabs, Slab[] all, long[] slots) {
        int count = slabs.groupCount();
        for (int id = 0; id < count; id++) {
            GroupCells group = slabs.group(id);
            if (group.slotLimit() <= slots.length) { // else it was registered after the slots were counted
                read(group, all, sums);
                for (int i = 0; i < group.members; i++) {
                    slots[group.slot(i)] += sums[i]; // to what a former owner of the slot left there
                }
            }
        }
    }

    /** Reads one group; returns false, and counts it, where a part of it is what was read before. */
    boolean read(GroupCells group, Slab[] all, long[] into) {
        int members = group.members;
        System.arraycopy(group.folded(), 0, into, 0, members);
        long[] spilled = group.spilledAcquire();
        for (int i = 0; i < members; i++) {
            into[i] += spilled[i];
        }
        boolean fresh = true;
        for (int stripe = 0; stripe < group.stripeLimit(); stripe++) {
            long[] cells = group.stripeAcquire(stripe);
            if (cells != null) {
                fresh &= add(cells, members, into);
            }
        }
        for (Slab slab : all) {
            long[] cells = slab.groupAcquire(group.id);
            if (cells != GroupCells.NONE) {
                fresh &= add(cells, members, into);
            }
        }
        if (!fresh) {
            counts.staleGroups.increment();
        }
        return fresh;
    }

    /** Adds what cells hold, or what was last read from them. */
    private boolean add(long[] cells, int members, long[] into) {
        int last = GroupCells.last(members);
        boolean whole = tryRead(cells, members);
        if (whole) {
            System.arraycopy(copy, 0, cells, last, members);
        }
        for (int i = 0; i < members; i++) {
            into[i] += cells[last + i];
        }
        return whole;
    }

    private boolean tryRead(long[] cells, int members) {
        for (int i = 0; i < TRIES; i++) {
            long version = GroupCells.versionAcquire(cells);
            GroupCells.copy(cells, version, members, copy);
            if (betweenLooks != null) {
                betweenLooks.run();
            }
            if (GroupCells.isStill(cells, version)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Takes over what a slab holds that is given up and has no writer. */
    void fold(Slabs slabs, Slab slab) {
        int count = slabs.groupCount();
        for (int id = 0; id < count; id++) {
            long[] cells = slab.groupAcquire(id);
            if (cells != GroupCells.NONE) {
                GroupCells group = slabs.group(id);
                Arrays.fill(sums, 0);
                add(cells, group.members, sums); // the first look succeeds: nobody writes
                for (int i = 0; i < group.members; i++) {
                    group.folded()[i] += sums[i];
                }
            }
        }
    }
}
