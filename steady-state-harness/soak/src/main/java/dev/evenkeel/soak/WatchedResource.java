package dev.evenkeel.soak;

import dev.evenkeel.drift.Budgets;
import org.jspecify.annotations.Nullable;

/** The resources a run watches, in the order they are shown, and what growth of each is tolerated. */
enum WatchedResource {
    HEAP_LIVE(ResourceNames.HEAP_LIVE, "Live heap", "By", 0, Budgets.Resource.HEAP_LIVE, 8, null),
    OPEN_FDS(ResourceNames.OPEN_FDS, "Open file descriptors", "{fd}", 1, Budgets.Resource.OPEN_FDS, 100e-6, null),
    THREADS(ResourceNames.THREADS, "Threads", "{thread}", 1, Budgets.Resource.THREADS, 100e-6, null),
    RSS(
            ResourceNames.RSS,
            "Resident memory",
            "By",
            0,
            Budgets.Resource.RSS,
            8,
            "in its first hour a JVM still touches heap and code cache pages for the first time, so resident memory"
                    + " climbs without a leak"),
    CGROUP_MEMORY(
            ResourceNames.CGROUP_MEMORY,
            "Control group memory",
            "By",
            0,
            Budgets.Resource.CGROUP_MEMORY,
            8,
            "the group holds page cache and whatever else runs in it, this harness included"),
    HEAP_AFTER_GC(
            ResourceNames.HEAP_AFTER_GC,
            "Heap after the last collection",
            "By",
            0,
            Budgets.Resource.HEAP_AFTER_GC,
            8,
            "it changes only when the service collects by itself, too rarely in a short run; live heap is read on demand"),
    GC_CPU_SHARE(
            ResourceNames.GC_CPU_SHARE,
            "CPU share of garbage collection",
            "1",
            0,
            Budgets.Resource.GC_CPU_SHARE,
            0,
            "our own live-set readings are part of it, and compilation in the first hour moves it"),
    POOL_QUEUE(
            ResourceNames.POOL_QUEUE,
            "Requests waiting for a worker",
            "{request}",
            1,
            Budgets.Resource.POOL_QUEUE,
            0,
            "it follows load and faults; a trend shows only across many of them"),
    LATENCY_P99(
            ResourceNames.LATENCY_P99,
            "Latency, 99 % quantile",
            "ms",
            0,
            null,
            0,
            "it follows load, faults and neighbours on the machine; a trend shows only across many of them");

    private final String key;
    private final String title;
    private final String unit;
    private final double resolution;
    private final Budgets.@Nullable Resource floor;
    private final double perOperation;
    private final @Nullable String whyNotInShortRuns;

    WatchedResource(
            String key,
            String title,
            String unit,
            double resolution,
            Budgets.@Nullable Resource floor,
            double perOperation,
            @Nullable String whyNotInShortRuns) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.resolution = resolution;
        this.floor = floor;
        this.perOperation = perOperation;
        this.whyNotInShortRuns = whyNotInShortRuns;
    }

    String key() {
        return key;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    /** Least step of the reading; 0 to infer it. */
    double resolution() {
        return resolution;
    }

    /** Tolerated growth per operation; 0 where operations are no measure of it. */
    double perOperation() {
        return perOperation;
    }

    /** Whose hourly floor applies; null where growth is judged by its level alone. */
    Budgets.@Nullable Resource floor() {
        return floor;
    }

    boolean decides(boolean judgedByHour) {
        return whyNotInShortRuns == null || (judgedByHour && this != CGROUP_MEMORY);
    }

    /** Why it decides, or does not. */
    String why(boolean judgedByHour) {
        if (whyNotInShortRuns == null) {
            return this == HEAP_LIVE
                    ? "decides: it runs out, and it is read right after a collection; judged by the least of five readings in a"
                            + " row, because requests in flight only ever add to it"
                    : "decides: it runs out, and it is read exactly";
        }
        if (decides(judgedByHour)) {
            return "decides, because the run lasted an hour or more";
        }
        return "shown, does not decide"
                + (judgedByHour || this == CGROUP_MEMORY ? ": " : " in runs under one hour: ")
                + whyNotInShortRuns;
    }
}
