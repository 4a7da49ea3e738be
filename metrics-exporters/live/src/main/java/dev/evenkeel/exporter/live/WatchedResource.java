package dev.evenkeel.exporter.live;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.Budgets;
import dev.evenkeel.drift.DriftAnalysis.Options;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One resource on the page.
 *
 * @param name as in soak reports
 * @param title what people call it
 * @param family the gauge family that is read; its series are added up
 * @param limitFamily a gauge family that says what the machine allows, or null
 * @param known the resource whose default budget holds, or null
 * @param fixed the budget that was given, or null
 * @param resolution least step of the reading; 0 for none
 */
record WatchedResource(
        String name,
        String title,
        String family,
        @Nullable String limitFamily,
        Budgets.@Nullable Resource known,
        @Nullable Budget fixed,
        double resolution) {

    /** What wears out in every service, with the names that the core's samplers and the guards give it. */
    static final List<WatchedResource> DEFAULTS = List.of(
            of(Budgets.Resource.HEAP_AFTER_GC, "Heap after collections", "jvm.memory.used_after_last_gc", null, 0),
            of(Budgets.Resource.THREADS, "Threads", "jvm.thread.count", null, 1),
            of(
                    Budgets.Resource.OPEN_FDS,
                    "Open file descriptors",
                    "process.open_file_descriptor.count",
                    "process.open_file_descriptor.limit",
                    1),
            of(Budgets.Resource.GC_CPU_SHARE, "CPU spent on collections", "jvm.gc.cpu_share", null, 0),
            of(Budgets.Resource.POOL_QUEUE, "Jobs waiting for a worker", "pool.queue.depth", "pool.queue.limit", 1));

    private static WatchedResource of(
            Budgets.Resource known, String title, String family, @Nullable String limitFamily, double resolution) {
        return new WatchedResource(known.key(), title, family, limitFamily, known, null, resolution);
    }

    static WatchedResource of(String name, String title, String family, Budget budget) {
        return new WatchedResource(name, title, family, null, null, budget, 0);
    }

    WatchedResource withBudget(Budget budget) {
        return new WatchedResource(name, title, family, limitFamily, known, budget, resolution);
    }

    /**
     * Returns what growth is allowed.
     *
     * @param level the lowest reading, finite
     * @param limit NaN where there is none
     */
    Budget budget(double level, double limit) {
        if (fixed != null) {
            return fixed;
        }
        double from = Math.max(0, level);
        OptionalDouble room =
                limit > from && limit < Double.MAX_VALUE ? OptionalDouble.of(limit) : OptionalDouble.empty();
        return Budgets.hourly(Objects.requireNonNull(known, "known"), from, room);
    }

    Options options() {
        return Options.defaults().withResolution(resolution);
    }
}
