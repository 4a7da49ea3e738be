package dev.evenkeel.metrics;

/** The series of a member of a counter group. Its slot is filled by the collector, from the group's whole sums. */
final class GroupMember extends Series {
    private final int slot;
    private final long start;

    GroupMember(Family family, int slot) {
        super(family, LabelValues.NONE);
        this.slot = slot;
        this.start = family.core.slabs().startOf(slot);
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        long value = buffer.sum(slot, start);
        if (value != 0 || !buffer.isDelta()) {
            visitor.longCounter(this, value);
        }
    }
}
