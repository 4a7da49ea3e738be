package dev.evenkeel.metrics;

import java.util.List;
import java.util.Objects;

/**
 * What all series of a family have in common.
 *
 * @param name dotted, without a suffix for kind or unit: {@code http.server.request.duration}
 * @param unit UCUM, such as {@code s}, {@code By} or {@code {request}}; empty for none
 * @param help one sentence; may be empty
 * @param kind what the values are
 * @param labelNames in declared order; empty for an unlabelled instrument, and where each series names its labels itself
 * @param scale a recorded value times this is the value in {@code unit}: 1e-9 for timers, 1 / n for histograms of n values {@link
 *     InstrumentBuilder#perUnit per unit}, else 1
 */
public record MetricDescriptor(
        String name, String unit, String help, Kind kind, List<String> labelNames, double scale) {
    public MetricDescriptor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(help, "help");
        Objects.requireNonNull(kind, "kind");
        labelNames = List.copyOf(labelNames);
    }
}
