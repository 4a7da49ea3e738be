package dev.evenkeel.cli.soak;

import dev.evenkeel.exporter.prometheus.PrometheusNames;
import dev.evenkeel.exporter.prometheus.PrometheusText.Sample;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.soak.ResourceNames;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the watched resources among the samples of a metrics page. A family that is absent stays absent; of one with
 * several series the sum counts.
 */
public final class MetricsPage {
    /**
     * Families by resource, in the page's spelling, the first that is there counts: ours, OpenTelemetry's, the Prometheus
     * client's, Micrometer's, Go's.
     */
    private static final Map<String, List<String>> RESOURCES = Map.of(
            ResourceNames.THREADS,
                    List.of(
                            gauge("jvm.thread.count", "{thread}"),
                            "jvm_threads_current",
                            "jvm_threads_live_threads",
                            "process_threads",
                            "go_goroutines"),
            ResourceNames.OPEN_FDS,
                    List.of(
                            gauge("process.open_file_descriptor.count", "{file_descriptor}"),
                            "process_open_fds",
                            "process_files_open_files"),
            ResourceNames.RSS,
                    List.of(
                            gauge("process.memory.rss", "By"),
                            "process_resident_memory_bytes",
                            "process_memory_usage_bytes"),
            ResourceNames.CGROUP_MEMORY, List.of(gauge("cgroup.memory.working_set", "By")),
            ResourceNames.GC_CPU_SHARE, List.of(gauge("jvm.gc.cpu_share", "1"), "jvm_gc_overhead"),
            ResourceNames.HEAP_AFTER_GC,
                    List.of(
                            gauge("jvm.memory.used_after_last_gc", "By"),
                            "jvm_memory_pool_collection_used_bytes",
                            "jvm_gc_live_data_size_bytes"),
            ResourceNames.POOL_QUEUE, List.of(gauge("pool.queue.depth", "{job}")),
            ResourceNames.LOADED_CLASSES,
                    List.of(
                            gauge("jvm.class.count", "{class}"),
                            "jvm_classes_currently_loaded",
                            "jvm_classes_loaded_classes"),
            ResourceNames.ALLOCATED,
                    List.of(counter("jvm.memory.allocated", "By"), "jvm_memory_pool_allocated_bytes_total"),
            ResourceNames.DIRECT_MEMORY,
                    List.of(
                            gauge("jvm.buffer.memory.used", "By"),
                            "jvm_buffer_pool_used_bytes",
                            "jvm_buffer_memory_used_bytes"));

    private static final Map<String, List<String>> LIMITS = Map.of(
            ResourceNames.OPEN_FDS,
            List.of(
                    gauge("process.open_file_descriptor.limit", "{file_descriptor}"),
                    "process_max_fds",
                    "process_files_max_files"),
            ResourceNames.CGROUP_MEMORY,
            List.of(gauge("cgroup.memory.limit", "By")));

    private static final List<String> STARTED = List.of("process_start_time_seconds");

    private MetricsPage() {}

    private static String gauge(String name, String unit) {
        return PrometheusNames.metricName(new MetricDescriptor(name, unit, "", Kind.GAUGE, List.of(), 1));
    }

    private static String counter(String name, String unit) {
        return PrometheusNames.metricName(new MetricDescriptor(name, unit, "", Kind.COUNTER, List.of(), 1));
    }

    /** The query by which a page of ours gives what is read here and nothing else; the whole page has some hundred families. */
    static String ownQuery() {
        return Stream.of(RESOURCES, LIMITS)
                .flatMap(families -> families.values().stream())
                .map(names -> "name%5B%5D=" + names.get(0))
                .collect(Collectors.joining("&", "?", ""));
    }

    /** Readings by resource name. */
    static Map<String, Double> resources(List<Sample> samples) {
        return sums(RESOURCES, samples);
    }

    /** Known limits by resource name. */
    static Map<String, Double> limits(List<Sample> samples) {
        return sums(LIMITS, samples);
    }

    /** The name under which a service exports a resource; one of our own where it exports none. */
    public static String familyOf(String resource) {
        List<String> names = RESOURCES.get(resource);
        return names != null ? names.get(0) : "soak_" + resource;
    }

    /** When the process began, in seconds since 1970; NaN when the page does not say. */
    static double startedAt(List<Sample> samples) {
        return sums(Map.of("started", STARTED), samples).getOrDefault("started", Double.NaN);
    }

    /** Readings by resource name, from values that are summed up by family already. */
    static Map<String, Double> resources(Map<String, Double> byFamily) {
        return known(RESOURCES, byFamily);
    }

    /** Known limits by resource name, from values that are summed up by family already. */
    static Map<String, Double> limits(Map<String, Double> byFamily) {
        return known(LIMITS, byFamily);
    }

    private static Map<String, Double> sums(Map<String, List<String>> families, List<Sample> samples) {
        Map<String, Double> byName = new HashMap<>();
        for (Sample sample : samples) {
            if (!Double.isNaN(sample.value())) {
                byName.merge(sample.name(), sample.value(), Double::sum);
            }
        }
        return known(families, byName);
    }

    private static Map<String, Double> known(Map<String, List<String>> families, Map<String, Double> byName) {
        Map<String, Double> sums = new LinkedHashMap<>();
        families.forEach((resource, names) -> names.stream()
                .filter(byName::containsKey)
                .findFirst()
                .ifPresent(name -> sums.put(resource, byName.getOrDefault(name, Double.NaN))));
        return sums;
    }
}
