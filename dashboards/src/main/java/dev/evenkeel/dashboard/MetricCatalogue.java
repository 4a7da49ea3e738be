package dev.evenkeel.dashboard;

import dev.evenkeel.metrics.Kind;
import java.util.List;

/** Every metric that a dashboard or a rule of this module uses, once. */
public final class MetricCatalogue {

    static final CatalogueEntry HEAP_AFTER_GC = gauge(
            "jvm.memory.used_after_last_gc",
            "jvm_memory_used_after_last_gc_bytes",
            "By",
            "Heap that the last collection of each memory pool left over.");
    static final CatalogueEntry HEAP_LIMIT =
            gauge("jvm.heap.limit", "jvm_heap_limit_bytes", "By", "Most bytes that the heap may grow to.");
    static final CatalogueEntry THREADS =
            gauge("jvm.thread.count", "jvm_threads", "{thread}", "Live platform threads.");
    static final CatalogueEntry GC_CPU = counter(
            "jvm.gc.cpu.time", "jvm_gc_cpu_time_seconds_total", "s", "CPU time of the garbage collector's threads.");
    static final CatalogueEntry CPU = counter(
            "process.cpu.time",
            "process_cpu_time_seconds_total",
            "s",
            "Seconds that all threads of this JVM spent on a processor, in user and kernel mode together.");
    static final CatalogueEntry OPEN_FDS = gauge(
            "process.open_file_descriptor.count",
            "process_open_file_descriptors",
            "{file_descriptor}",
            "Files, sockets and pipes that this JVM holds open now; its limit is process.open_file_descriptor.limit.");
    static final CatalogueEntry FD_LIMIT = gauge(
            "process.open_file_descriptor.limit",
            "process_open_file_descriptor_limit",
            "{file_descriptor}",
            "Most file descriptors that the process may open.");
    static final CatalogueEntry QUEUE_DEPTH =
            gauge("pool.queue.depth", "pool_queue_depth", "{job}", "Jobs waiting for a worker.", "pool");
    static final CatalogueEntry QUEUE_LIMIT =
            gauge("pool.queue.limit", "pool_queue_limit", "{job}", "Jobs that may wait at once.", "pool");
    static final CatalogueEntry SUBMITTED = counter(
            "pool.submitted", "pool_submitted_total", "{job}", "Jobs handed to a bounded pool, run or not.", "pool");
    static final CatalogueEntry SHED = counter(
            "pool.shed",
            "pool_shed_total",
            "{job}",
            "Jobs given up before they ran: full queue, end of wait, or closing.",
            "pool");
    static final CatalogueEntry CONNECTION_WAITS = gauge(
            "db.client.connection.pending_requests",
            "db_client_connection_pending_requests",
            "{request}",
            "Callers that wait for a connection now.",
            "db_client_connection_pool_name");

    private static final List<CatalogueEntry> ALL = List.of(
            HEAP_AFTER_GC,
            HEAP_LIMIT,
            THREADS,
            GC_CPU,
            CPU,
            OPEN_FDS,
            FD_LIMIT,
            QUEUE_DEPTH,
            QUEUE_LIMIT,
            SUBMITTED,
            SHED,
            CONNECTION_WAITS);

    private MetricCatalogue() {}

    /** All entries, in the order in which they are documented. */
    public static List<CatalogueEntry> entries() {
        return ALL;
    }

    private static CatalogueEntry gauge(String name, String wireName, String unit, String help, String... labels) {
        return new CatalogueEntry(name, wireName, Kind.GAUGE, unit, List.of(labels), help);
    }

    private static CatalogueEntry counter(String name, String wireName, String unit, String help, String... labels) {
        return new CatalogueEntry(name, wireName, Kind.COUNTER, unit, List.of(labels), help);
    }
}
