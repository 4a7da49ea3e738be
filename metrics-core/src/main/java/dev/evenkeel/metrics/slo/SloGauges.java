package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import java.util.Collection;

/** What a monitor shows. Stateless. */
final class SloGauges {
    private SloGauges() {}

    /** Registers the gauges of a monitor. They read it, and are absent once it is closed. */
    static void bind(SloMonitor monitor, Collection<SloWatch> watches, MetricRegistry registry) {
        Observed objective = gauge(registry, "slo.objective", "1", "Share of events that should be good.", "slo");
        Observed period = gauge(registry, "slo.period", "s", "Period that the error budget is for.", "slo");
        Observed threshold =
                gauge(registry, "slo.threshold", "s", "Longest duration that is good, at a bucket's end.", "slo");
        Observed remaining = gauge(
                registry,
                "slo.error_budget.remaining",
                "1",
                "Share of the error budget that the events seen in the period leave; negative when overspent.",
                "slo");
        Observed span =
                gauge(registry, "slo.observed_span", "s", "How much of the period this process has seen.", "slo");
        Observed burn = gauge(
                registry,
                "slo.burn_rate",
                "",
                "How many times faster the error budget burns than it may, by window.",
                "slo",
                "window");
        Observed firing =
                gauge(registry, "slo.alert.firing", "", "Whether the budget burns too fast: 1 or 0.", "slo", "level");
        Observed errors = counter(registry, "slo.source.errors", "{reading}", "Readings that a source refused.");
        Observed resets =
                counter(registry, "slo.source.resets", "{reset}", "Times that a source showed less than before.");
        for (SloWatch watch : watches) {
            Slo slo = watch.slo;
            String name = slo.name();
            objective.add(() -> monitor.ifOpen(slo.target()), name);
            period.add(() -> monitor.ifOpen(slo.periodMillis() / 1e3), name);
            if (slo.thresholdNanos() != 0) {
                threshold.add(() -> monitor.ifOpen(slo.thresholdNanos() / 1e9), name);
            }
            remaining.add(() -> monitor.current(watch, SloReading::errorBudgetRemaining), name);
            span.add(() -> monitor.current(watch, r -> r.observedMillis() / 1e3), name);
            for (SloWindow window : SloWindow.values()) {
                burn.add(() -> monitor.current(watch, r -> r.burnRate(window)), name, window.label());
            }
            for (SloAlertLevel level : SloAlertLevel.values()) {
                if (slo.alertThreshold(level) < Double.POSITIVE_INFINITY) {
                    firing.add(() -> monitor.current(watch, r -> watch.firing(level) ? 1 : 0), name, level.label());
                }
            }
            errors.add(() -> monitor.current(watch, r -> watch.errors), name);
            resets.add(() -> monitor.current(watch, r -> watch.resets), name);
        }
        registry.observedCounter("slo.state.errors")
                .unit("{error}")
                .help("State files that could not be read or written.")
                .register()
                .add(monitor::stateErrors);
        registry.observedCounter("slo.listener.errors")
                .unit("{error}")
                .help("Calls of the listener that threw.")
                .register()
                .add(monitor::listenerErrors);
        registry.observedCounter("slo.clock.steps_back")
                .unit("{step}")
                .help("Times that the date was set back.")
                .register()
                .add(monitor::stepsBack);
    }

    private static Observed gauge(MetricRegistry registry, String name, String unit, String help, String... labels) {
        return registry.observedGauge(name).unit(unit).help(help).labels(labels).register();
    }

    private static Observed counter(MetricRegistry registry, String name, String unit, String help) {
        return registry.observedCounter(name)
                .unit(unit)
                .help(help)
                .labels("slo")
                .register();
    }
}
