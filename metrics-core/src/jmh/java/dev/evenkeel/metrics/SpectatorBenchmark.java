package dev.evenkeel.metrics;

import com.netflix.spectator.api.Counter;
import com.netflix.spectator.api.DefaultRegistry;
import com.netflix.spectator.api.Measurement;
import com.netflix.spectator.api.Meter;

/** Spectator's default registry. */
public class SpectatorBenchmark extends LibraryBenchmark {
    private final DefaultRegistry registry = new DefaultRegistry();
    private final Counter counter = registry.counter("held");
    private final Counter first = registry.counter("first");
    private final Counter second = registry.counter("second");
    private final Counter third = registry.counter("third");
    private final Counter fourth = registry.counter("fourth");

    public static void main(String[] args) {
        SeriesMemory.print(SpectatorBenchmark::new, args);
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
        for (Meter meter : registry) {
            for (Measurement measurement : meter.measure()) {
                tally.add(measurement.value());
            }
        }
    }
}
