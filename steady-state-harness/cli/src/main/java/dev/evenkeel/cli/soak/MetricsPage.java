package dev.evenkeel.cli.soak;

import dev.evenkeel.exporter.prometheus.PrometheusText.Sample;
import dev.evenkeel.soak.ResourceNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Finds the watched resources among the samples of a metrics page. A family that is absent stays absent. */
final class MetricsPage {
  private MetricsPage() {}

  /** Readings by resource name. */
  static Map<String, Double> resources(List<Sample> samples) {
    Map<String, Double> values = new LinkedHashMap<>();
    sum(values, ResourceNames.THREADS, samples, s -> s.name().equals("jvm_thread_count"));
    sum(values, ResourceNames.OPEN_FDS, samples, s -> s.name().equals("process_open_file_descriptor_count"));
    sum(values, ResourceNames.RSS, samples, s -> s.name().equals("process_memory_rss_bytes"));
    sum(values, ResourceNames.CGROUP_MEMORY, samples, s -> s.name().equals("cgroup_memory_working_set_bytes"));
    sum(values, ResourceNames.GC_CPU_SHARE, samples, s -> s.name().startsWith("jvm_gc_cpu_share"));
    sum(
        values,
        ResourceNames.HEAP_AFTER_GC,
        samples,
        s -> s.name().equals("jvm_memory_used_after_last_gc_bytes") && !s.labels().containsValue("non_heap"));
    sum(values, ResourceNames.POOL_QUEUE, samples, s -> s.name().equals("pool_queue_depth"));
    return values;
  }

  /** Known limits by resource name. */
  static Map<String, Double> limits(List<Sample> samples) {
    Map<String, Double> limits = new LinkedHashMap<>();
    sum(limits, ResourceNames.OPEN_FDS, samples, s -> s.name().equals("process_open_file_descriptor_limit"));
    sum(limits, ResourceNames.CGROUP_MEMORY, samples, s -> s.name().equals("cgroup_memory_limit_bytes"));
    return limits;
  }

  private static void sum(Map<String, Double> to, String resource, List<Sample> samples, Predicate<Sample> wanted) {
    double sum = 0;
    boolean found = false;
    for (Sample sample : samples) {
      if (wanted.test(sample) && !Double.isNaN(sample.value())) {
        sum += sample.value();
        found = true;
      }
    }
    if (found) {
      to.put(resource, sum);
    }
  }
}
