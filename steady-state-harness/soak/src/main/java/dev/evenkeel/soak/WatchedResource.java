package dev.evenkeel.soak;

import dev.evenkeel.drift.Budgets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A resource that a run watches, and what growth of it is tolerated; the known ones in the order they are shown. */
final class WatchedResource {
    /**
     * Direct buffers come and go one at a time, and a service at rest holds the same for minutes: without a least step such
     * readings would look as if they were read only when they change.
     */
    private static final double BUFFER_BYTES = 8192;

    static final WatchedResource HEAP_LIVE =
            new WatchedResource(ResourceNames.HEAP_LIVE, "Live heap", "By", 0, Budgets.Resource.HEAP_LIVE, 8, null);
    static final WatchedResource OPEN_FDS = new WatchedResource(
            ResourceNames.OPEN_FDS, "Open file descriptors", "{fd}", 1, Budgets.Resource.OPEN_FDS, 100e-6, null);
    static final WatchedResource THREADS = new WatchedResource(
            ResourceNames.THREADS, "Threads", "{thread}", 1, Budgets.Resource.THREADS, 100e-6, null);
    static final WatchedResource RSS = new WatchedResource(
            ResourceNames.RSS,
            "Resident memory",
            "By",
            0,
            Budgets.Resource.RSS,
            8,
            "in its first hour a JVM still touches heap and code cache pages for the first time, so resident memory"
                    + " climbs without a leak");
    static final WatchedResource CGROUP_MEMORY = new WatchedResource(
            ResourceNames.CGROUP_MEMORY,
            "Control group memory",
            "By",
            0,
            Budgets.Resource.CGROUP_MEMORY,
            8,
            "the group holds page cache and whatever else runs in it, this harness included");
    static final WatchedResource HEAP_AFTER_GC = new WatchedResource(
            ResourceNames.HEAP_AFTER_GC,
            "Heap after the last collection",
            "By",
            0,
            Budgets.Resource.HEAP_AFTER_GC,
            8,
            "it changes only when the service collects by itself, too rarely in a short run; live heap is read on demand");
    static final WatchedResource GC_CPU_SHARE = new WatchedResource(
            ResourceNames.GC_CPU_SHARE,
            "CPU share of garbage collection",
            "1",
            0,
            Budgets.Resource.GC_CPU_SHARE,
            0,
            "our own live-set readings are part of it, and compilation in the first hour moves it");
    static final WatchedResource POOL_QUEUE = new WatchedResource(
            ResourceNames.POOL_QUEUE,
            "Requests waiting for a worker",
            "{request}",
            1,
            Budgets.Resource.POOL_QUEUE,
            0,
            "it follows load and faults; a trend shows only across many of them");
    static final WatchedResource DIRECT_MEMORY = new WatchedResource(
            ResourceNames.DIRECT_MEMORY,
            "Direct buffers",
            "By",
            BUFFER_BYTES,
            Budgets.Resource.RSS,
            8,
            "buffers are freed when the service collects, and this target cannot be asked to");
    static final WatchedResource LOADED_CLASSES = new WatchedResource(
            ResourceNames.LOADED_CLASSES,
            "Loaded classes",
            "{class}",
            1,
            null,
            0,
            "a JVM still loads classes for the first time as rare paths are taken");
    static final WatchedResource LATENCY_P99 = new WatchedResource(
            ResourceNames.LATENCY_P99,
            "Latency, 99 % quantile",
            "ms",
            0,
            null,
            0,
            "it follows load, faults and neighbours on the machine; a trend shows only across many of them");

    private static final String OURS = "it is the harness's own, shown so that its cost can be seen";
    static final WatchedResource HARNESS_CPU =
            new WatchedResource(ResourceNames.HARNESS_CPU, "Harness: processors used", "1", 0, null, 0, OURS);
    static final WatchedResource HARNESS_LOAD_CPU = new WatchedResource(
            ResourceNames.HARNESS_LOAD_CPU, "Harness: processors used by the load", "1", 0, null, 0, OURS);
    static final WatchedResource HARNESS_RSS =
            new WatchedResource(ResourceNames.HARNESS_RSS, "Harness: resident memory", "By", 0, null, 0, OURS);
    static final WatchedResource HARNESS_THREADS =
            new WatchedResource(ResourceNames.HARNESS_THREADS, "Harness: threads", "{thread}", 1, null, 0, OURS);
    static final WatchedResource HARNESS_FDS =
            new WatchedResource(ResourceNames.HARNESS_FDS, "Harness: open file descriptors", "{fd}", 1, null, 0, OURS);

    private static final List<WatchedResource> KNOWN = List.of(
            HEAP_LIVE,
            OPEN_FDS,
            THREADS,
            RSS,
            CGROUP_MEMORY,
            HEAP_AFTER_GC,
            GC_CPU_SHARE,
            POOL_QUEUE,
            DIRECT_MEMORY,
            LOADED_CLASSES,
            LATENCY_P99,
            HARNESS_CPU,
            HARNESS_LOAD_CPU,
            HARNESS_RSS,
            HARNESS_THREADS,
            HARNESS_FDS);

    /** Never decide without a budget of the plan's: a trend of theirs says nothing of the service alone, or little. */
    private static final List<WatchedResource> NEVER_BY_THEMSELVES = List.of(
            CGROUP_MEMORY,
            DIRECT_MEMORY,
            LOADED_CLASSES,
            HARNESS_CPU,
            HARNESS_LOAD_CPU,
            HARNESS_RSS,
            HARNESS_THREADS,
            HARNESS_FDS);

    private final String key;
    private final String title;
    private final String unit;
    private final double resolution;
    private final Budgets.@Nullable Resource floor;
    private final double perOperation;
    private final @Nullable String whyNotInShortRuns;

    private WatchedResource(
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

    /** The known ones, in the order they are shown. */
    static List<WatchedResource> known() {
        return KNOWN;
    }

    String key() {
        return key;
    }

    String title() {
        return title;
    }

    /** The title inside of a sentence. */
    String name() {
        return Character.toLowerCase(title.charAt(0)) + title.substring(1);
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

    /**
     * Whether a verdict rests on it.
     *
     * @param collected whether the live heap is read on demand, each time after a collection, which also frees buffers
     */
    boolean decides(boolean judgedByHour, boolean collected) {
        if (this == DIRECT_MEMORY && collected) {
            return true;
        }
        return whyNotInShortRuns == null || (judgedByHour && !NEVER_BY_THEMSELVES.contains(this));
    }

    /** Why it decides, or does not. */
    String why(boolean judgedByHour, boolean collected) {
        if (this == DIRECT_MEMORY && collected) {
            return "decides: it runs out, and each reading of the live heap collects first, so that buffers nobody holds are"
                    + " freed every few seconds";
        }
        if (whyNotInShortRuns == null) {
            return this == HEAP_LIVE
                    ? "decides: it runs out, and it is read right after a collection; judged by the least of five readings in a"
                            + " row, because requests in flight only ever add to it"
                    : "decides: it runs out, and it is read exactly";
        }
        if (decides(judgedByHour, collected)) {
            return "decides, because the run lasted an hour or more";
        }
        return "shown, does not decide"
                + (judgedByHour || NEVER_BY_THEMSELVES.contains(this) ? ": " : " in runs under one hour: ")
                + whyNotInShortRuns;
    }

    @Override
    public String toString() {
        return key;
    }
}
