package dev.evenkeel.metrics;

/** A member of a counter group, as a counter of its own for whoever collects. */
final class GroupFamily extends Family {
    static final String WORD = "counter group member";

    final CounterGroup group;
    private final GroupMember member;

    GroupFamily(Core core, MetricDescriptor descriptor, CounterGroup group, int slot, long epochMillis) {
        super(core, descriptor, false, false);
        this.group = group;
        this.member = new GroupMember(this, slot);
        member.startAt(epochMillis);
    }

    @Override
    String word() {
        return WORD;
    }

    @Override
    String conflict(String wantedWord, String wantedSetting, MetricDescriptor wanted) {
        if (!wantedWord.equals(WORD)) {
            return "Cannot register " + wantedWord + " \"" + descriptor.name()
                    + "\": it is a member of the counter group "
                    + group + ". One name has one type in every exposition format, and a member is recorded to through "
                    + "its group. Rename one of them, or fetch the group with registry.counterGroup(\"" + group.name()
                    + "\").";
        }
        return "Cannot register counter group member \"" + wanted.name() + "\": it is a member of the counter group "
                + group + " already, which has other members, another order or other units. One name has one meaning "
                + "in every exposition format. Rename it, or ask for the existing group as it is.";
    }

    @Override
    int size() {
        return 1;
    }

    @Override
    void tend(CollectBuffer buffer, long nowNanos) {
        // A member stays as long as its group.
    }

    @Override
    void list(CollectBuffer buffer, int place) {
        // There is one series, always the same.
    }

    @Override
    boolean visible(CollectBuffer buffer) {
        return true;
    }

    @Override
    void observe(CollectBuffer buffer) {
        // No callbacks here.
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        member.visit(visitor, buffer);
    }
}
