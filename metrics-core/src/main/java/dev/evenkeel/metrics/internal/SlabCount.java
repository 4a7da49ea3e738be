package dev.evenkeel.metrics.internal;

/** Internal. A count of the registry's own on the slabs, for events on the way of a record. Thread-safe. */
public final class SlabCount {
    private final Slabs slabs;
    private final int slot;
    private volatile long kept;

    public SlabCount(Slabs slabs) {
        this.slabs = slabs;
        this.slot = slabs.newSlot(SlotKind.SUM);
    }

    /** Adds one. Costs what a record costs. */
    public void increment() {
        slabs.add(slot, 1);
    }

    /** Returns how often. */
    public long sum() {
        return slabs.closed() ? kept : slabs.reader().read(SlotKind.SUM, slot);
    }

    /** Keeps the count for the time after the slabs are closed. */
    public void keep() {
        kept = sum();
    }
}
