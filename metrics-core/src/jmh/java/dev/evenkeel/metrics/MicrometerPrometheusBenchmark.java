package dev.evenkeel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Micrometer before Prometheus' client_java, which collects for it; without a span context, so without exemplars. */
public class MicrometerPrometheusBenchmark extends LibraryBenchmark {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter counter = registry.counter("held");
    private final Counter first = registry.counter("first");
    private final Counter second = registry.counter("second");
    private final Counter third = registry.counter("third");
    private final Counter fourth = registry.counter("fourth");

    public static void main(String[] args) {
        SeriesMemory.print(MicrometerPrometheusBenchmark::new, args);
    }

    @Override
    void increment() {
        counter.increment();
    }

    @Override
    void incrementFour() {
        first.increment();
        second.increment();
        third.increment();
        fourth.increment();
    }

    @Override
    void incrementLabelled(String route, String status) {
        registry.counter("labelled", "route", route, "status", status).increment();
    }

    @Override
    void collect(Tally tally) {
        for (MetricSnapshot snapshot : registry.getPrometheusRegistry().scrape()) {
            for (DataPointSnapshot point : snapshot.getDataPoints()) {
                tally.add(((CounterDataPointSnapshot) point).getValue());
            }
        }
    }
}
