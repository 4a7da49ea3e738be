package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.name.WireNames;

/** How a metric of the registry is called on the Prometheus wire: the rules are those of {@link WireNames}. */
public final class PrometheusNames {
    private PrometheusNames() {}

    /** The name of the family; see {@link WireNames#prometheus}. */
    public static String metricName(MetricDescriptor descriptor) {
        return WireNames.of(descriptor).prometheus();
    }

    /** Returns the spelled-out unit that {@link #metricName} ends in, or an empty string when it has none. */
    static String unitName(MetricDescriptor descriptor) {
        return WireNames.of(descriptor).prometheusUnit();
    }

    /** Returns the name of the family in OpenMetrics, where a counter's samples end in {@code _total} and its family does not. */
    static String openMetricsFamily(MetricDescriptor descriptor) {
        return WireNames.of(descriptor).openMetrics();
    }

    /** Returns the sum of a reading in its unit. */
    static double sum(HistogramReading reading) {
        return reading.sumInUnit();
    }

    /** A label's name; see {@link WireNames#prometheusLabel}. */
    public static String labelName(String label) {
        return WireNames.prometheusLabel(label);
    }
}
