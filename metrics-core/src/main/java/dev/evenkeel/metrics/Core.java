package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.MemoryBudget;
import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.Slabs;

/** What the families of one registry share. */
record Core(Slabs slabs, MemoryBudget budget, SelfCounts counts, WallClock wallClock) {
    static Core of(long maxBytes, WallClock wallClock) {
        MemoryBudget budget = new MemoryBudget(maxBytes);
        SelfCounts counts = new SelfCounts();
        return new Core(new Slabs(budget, counts), budget, counts, wallClock);
    }
}
