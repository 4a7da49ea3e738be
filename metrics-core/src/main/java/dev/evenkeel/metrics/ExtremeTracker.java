package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.ref.Reference;
import java.util.OptionalLong;

/** The end of a range of values. Thread-safe; recording is wait-free on platform threads and allocates nothing there. */
abstract sealed class ExtremeTracker extends Series permits MaxTracker, MinTracker {
    /*
     * A cell holds the highest value with its sign bit turned over, which orders it without sign and leaves 0 for a cell
     * that nobody has written. The lowest of all longs would be that 0 too: it is recorded as the next one.
     *
     * A slot is not given to another series: the highest value of the one before cannot be taken off.
     */
    private final long[][] places;
    private final int slot;

    ExtremeTracker(Family family, LabelValues values) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.places = slabs.places();
        this.slot = slabs.newSlot(SlotKind.MAX);
    }

    final void raise(long value) {
        long operand = value ^ Long.MIN_VALUE;
        if (operand == 0) {
            operand = 1;
            family.core.counts().clamped.increment();
        }
        if (!Slabs.tryRaise(places, slot, operand)) {
            family.core.slabs().slow(SlotKind.MAX, slot, operand);
        }
        if (isOverflow()) {
            family.core.overflowed().increment();
        }
        Reference.reachabilityFence(this);
    }

    /** Returns the highest value that was raised to. */
    final OptionalLong highestRaised() {
        long held = family.core.slabs().reader().read(SlotKind.MAX, slot);
        return held == 0 ? OptionalLong.empty() : OptionalLong.of(held ^ Long.MIN_VALUE);
    }

    /** Returns the recorded value that was raised to {@code raised}. */
    abstract long recorded(long raised);

    @Override
    final boolean shown(CollectBuffer buffer) {
        return buffer.held(slot) != 0;
    }

    @Override
    final void visit(CollectVisitor visitor, CollectBuffer buffer) {
        long held = buffer.held(slot);
        if (held != 0) {
            visitor.gauge(this, recorded(held ^ Long.MIN_VALUE));
        }
    }
}
