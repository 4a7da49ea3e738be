package dev.evenkeel.cli.soak;

import dev.evenkeel.exporter.prometheus.PrometheusNames;
import dev.evenkeel.exporter.prometheus.PrometheusText.Sample;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.soak.ResourceNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the watched resources among the samples of a metrics page. A family that is absent stays absent; of one with
 * several series the sum counts.
 */
final class MetricsPage {
    /** Families by resource, in the page's spelling; derived, so that it has one home. */
    private static final Map<String, String> RESOURCES = Map.of(
            ResourceNames.THREADS, gauge("jvm.thread.count", "{thread}"),
            ResourceNames.OPEN_FDS, gauge("process.open_file_descriptor.count", "{file_descriptor}"),
            ResourceNames.RSS, gauge("process.memory.rss", "By"),
            ResourceNames.CGROUP_MEMORY, gauge("cgroup.memory.working_set", "By"),
            ResourceNames.GC_CPU_SHARE, gauge("jvm.gc.cpu_share", "1"),
            ResourceNames.HEAP_AFTER_GC, gauge("jvm.memory.used_after_last_gc", "By"),
            ResourceNames.POOL_QUEUE, gauge("pool.queue.depth", "{job}"));

    private static final Map<String, String> LIMITS = Map.of(
            ResourceNames.OPEN_FDS, gauge("process.open_file_descriptor.limit", "{file_descriptor}"),
            ResourceNames.CGROUP_MEMORY, gauge("cgroup.memory.limit", "By"));

    private MetricsPage() {}

    private static String gauge(String name, String unit) {
        return PrometheusNames.metricName(new MetricDescriptor(name, unit, "", Kind.GAUGE, List.of(), 1));
    }

    /** Readings by resource name. */
    static Map<String, Double> resources(List<Sample> samples) {
        return sums(RESOURCES, samples);
    }

    /** Known limits by resource name. */
    static Map<String, Double> limits(List<Sample> samples) {
        return sums(LIMITS, samples);
    }

    private static Map<String, Double> sums(Map<String, String> families, List<Sample> samples) {
        Map<String, Double> sums = new LinkedHashMap<>();
        families.forEach((resource, family) -> {
            for (Sample sample : samples) {
                if (sample.name().equals(family) && !Double.isNaN(sample.value())) {
                    sums.merge(resource, sample.value(), Double::sum);
                }
            }
        });
        return sums;
    }
}
