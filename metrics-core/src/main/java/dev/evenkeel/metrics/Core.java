package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.MemoryBudget;
import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.SlabCount;
import dev.evenkeel.metrics.internal.Slabs;

/**
 * What the families of one registry share.
 *
 * @param overflowed look-ups that ended in an overflow series
 */
record Core(Slabs slabs, MemoryBudget budget, SelfCounts counts, SlabCount overflowed, WallClock wallClock) {
    static Core of(long maxBytes, WallClock wallClock) {
        MemoryBudget budget = new MemoryBudget(maxBytes);
        SelfCounts counts = new SelfCounts();
        Slabs slabs = new Slabs(budget, counts);
        return new Core(slabs, budget, counts, new SlabCount(slabs), wallClock);
    }
}
