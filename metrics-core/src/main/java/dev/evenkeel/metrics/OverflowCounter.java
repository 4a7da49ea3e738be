package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SlabCount;
import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.ref.Reference;

/**
 * The counter of an overflow series: counts each addition as an overflowed measurement too. A class of its own, so that other
 * counters need not ask whether they are one.
 */
final class OverflowCounter extends Counter {
    private final boolean effect;
    private final SlabCount overflowed;

    private OverflowCounter(Family family, SlotKind kind) {
        super(family, LabelValues.OVERFLOW, kind);
        this.effect = kind == SlotKind.EFFECT;
        this.overflowed = family.core.overflowed();
    }

    static Counter of(Family family, SlotKind kind) {
        return new OverflowCounter(family, kind);
    }

    @Override
    SlotKind kind() {
        return effect ? SlotKind.EFFECT : SlotKind.SUM;
    }

    @Override
    public void increment() {
        put(1, 1);
    }

    @Override
    public void add(long n) {
        if (n < 0) {
            dropNegative();
            return;
        }
        put(n, 1);
    }

    @Override
    void addBatch(long sum, int measurements) {
        put(sum, measurements);
    }

    private void put(long n, int measurements) {
        overflowed.add(measurements);
        if (effect) {
            if (!Slabs.tryAddReleased(places, slot, n)) {
                family.core.slabs().slow(SlotKind.EFFECT, slot, n);
            }
        } else if (!Slabs.tryAdd(places, slot, n)) {
            family.core.slabs().slow(SlotKind.SUM, slot, n);
        }
        Reference.reachabilityFence(this);
    }
}
