package dev.evenkeel.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;

/** Dropwizard Metrics. It has no labels: values become part of the name. */
public class DropwizardBenchmark extends LibraryBenchmark {
    private final MetricRegistry registry = new MetricRegistry();
    private final Counter counter = registry.counter("held");
    private final Counter first = registry.counter("first");
    private final Counter second = registry.counter("second");
    private final Counter third = registry.counter("third");
    private final Counter fourth = registry.counter("fourth");

    public static void main(String[] args) {
        SeriesMemory.print(DropwizardBenchmark::new, args);
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
        registry.counter(MetricRegistry.name("labelled", route, status)).inc();
    }

    @Override
    void collect(Tally tally) {
        for (Counter each : registry.getCounters().values()) {
            tally.add(each.getCount());
        }
    }
}
