package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.Objects;

/**
 * Hands the metrics of a registry to the readers of an OpenTelemetry {@code SdkMeterProvider}: for services that have one. Those
 * that only want to push use {@link OtlpExporter}, which loses nothing while the collector is away; the SDK's periodic reader
 * forgets what it could not send.
 *
 * <pre>{@code
 * SdkMeterProvider provider = SdkMeterProvider.builder()
 *         .registerMetricProducer(RegistryMetricProducer.of(registry))
 *         .registerMetricReader(PeriodicMetricReader.create(OtlpHttpMetricExporter.getDefault()))
 *         .build();
 * }</pre>
 *
 * <p>Counters become monotone sums, histograms explicit-bucket or exponential histograms in their unit (seconds for timers), with the
 * exemplars that they have. What they count since is the start of their series, or with {@link
 * AggregationTemporality#DELTA} the call of {@link #produce} before; up-down counters are told since the start in both. The SDK's
 * readers do not pass their own preference on to producers, so it is chosen here. A producer of deltas belongs to one reader: with two, each
 * would see what the other did not.
 *
 * <p>Thread-safe: readers that ask at the same time wait for each other. What is returned is never changed or reused, so it
 * suits readers of either memory mode. After the registry is closed only what it knows of itself is produced; close the
 * provider first, so that its last push carries the last counts.
 */
public final class RegistryMetricProducer implements MetricProducer, AutoCloseable {
    /** Guarded by this. */
    private final RegistryReadings readings;

    private RegistryMetricProducer(
            MetricRegistry registry, AggregationTemporality temporality, HistogramEncoding encoding) {
        this.readings = new RegistryReadings(
                Objects.requireNonNull(registry, "registry"),
                Objects.requireNonNull(temporality, "temporality"),
                Objects.requireNonNull(encoding, "encoding"),
                NanoClock.system());
    }

    /** A producer of all metrics of a registry since their start, histograms over explicit bounds. */
    public static RegistryMetricProducer of(MetricRegistry registry) {
        return of(registry, AggregationTemporality.CUMULATIVE, HistogramEncoding.EXPLICIT);
    }

    /**
     * A producer of all metrics of a registry. One of deltas begins with all that was counted since the registry was made, and takes what it
     * must remember (about 8 bytes a series, 2 to 4 a bucket of a histogram) from the registry's memory until it is closed.
     *
     * @throws IllegalStateException for deltas, when the registry is closed or its memory is spent
     */
    public static RegistryMetricProducer of(
            MetricRegistry registry, AggregationTemporality temporality, HistogramEncoding encoding) {
        return new RegistryMetricProducer(registry, temporality, encoding);
    }

    /** @throws IllegalStateException for deltas, after {@link #close} or when the registry was closed for over 15 minutes */
    @Override
    public synchronized Collection<MetricData> produce(Resource resource) {
        return readings.take().toMetricData(resource);
    }

    /** Gives back what a producer of deltas remembers. Idempotent; without effect on others. */
    @Override
    public synchronized void close() {
        readings.close();
    }
}
