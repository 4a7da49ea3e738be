package dev.evenkeel.exporter.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.ExemplarFilter;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** The SDK's own instruments, with the bounds that ours has for times. */
public class OpenTelemetryEncodeBenchmark extends EncodeBenchmark {
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("route");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final List<Double> BOUNDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private final List<LongCounter> counters = new ArrayList<>();
    private final List<DoubleHistogram> histograms = new ArrayList<>();
    private final List<Attributes> attributes = new ArrayList<>();

    @Override
    void register(boolean histogram) {
        Meter meter = SdkMeterProvider.builder()
                .setExemplarFilter(ExemplarFilter.alwaysOff())
                .registerView(
                        InstrumentSelector.builder().setName("shop*").build(),
                        View.builder().setCardinalityLimit(LIMIT).build())
                .registerMetricReader(reader)
                .build()
                .get("benchmark");
        for (int n = 0; n < series / FAMILIES; n++) {
            attributes.add(Attributes.of(ROUTE, route(n), STATUS, status(n)));
        }
        for (int i = 0; i < FAMILIES; i++) {
            if (histogram) {
                histograms.add(meter.histogramBuilder("shop" + i + ".duration")
                        .setUnit("s")
                        .setExplicitBucketBoundariesAdvice(BOUNDS)
                        .build());
            } else {
                counters.add(meter.counterBuilder("shop" + i + ".orders").build());
            }
        }
    }

    /** When each histogram was recorded to since the message before, by one thread; that is in the time. */
    @Benchmark
    public int messageAfterRecords() throws IOException {
        for (int n = 0; n < series / FAMILIES; n++) {
            for (DoubleHistogram histogram : histograms) {
                histogram.record(1e-3, attributes.get(n));
            }
        }
        return encode();
    }

    @Override
    void count(int family, String route, String status) {
        counters.get(family).add(1, Attributes.of(ROUTE, route, STATUS, status));
    }

    @Override
    void record(int family, String route, String status, long nanos) {
        histograms.get(family).record(nanos * 1e-9, Attributes.of(ROUTE, route, STATUS, status));
    }
}
