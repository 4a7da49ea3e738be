package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** Ours, as a producer of the SDK's. */
public class EvenkeelEncodeBenchmark extends EncodeBenchmark {
    private final MetricRegistry registry =
            MetricRegistry.builder().maxBytes(1L << 31).build();
    private final List<Labelled<Counter>> counters = new ArrayList<>();
    private final List<Labelled<Timer>> timers = new ArrayList<>();
    private final List<Timer> boundTimers = new ArrayList<>();

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
    public void fill() throws IOException, InterruptedException {
        super.fill();
        registry.collect(new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {}

            @Override
            public void longCounter(Series series, long value) {}

            @Override
            public void doubleCounter(Series series, double value) {}

            @Override
            public void gauge(Series series, double value) {}

            @Override
            public void histogram(Series series, HistogramReading reading) {
                if (series instanceof Timer timer && series.descriptor().name().startsWith("shop")) {
                    boundTimers.add(timer);
                }
            }
        });
    }

    /** When each histogram was recorded to since the message before, by one thread; that is in the time. */
    @Benchmark
    public int messageAfterRecords() throws IOException {
        for (Timer timer : boundTimers) {
            timer.record(1_000_000);
        }
        return encode();
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
