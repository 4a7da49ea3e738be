package dev.evenkeel.metrics.internal;

/** Internal. A count of the registry's own on the slabs, for events on the way of a record. Thread-safe. */
public final class SlabCount {
    private final Slabs slabs;
    private final long[][] places;
    private final int slot;
    private volatile long kept;

    public SlabCount(Slabs slabs) {
        this.slabs = slabs;
        this.places = slabs.places();
        this.slot = slabs.newSlot(SlotKind.SUM);
    }

    /** Adds one. Costs what a record costs. */
    public void increment() {
        add(1);
    }

    /** Adds a number of events. After close it adds none: what is counted late is the record itself. */
    public void add(long n) {
        if (!Slabs.tryAdd(places, slot, n) && !slabs.closed()) {
            slabs.slow(SlotKind.SUM, slot, n);
        }
    }

    /** Returns how often. */
    public long sum() {
        return slabs.closed() ? kept : slabs.reader().read(SlotKind.SUM, slot);
    }

    /** Keeps the count for the time after the slabs are closed. */
    public void keep() {
        kept = sum(); // once closed, what was kept already
    }
}
