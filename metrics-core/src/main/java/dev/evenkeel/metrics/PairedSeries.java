package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.ref.Reference;

/** What came less what went. Thread-safe; recording is wait-free on platform threads and allocates nothing there. */
abstract sealed class PairedSeries extends Series permits UpDownCounter, InFlight {
    /*
     * Two sums that only grow, never one that goes both ways: those of one pair may be recorded by two threads, and a
     * reader that sums slab by slab would meet the decrement in one slab and have missed the increment in another. So
     * what went is an effect: recorded with release, and summed over all slabs before what came. Whoever sees a
     * decrement then sees the increment that led to it; see SlabReader. Sums wrap, and their difference with them, so an
     * amount of Long.MIN_VALUE is right as well.
     */
    private final long[][] places;
    private final int ups;
    private final int downs;

    /** What the slots held when this series began. */
    private final long baseline;

    PairedSeries(Family family, LabelValues values) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.places = slabs.places();
        this.ups = slabs.newSlot(SlotKind.SUM);
        this.downs = slabs.newSlot(SlotKind.EFFECT);
        this.baseline = slabs.startOf(ups) - slabs.startOf(downs);
    }

    final void up(long n) {
        if (!Slabs.tryAdd(places, ups, n)) {
            family.core.slabs().slow(SlotKind.SUM, ups, n);
        }
        recorded();
    }

    final void down(long n) {
        if (!Slabs.tryAddReleased(places, downs, n)) {
            family.core.slabs().slow(SlotKind.EFFECT, downs, n);
        }
        recorded();
    }

    private void recorded() {
        if (isOverflow()) {
            family.core.overflowed().increment();
        }
        Reference.reachabilityFence(this);
    }

    final long difference() {
        Slabs slabs = family.core.slabs();
        long difference = slabs.reader().difference(ups, downs);
        return slabs.closed() ? 0 : difference - baseline;
    }

    @Override
    final void visit(CollectVisitor visitor, CollectBuffer buffer) {
        visitor.upDownCounter(this, buffer.held(ups) - buffer.held(downs) - baseline);
    }
}
