package dev.evenkeel.metrics.resource;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;

/** client_java's JvmMetrics in a registry of its own. */
public class ClientJavaSamplingBenchmark extends SamplingBenchmark {
    private final PrometheusRegistry registry = new PrometheusRegistry();

    @Override
    void bind() {
        JvmMetrics.builder().register(registry);
    }

    @Override
    Sum collect() {
        Sum sum = new Sum();
        for (MetricSnapshot snapshot : registry.scrape()) {
            for (DataPointSnapshot point : snapshot.getDataPoints()) {
                if (point instanceof GaugeDataPointSnapshot gauge) {
                    sum.add(gauge.getValue());
                } else if (point instanceof CounterDataPointSnapshot counter) {
                    sum.add(counter.getValue());
                } else if (point instanceof SummaryDataPointSnapshot summary) {
                    sum.add(summary.getSum());
                }
            }
        }
        return sum;
    }
}
