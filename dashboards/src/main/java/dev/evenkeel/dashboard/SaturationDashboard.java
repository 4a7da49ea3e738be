package dev.evenkeel.dashboard;

import static dev.evenkeel.dashboard.MetricCatalogue.CONNECTION_WAITS;
import static dev.evenkeel.dashboard.MetricCatalogue.CPU;
import static dev.evenkeel.dashboard.MetricCatalogue.FD_LIMIT;
import static dev.evenkeel.dashboard.MetricCatalogue.GC_CPU;
import static dev.evenkeel.dashboard.MetricCatalogue.HEAP_AFTER_GC;
import static dev.evenkeel.dashboard.MetricCatalogue.HEAP_LIMIT;
import static dev.evenkeel.dashboard.MetricCatalogue.OPEN_FDS;
import static dev.evenkeel.dashboard.MetricCatalogue.QUEUE_DEPTH;
import static dev.evenkeel.dashboard.MetricCatalogue.QUEUE_LIMIT;
import static dev.evenkeel.dashboard.MetricCatalogue.SHED;
import static dev.evenkeel.dashboard.MetricCatalogue.THREADS;

import java.util.List;

/** What runs out first: five panels on one screen, each with the line at which its alert fires. */
final class SaturationDashboard {

    static final String UID = "evenkeel-saturation";
    static final String TITLE = "Evenkeel / Saturation";

    private static final String SELECTED = "job=~\"$job\", instance=~\"$instance\"";

    private SaturationDashboard() {}

    static List<Panel> panels() {
        String heapLimit = AlertRules.number(AlertRules.HEAP_SHARE);
        String fdLimit = AlertRules.number(AlertRules.FD_SHARE);
        String queueLimit = AlertRules.number(AlertRules.QUEUE_SHARE);
        return List.of(
                new Panel(
                        1,
                        "Heap after the last collection",
                        "What the application really holds. Rising floors are a leak; the dashed line is "
                                + AlertRules.percent(AlertRules.HEAP_SHARE)
                                + " of the heap's limit, where EvenkeelHeapNearLimit fires.",
                        "bytes",
                        0,
                        0,
                        12,
                        8,
                        null,
                        List.of(
                                series("A", selected(HEAP_AFTER_GC), "{{instance}}"),
                                line("B", heapLimit + " * " + selected(HEAP_LIMIT), "alert {{instance}}"))),
                new Panel(
                        2,
                        "Threads",
                        "Live platform threads. A pool that nobody closes shows as a stair; the dashed line is twice the"
                                + " least of the last six hours.",
                        "short",
                        12,
                        0,
                        12,
                        8,
                        null,
                        List.of(
                                series("A", selected(THREADS), "{{instance}}"),
                                line(
                                        "B",
                                        "2 * min_over_time(" + selected(THREADS) + "[6h])",
                                        "twice the least {{instance}}"))),
                new Panel(
                        3,
                        "Queues and waits",
                        "Jobs that wait for a worker, threads that wait for a database connection, jobs shed a second. The"
                                + " dashed line is "
                                + AlertRules.percent(AlertRules.QUEUE_SHARE)
                                + " of a pool's queue, where EvenkeelPoolSaturated fires.",
                        "short",
                        0,
                        8,
                        8,
                        8,
                        null,
                        List.of(
                                series("A", selected(QUEUE_DEPTH), "queued {{pool}} {{instance}}"),
                                series(
                                        "B",
                                        selected(CONNECTION_WAITS),
                                        "waiting for a connection {{db_client_connection_pool_name}} {{instance}}"),
                                series(
                                        "C",
                                        "rate(" + selected(SHED) + "[$__rate_interval])",
                                        "shed/s {{pool}} {{instance}}"),
                                line("D", queueLimit + " * " + selected(QUEUE_LIMIT), "alert {{pool}} {{instance}}"))),
                new Panel(
                        4,
                        "CPU share of the collector",
                        "Part of the process's CPU time that goes into garbage collection. Above the line,"
                                + " EvenkeelGcCpuHigh fires: the heap is too small for what it holds.",
                        "percentunit",
                        8,
                        8,
                        8,
                        8,
                        AlertRules.GC_SHARE,
                        List.of(series(
                                "A",
                                "rate(" + selected(GC_CPU) + "[$__rate_interval]) / rate(" + selected(CPU)
                                        + "[$__rate_interval])",
                                "{{instance}}"))),
                new Panel(
                        5,
                        "Open file descriptors",
                        "Files, sockets and pipes. The dashed line is "
                                + AlertRules.percent(AlertRules.FD_SHARE)
                                + " of the process's limit, where EvenkeelFileDescriptorsNearLimit fires.",
                        "short",
                        16,
                        8,
                        8,
                        8,
                        null,
                        List.of(
                                series("A", selected(OPEN_FDS), "{{instance}}"),
                                line("B", fdLimit + " * " + selected(FD_LIMIT), "alert {{instance}}"))));
    }

    private static String selected(CatalogueEntry metric) {
        return metric.wireName() + "{" + SELECTED + "}";
    }

    private static Panel.Target series(String refId, String expr, String legend) {
        return new Panel.Target(refId, expr, legend, false);
    }

    private static Panel.Target line(String refId, String expr, String legend) {
        return new Panel.Target(refId, expr, legend, true);
    }
}
