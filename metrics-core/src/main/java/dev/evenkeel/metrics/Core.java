package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.MemoryBudget;
import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.SlabCount;
import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.StripePolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the families of one registry share.
 *
 * @param overflowed measurements of overflow series, those of histograms apart, which count them by themselves
 * @param capped additions that capped counters refused
 * @param overflowTelemetry where refused label sets are shown
 * @param exemplarSource tells which trace a thread works for, null where nobody does
 * @param readers what delta readers have seen; the list is thread-safe, what is in it is not
 */
record Core(
        Slabs slabs,
        MemoryBudget budget,
        SelfCounts counts,
        SlabCount overflowed,
        SlabCount capped,
        OverflowTelemetry overflowTelemetry,
        WallClock wallClock,
        NanoClock nanoClock,
        @Nullable ExemplarSource exemplarSource,
        List<DeltaBaselines> readers) {
    static Core of(long maxBytes, WallClock wallClock, NanoClock nanoClock, StripePolicy stripes) {
        return of(maxBytes, wallClock, nanoClock, stripes, null);
    }

    static Core of(
            long maxBytes,
            WallClock wallClock,
            NanoClock nanoClock,
            StripePolicy stripes,
            @Nullable ExemplarSource exemplarSource) {
        MemoryBudget budget = new MemoryBudget(maxBytes);
        SelfCounts counts = new SelfCounts();
        Slabs slabs = new Slabs(budget, counts, stripes);
        return new Core(
                slabs,
                budget,
                counts,
                new SlabCount(slabs),
                new SlabCount(slabs),
                new OverflowTelemetry(),
                wallClock,
                nanoClock,
                exemplarSource,
                new CopyOnWriteArrayList<>());
    }
}
