package dev.evenkeel.metrics;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.Enumeration;

/** Prometheus' simpleclient 0.x, exemplars off. Each counter also shows when it was created: that is not tallied. */
public class SimpleclientBenchmark extends LibraryBenchmark {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Counter labelled = Counter.build("labelled", "l")
            .labelNames("route", "status")
            .withoutExemplars()
            .register(registry);
    private final Counter held =
            Counter.build("held", "h").labelNames("which").withoutExemplars().register(registry);
    private final Counter.Child counter = held.labels("counter");
    private final Counter.Child first = held.labels("first");
    private final Counter.Child second = held.labels("second");
    private final Counter.Child third = held.labels("third");
    private final Counter.Child fourth = held.labels("fourth");

    public static void main(String[] args) {
        SeriesMemory.print(SimpleclientBenchmark::new, args);
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
        labelled.labels(route, status).inc();
    }

    @Override
    void collect(Tally tally) {
        Enumeration<MetricFamilySamples> families = registry.metricFamilySamples();
        while (families.hasMoreElements()) {
            for (MetricFamilySamples.Sample sample : families.nextElement().samples) {
                if (!sample.name.endsWith("_created")) {
                    tally.add(sample.value);
                }
            }
        }
    }
}
