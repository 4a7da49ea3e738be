package dev.evenkeel.soak;

/** Keys of the resources that every target is asked for, as they appear in each file we write. */
public final class ResourceNames {

    /** Bytes of live objects right after a collection. */
    public static final String HEAP_LIVE = "heap_live";

    /** Live threads. */
    public static final String THREADS = "threads";

    /** Open file descriptors. */
    public static final String OPEN_FDS = "open_fds";

    /** Resident set size in bytes. */
    public static final String RSS = "rss";

    /** Memory charged to the control group, in bytes. */
    public static final String CGROUP_MEMORY = "cgroup_memory";

    /** Share of CPU time spent in garbage collection, 0 to 1. */
    public static final String GC_CPU_SHARE = "gc_cpu_share";

    /** Heap bytes used after the target's own last collection. */
    public static final String HEAP_AFTER_GC = "heap_after_gc";

    /** Requests that wait for a worker. */
    public static final String POOL_QUEUE = "pool_queue";

    /** 99 % quantile of the intended latency, in milliseconds. */
    public static final String LATENCY_P99 = "latency_p99";

    /** Bytes in direct byte buffers. */
    public static final String DIRECT_MEMORY = "direct_memory";

    /** Bytes that the target's threads have allocated on the heap since it began; a counter, and never judged. */
    public static final String ALLOCATED = "allocated";

    /** Classes loaded at the moment. */
    public static final String LOADED_CLASSES = "loaded_classes";

    /** Processors that this harness uses, its load senders apart; 1 is one whole processor. */
    public static final String HARNESS_CPU = "harness_cpu";

    /** Processors that the load senders of this harness use. */
    public static final String HARNESS_LOAD_CPU = "harness_load_cpu";

    /** Resident set size of this harness in bytes. */
    public static final String HARNESS_RSS = "harness_rss";

    /** Live threads of this harness. */
    public static final String HARNESS_THREADS = "harness_threads";

    /** Open file descriptors of this harness. */
    public static final String HARNESS_FDS = "harness_fds";

    private ResourceNames() {}
}
