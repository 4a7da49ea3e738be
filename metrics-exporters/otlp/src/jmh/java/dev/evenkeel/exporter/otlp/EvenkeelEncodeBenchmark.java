package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.util.ArrayList;
import java.util.List;

/** Ours, as a producer of the SDK's. */
public class EvenkeelEncodeBenchmark extends EncodeBenchmark {
    private final MetricRegistry registry =
            MetricRegistry.builder().maxBytes(1L << 31).build();
    private final List<Labelled<Counter>> counters = new ArrayList<>();
    private final List<Labelled<Timer>> timers = new ArrayList<>();

    @Override
    void register(boolean histograms) {
        SdkMeterProvider.builder()
                .registerMetricProducer(RegistryMetricProducer.of(registry))
                .registerMetricReader(reader)
                .build();
        for (int i = 0; i < FAMILIES; i++) {
            if (histograms) {
                timers.add(registry.timer("shop" + i + ".duration")
                        .labels("route", "status")
                        .cardinalityLimit(LIMIT)
                        .register());
            } else {
                counters.add(registry.counter("shop" + i + ".orders")
                        .labels("route", "status")
                        .cardinalityLimit(LIMIT)
                        .register());
            }
        }
    }

    @Override
    void count(int family, String route, String status) {
        counters.get(family).bind(route, status).increment();
    }

    @Override
    void record(int family, String route, String status, long nanos) {
        timers.get(family).bind(route, status).record(nanos);
    }
}
