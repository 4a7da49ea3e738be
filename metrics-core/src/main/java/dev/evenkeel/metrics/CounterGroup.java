package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.GroupCells;
import dev.evenkeel.metrics.internal.Slabs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two to eight counters that are counted together: every collect, and every delta reader, sees all parts of an addition or none.
 * Requests and bytes, so that bytes / requests is a mean; hits, misses and look-ups that add up.
 *
 * <p>Each member is a counter of its own on every wire. It is recorded to through the group only. Where a value follows from
 * others, leave it out and let the reader add it up; where an effect follows a cause, a pair of counters is cheaper than a group.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, without a locked instruction, one
 * store for each member and one more, and allocates nothing after the first call on a thread. On a virtual thread it is one
 * compare-and-set and those stores; where other writers hold every stripe for as long as 16 tries take, it allocates a few
 * dozen bytes instead of waiting, and {@code evenkeel.groups.spilled} counts it. Each recording thread holds 152 bytes for a
 * group, and 24 more for each member, 200 for two.
 *
 * <p>Reading is bounded however fast, or however stalled, writers are: see {@link #read}.
 */
public final class CounterGroup {
    /** What a group is taken to cost beside its members and cells. */
    private static final long BASE_BYTES = 160;

    private static final long MEMBER_BYTES = Family.BASE_BYTES + Family.SERIES_BYTES + 64;

    private final Core core;
    private final Slabs slabs;
    private final GroupCells cells;
    private final String name;
    private final List<GroupFamily> families;

    CounterGroup(Core core, String name, List<MetricDescriptor> members) {
        this.core = core;
        this.slabs = core.slabs();
        this.cells = slabs.newGroup(members.size());
        this.name = name;
        List<GroupFamily> made = new ArrayList<>();
        long epochMillis = core.wallClock().epochMillis();
        for (MetricDescriptor member : members) {
            made.add(new GroupFamily(core, member, this, cells.slot(made.size()), epochMillis));
        }
        this.families = List.copyOf(made);
    }

    static long bytes(int members) {
        return BASE_BYTES + GroupCells.baseBytes(members) + MEMBER_BYTES * members;
    }

    /**
     * Adds to both members of a group of two, in declared order. When an amount is negative, which would make a sum shrink,
     * nothing is added, but {@code evenkeel.dropped{reason="negative"}} counts one; so it does with {@code reason="arity"} when the
     * group has another number of members.
     */
    public void add(long a, long b) {
        long[] own = slabs.ownGroup(cells);
        if (own.length == GroupCells.LENGTH_OF_2 && (a | b) >= 0) {
            GroupCells.put(own, a, b);
        } else {
            addSlow(a, b);
        }
    }

    private void addSlow(long a, long b) {
        if (refused(2, a | b)) {
            return;
        }
        long[] taken = slabs.takeGroup(cells);
        if (taken.length == GroupCells.LENGTH_OF_2) {
            GroupCells.put(taken, a, b);
        } else if (taken == GroupCells.NONE) {
            cells.spill(a, b);
        }
    }

    /** Adds to the members of a group of three; see {@link #add(long, long)}. */
    public void add(long a, long b, long c) {
        long[] own = slabs.ownGroup(cells);
        if (own.length == GroupCells.LENGTH_OF_3 && (a | b | c) >= 0) {
            GroupCells.put(own, a, b, c);
        } else {
            addSlow(a, b, c);
        }
    }

    private void addSlow(long a, long b, long c) {
        if (refused(3, a | b | c)) {
            return;
        }
        long[] taken = slabs.takeGroup(cells);
        if (taken.length == GroupCells.LENGTH_OF_3) {
            GroupCells.put(taken, a, b, c);
        } else if (taken == GroupCells.NONE) {
            cells.spill(a, b, c);
        }
    }

    /** Adds to the members of a group of four; see {@link #add(long, long)}. */
    public void add(long a, long b, long c, long d) {
        long[] own = slabs.ownGroup(cells);
        if (own.length == GroupCells.LENGTH_OF_4 && (a | b | c | d) >= 0) {
            GroupCells.put(own, a, b, c, d);
        } else {
            addSlow(a, b, c, d);
        }
    }

    private void addSlow(long a, long b, long c, long d) {
        if (refused(4, a | b | c | d)) {
            return;
        }
        long[] taken = slabs.takeGroup(cells);
        if (taken.length == GroupCells.LENGTH_OF_4) {
            GroupCells.put(taken, a, b, c, d);
        } else if (taken == GroupCells.NONE) {
            cells.spill(a, b, c, d);
        }
    }

    /**
     * Adds to the members of a group of any number, one amount for each; see {@link #add(long, long)}. The array is the
     * caller's, who may use it again.
     */
    public void add(long... amounts) {
        long all = 0;
        for (long amount : amounts) {
            all |= amount;
        }
        if (refused(amounts.length, all)) {
            return;
        }
        long[] own = slabs.ownGroup(cells);
        if (own.length == 0) {
            own = slabs.takeGroup(cells);
        }
        if (own.length != 0) {
            GroupCells.putAll(own, amounts);
        } else if (own == GroupCells.NONE) {
            cells.spill(amounts);
        }
    }

    private boolean refused(int amounts, long all) {
        if (amounts != cells.members()) {
            core.counts().wrongArity.increment();
            return true;
        }
        if (all < 0) {
            core.counts().negative.increment();
            return true;
        }
        return false;
    }

    /**
     * Returns the sums of all members over all threads: whole additions only. Exact when nobody records meanwhile; else
     * additions that run at the same moment may be missing. A thread that calls it again never sees less, until the registry is
     * closed: then all are 0. Allocates; takes a lock that collects take and records do not.
     *
     * <p>The work is bounded: at most 256 looks at the cells of each recording thread. Where a writer finished an addition during each
     * of them, the sums last read from those cells are used again, the reading says that it is
     * {@linkplain GroupReading#isStale() stale}, and {@code evenkeel.groups.stale} counts it, as it does for a collect.
     */
    public GroupReading read() {
        long[] sums = new long[GroupCells.MOST];
        boolean fresh = slabs.reader().readGroup(cells, sums);
        return new GroupReading(this, sums, !fresh);
    }

    /** Returns the names of the members, in declared order. */
    public List<String> members() {
        return families.stream().map(family -> family.descriptor.name()).toList();
    }

    /** Returns the name that those of all members begin with. */
    public String name() {
        return name;
    }

    GroupCells cells() {
        return cells;
    }

    List<GroupFamily> families() {
        return families;
    }

    /** Returns whether it has these members, in that order. */
    boolean hasShape(List<MetricDescriptor> members) {
        if (members.size() != families.size()) {
            return false;
        }
        for (int i = 0; i < members.size(); i++) {
            MetricDescriptor mine = families.get(i).descriptor;
            if (!mine.name().equals(members.get(i).name())
                    || !mine.unit().equals(members.get(i).unit())) {
                return false;
            }
        }
        return true;
    }

    /** Returns the place of a member, or -1. */
    int indexOf(@Nullable String member) {
        for (int i = 0; i < families.size(); i++) {
            if (families.get(i).descriptor.name().equals(member)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns its name and members. */
    @Override
    public String toString() {
        return name + members();
    }
}
