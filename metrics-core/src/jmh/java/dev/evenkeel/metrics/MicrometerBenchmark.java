package dev.evenkeel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.openjdk.jmh.annotations.Benchmark;

/** Micrometer's simple registry. Its limit is a filter that denies what comes later. */
public class MicrometerBenchmark extends LibraryBenchmark {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Counter counter;
    private final Counter first;
    private final Counter second;
    private final Counter third;
    private final Counter fourth;

    public MicrometerBenchmark() {
        registry.config().meterFilter(MeterFilter.maximumAllowableTags("full", "route", 8, MeterFilter.deny()));
        counter = registry.counter("held");
        first = registry.counter("first");
        second = registry.counter("second");
        third = registry.counter("third");
        fourth = registry.counter("fourth");
    }

    public static void main(String[] args) {
        SeriesMemory.print(MicrometerBenchmark::new, args);
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
        for (Meter meter : registry.getMeters()) {
            for (Measurement measurement : meter.measure()) {
                tally.add(measurement.getValue());
            }
        }
    }

    @Override
    public void fill() {
        super.fill();
        for (int i = 0; i < KNOWN; i++) {
            registry.counter("full", "route", Keys.route(i), "status", Keys.status(i));
        }
    }

    @Benchmark
    public void overLimit(Keys keys) {
        int i = keys.next();
        registry.counter("full", "route", Keys.lateRoute(i), "status", Keys.status(i))
                .increment();
    }
}
