package dev.evenkeel.metrics;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.ExemplarFilter;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.List;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** OpenTelemetry's SDK with one cumulative reader, exemplars off: 15 explicit buckets, and up to 160 exponential ones. A caller holds its attributes. */
public class OpenTelemetryLatencyBenchmark extends LatencyLibraryBenchmark {
    private static final AttributeKey<String> I = AttributeKey.stringKey("i");
    private static final double SECONDS_PER_NANO = 1e-9;

    private final OpenTelemetryBenchmark.Reader reader = new OpenTelemetryBenchmark.Reader();
    private final Meter meter = SdkMeterProvider.builder()
            .setExemplarFilter(ExemplarFilter.alwaysOff())
            .registerView(
                    InstrumentSelector.builder().setName("explicit").build(),
                    View.builder()
                            .setAggregation(Aggregation.explicitBucketHistogram())
                            .build())
            .registerView(
                    InstrumentSelector.builder().setName("exponential").build(),
                    View.builder()
                            .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                            .build())
            .registerMetricReader(reader)
            .build()
            .get("benchmark");
    private final Attributes held = Attributes.of(I, "held");
    private final DoubleHistogram explicit =
            meter.histogramBuilder("explicit").setUnit("s").build();
    private final DoubleHistogram exponential =
            meter.histogramBuilder("exponential").setUnit("s").build();

    public static void main(String[] args) {
        LatencyMemory.print(OpenTelemetryLatencyBenchmark::new, args);
    }

    @Override
    List<String> ways() {
        return List.of("explicit", "exponential");
    }

    @Override
    LongConsumer series(String way, int i) {
        DoubleHistogram histogram = way.equals("explicit") ? explicit : exponential;
        Attributes attributes = Attributes.of(I, Integer.toString(i));
        return nanos -> histogram.record(nanos * SECONDS_PER_NANO, attributes);
    }

    @Override
    long counted() {
        long sum = 0;
        for (MetricData metric : reader.collectAll()) {
            for (HistogramPointData point : metric.getHistogramData().getPoints()) {
                sum += point.getCount();
            }
            for (ExponentialHistogramPointData point :
                    metric.getExponentialHistogramData().getPoints()) {
                sum += point.getCount();
            }
        }
        return sum;
    }

    @Benchmark
    public void explicit(Latencies next) {
        explicit.record(next.nextNanos() * SECONDS_PER_NANO, held);
    }

    @Benchmark
    public void exponential(Latencies next) {
        exponential.record(next.nextNanos() * SECONDS_PER_NANO, held);
    }

    @Benchmark
    public void timed() {
        long start = System.nanoTime();
        explicit.record((System.nanoTime() - start) * SECONDS_PER_NANO, held);
    }
}
