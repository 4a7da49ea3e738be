package dev.evenkeel.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Prometheus' client_java 1.x, exemplars off. */
public class ClientJavaBenchmark extends LibraryBenchmark {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter labelled = Counter.builder()
            .name("labelled")
            .labelNames("route", "status")
            .withoutExemplars()
            .register(registry);
    private final Counter held = Counter.builder()
            .name("held")
            .labelNames("which")
            .withoutExemplars()
            .register(registry);
    private final CounterDataPoint counter = held.labelValues("counter");
    private final CounterDataPoint first = held.labelValues("first");
    private final CounterDataPoint second = held.labelValues("second");
    private final CounterDataPoint third = held.labelValues("third");
    private final CounterDataPoint fourth = held.labelValues("fourth");

    public static void main(String[] args) {
        SeriesMemory.print(ClientJavaBenchmark::new, args);
    }

    @Override
    void increment() {
        counter.inc();
    }

    @Override
    void incrementFour() {
        first.inc();
        second.inc();
        third.inc();
        fourth.inc();
    }

    @Override
    void incrementLabelled(String route, String status) {
        labelled.labelValues(route, status).inc();
    }

    @Override
    void collect(Tally tally) {
        for (MetricSnapshot snapshot : registry.scrape()) {
            for (DataPointSnapshot point : snapshot.getDataPoints()) {
                tally.add(((CounterDataPointSnapshot) point).getValue());
            }
        }
    }
}
