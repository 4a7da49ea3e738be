package dev.evenkeel.guard;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import java.util.function.DoubleSupplier;

/** Registers the metrics of one guard: series with its name in one label. Used by the thread that builds it. */
final class GuardMetrics {
    private final MetricRegistry registry;
    private final String label;
    private final String name;

    /**
     * Metrics of a guard.
     *
     * @param label what kind it is, such as {@code pool}
     * @param name its own, the label's value
     */
    GuardMetrics(MetricRegistry registry, String label, String name) {
        this.registry = registry;
        this.label = label;
        this.name = name;
    }

    Counter counter(String metric, String unit, String help) {
        return registry.counter(metric)
                .unit(unit)
                .help(help)
                .labels(label)
                .register()
                .bind(name);
    }

    void gauge(String metric, String unit, String help, DoubleSupplier value) {
        registry.observedGauge(metric)
                .unit(unit)
                .help(help)
                .labels(label)
                .register()
                .add(value, name);
    }
}
