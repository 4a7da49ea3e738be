package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.GroupCells;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Names the members of a counter group, then registers it. Not thread-safe; wrong input is refused at once with an
 * {@link IllegalArgumentException} that says what to change.
 */
public final class CounterGroupBuilder {
    private final MetricRegistry registry;
    private final String name;
    private final List<MetricDescriptor> members = new ArrayList<>();

    CounterGroupBuilder(MetricRegistry registry, String name) {
        this.registry = registry;
        this.name = Names.instrument("counter group", name);
    }

    /** Adds a member without a unit or help, whose full name is that of the group, a dot and this. */
    public CounterGroupBuilder member(String memberName) {
        return member(memberName, "", "");
    }

    /**
     * Adds a member, whose full name is that of the group, a dot and the given one. The order is that of the amounts in
     * {@link CounterGroup#add(long, long)}.
     *
     * @param unit UCUM, such as {@code By} or <code>{request}</code>; empty for none
     * @param help one sentence for who reads the values; may be empty
     */
    public CounterGroupBuilder member(String memberName, String unit, String help) {
        Objects.requireNonNull(memberName, "memberName");
        Objects.requireNonNull(help, "help");
        String full = Names.instrument(GroupFamily.WORD, name + "." + memberName);
        Names.unit(full, unit);
        for (MetricDescriptor member : members) {
            if (member.name().equals(full)) {
                throw new IllegalArgumentException("Cannot give counter group \"" + name + "\" the member \""
                        + memberName + "\" twice: a series has one value for each name. Rename one of them.");
            }
        }
        members.add(new MetricDescriptor(full, unit, help, Kind.COUNTER, List.of(), 1));
        return this;
    }

    /**
     * Registers the group. Asked again for the same names and units in the same order it returns the same group.
     *
     * @throws IllegalArgumentException when there are not 2 to 8 members, or when a name belongs to something else
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public CounterGroup register() {
        int count = members.size();
        if (count < 2 || count > GroupCells.MOST) {
            throw new IllegalArgumentException("Cannot register counter group \"" + name + "\" of " + count
                    + (count == 1 ? " member" : " members") + ": a group has 2 to 8, which are copied whole with each "
                    + "addition. "
                    + (count < 2
                            ? "Name them with member(..), or use registry.counter(..) for a single one."
                            : "Leave out what follows from others, or make two groups."));
        }
        return registry.families().registerGroup(name, List.copyOf(members));
    }
}
