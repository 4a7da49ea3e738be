package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;

/**
 * Hands the metrics of a registry to the readers of an OpenTelemetry {@code SdkMeterProvider}.
 *
 * <pre>{@code
 * SdkMeterProvider provider = SdkMeterProvider.builder()
 *         .registerMetricProducer(RegistryMetricProducer.of(registry))
 *         .registerMetricReader(PeriodicMetricReader.create(OtlpHttpMetricExporter.getDefault()))
 *         .build();
 * }</pre>
 *
 * <p>Counters become monotone cumulative sums that start when their series was registered, histograms explicit-bucket
 * histograms in their unit (seconds for timers) on a fixed ladder, with the
 * exemplars that they have. Always cumulative, whatever temporality a reader prefers.
 *
 * <p>Thread-safe: readers that ask at the same time wait for each other. What is returned is never changed or reused, so it
 * suits readers of either memory mode. After the registry is closed only what it knows of itself is produced; close the
 * provider first, so that its last push carries the last counts.
 */
public final class RegistryMetricProducer implements MetricProducer {
    private final MetricRegistry registry;

    /** A series is equal to itself only, so this is a map by identity. Guarded by this. */
    private final Map<Series, Attributes> attributes = new WeakHashMap<>();

    private RegistryMetricProducer(MetricRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    /** A producer of all metrics of a registry. */
    public static RegistryMetricProducer of(MetricRegistry registry) {
        return new RegistryMetricProducer(registry);
    }

    @Override
    public synchronized Collection<MetricData> produce(Resource resource) {
        MetricDataVisitor visitor = new MetricDataVisitor(resource, attributes);
        registry.collect(visitor);
        return visitor.families();
    }
}
