package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.ref.Reference;

/** A counter that is summed before all others and written with release: who sees it sees what led to it. */
sealed class EffectCounter extends Counter permits OverflowEffectCounter {
    EffectCounter(Family family, LabelValues values) {
        super(family, values, SlotKind.EFFECT);
    }

    static Counter of(Family family, LabelValues values) {
        return new EffectCounter(family, values);
    }

    @Override
    SlotKind kind() {
        return SlotKind.EFFECT;
    }

    @Override
    public void increment() {
        if (!Slabs.tryAddReleased(places, slot, 1)) {
            family.core.slabs().slow(SlotKind.EFFECT, slot, 1);
        }
        Reference.reachabilityFence(this);
    }

    @Override
    public void add(long n) {
        if (n < 0) {
            dropNegative();
            return;
        }
        if (!Slabs.tryAddReleased(places, slot, n)) {
            family.core.slabs().slow(SlotKind.EFFECT, slot, n);
        }
        Reference.reachabilityFence(this);
    }
}
