package dev.evenkeel.exporter.prometheus.audit;

import dev.evenkeel.exporter.prometheus.PrometheusNames;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this toolkit's own counters say, if the page comes from a process that uses it. */
final class OwnCounterRules {
    private static final String DROPPED = counter("evenkeel.dropped", "{measurement}");
    private static final String REJECTED = counter("evenkeel.admin.rejected", "{request}");
    private static final String LADDER = counter("evenkeel.memory.ladder", "{event}");

    private static final Map<String, String> FIXES = Map.of(
            "overflowed",
                    "See overflow-series: drop or group a label, or raise the cardinality limit of the instrument.",
            "late", "Something records after its registry was closed: close the registry last.",
            "negative", "Something adds less than 0 to a counter, or subtracts two different clocks.",
            "clamped", "Values are above what the histogram can hold: check their unit.",
            "callback_error", "A callback of an observed metric throws or returns NaN: the log names it.",
            "shared_stripe", "Raise maxBytes, or record from fewer threads: records of the newer ones now share cells.",
            "one_digit", "Raise maxBytes, or bind fewer histograms: new ones have one significant digit.",
            "overflow_series", "Raise maxBytes, or lower the number of series: new ones go to the overflow series.",
            "octave_only", "Raise maxBytes: values are counted by powers of two only.");

    private OwnCounterRules() {}

    private static String counter(String name, String unit) {
        return PrometheusNames.metricName(new MetricDescriptor(name, unit, "", Kind.COUNTER, List.of(), 1));
    }

    static void check(MetricFamily family, Findings findings) {
        String name = family.queryName();
        boolean ladder = name.equals(LADDER);
        if (!ladder && !name.equals(DROPPED) && !name.equals(REJECTED)) {
            return;
        }
        for (SampleLine sample : family.samples) {
            if (!(sample.value() > 0)) {
                continue;
            }
            @Nullable String reason = sample.label(ladder ? "rung" : "reason");
            @Nullable String fix = reason == null ? null : FIXES.get(reason);
            if (fix == null) {
                fix = name.equals(REJECTED)
                        ? "Scrape less often, or find out which scraper is slow: the admin listener's queue was full."
                        : "See what the metric's help says of it.";
            }
            findings.addNamed(
                    ladder ? Rule.EVENKEEL_LADDER : Rule.EVENKEEL_DROPPED,
                    name,
                    sample.line(),
                    sample.labelsWithout("") + " is " + Numbers.of(sample.value()),
                    fix);
        }
    }
}
