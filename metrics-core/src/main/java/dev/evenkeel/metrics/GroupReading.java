package dev.evenkeel.metrics;

import java.util.Objects;

/** The sums of the members of a {@link CounterGroup}, which belong together. Immutable. */
public final class GroupReading {
    private final CounterGroup group;
    private final long[] sums;
    private final boolean stale;

    GroupReading(CounterGroup group, long[] sums, boolean stale) {
        this.group = group;
        this.sums = sums;
        this.stale = stale;
    }

    /**
     * Returns the sum of a member, by its place in declared order.
     *
     * @throws IndexOutOfBoundsException when there is no such member
     */
    public long sum(int member) {
        return sums[Objects.checkIndex(member, group.families().size())];
    }

    /**
     * Returns the sum of a member, by its full name.
     *
     * @throws IllegalArgumentException when there is no such member
     */
    public long sum(String member) {
        int index = group.indexOf(member);
        if (index < 0) {
            throw new IllegalArgumentException("Cannot read \"" + member + "\" of counter group " + group
                    + ": it is not a member. Pass the full name of one, with that of the group in front.");
        }
        return sums[index];
    }

    /** Returns whether a part of the sums is an older whole one, because its writer left no time for a newer. */
    public boolean isStale() {
        return stale;
    }
}
