package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules about single samples: their values, timestamps, and whether one stands there twice. */
final class ValueRules {
    /** How far back Prometheus looks for a sample. */
    private static final long LOOK_BACK_MILLIS = 5 * 60 * 1000L;

    private ValueRules() {}

    static void check(MetricFamily family, AuditOptions options, Findings findings) {
        duplicates(family, findings);
        List<SampleLine> nan = new ArrayList<>();
        List<SampleLine> negative = new ArrayList<>();
        List<SampleLine> stale = new ArrayList<>();
        long furthest = 0;
        int counters = 0;
        for (SampleLine sample : family.samples) {
            boolean counter = isCounter(family, sample);
            counters += counter ? 1 : 0;
            if (counter && Double.isNaN(sample.value())) {
                nan.add(sample);
            }
            if (counter && sample.value() < 0) {
                negative.add(sample);
            }
            Long at = sample.epochMillis();
            if (at != null && Math.abs(at - options.epochMillis()) >= LOOK_BACK_MILLIS) {
                stale.add(sample);
                furthest = Math.max(furthest, Math.abs(at - options.epochMillis()));
            }
        }
        if (!nan.isEmpty()) {
            findings.add(
                    Rule.COUNTER_NAN,
                    family,
                    nan.get(0).line(),
                    nan.size() + " of " + Numbers.of(counters, "value is", "values are") + " NaN, first "
                            + place(nan.get(0)),
                    "Begin at 0 and add only numbers: look for a 0/0, or for a callback that fails. Leave out what cannot be"
                            + " read.");
        }
        if (!negative.isEmpty()) {
            findings.add(
                    Rule.COUNTER_NEGATIVE,
                    family,
                    negative.get(0).line(),
                    negative.size() + " of " + Numbers.of(counters, "value is", "values are") + " below zero, first "
                            + place(negative.get(0)) + " = "
                            + Numbers.of(negative.get(0).value()),
                    family.type == MetricType.COUNTER
                            ? "Register it as a gauge if it may fall; else look for an overflow, or a subtraction."
                            : "Look for an overflow, or a subtraction in the code that counts.");
        }
        if (!stale.isEmpty()) {
            findings.add(
                    Rule.STALE_TIMESTAMP,
                    family,
                    stale.get(0).line(),
                    Numbers.of(stale.size(), "sample is", "samples are") + " up to " + furthest / 1000
                            + " s off the time of reading",
                    "Write no timestamps: Prometheus sets the time of the scrape. For batch results export the time as a"
                            + " gauge of its own.");
        }
    }

    private static void duplicates(MetricFamily family, Findings findings) {
        Map<String, SampleLine> seen = new HashMap<>();
        int count = 0;
        @Nullable SampleLine first = null;
        @Nullable SampleLine original = null;
        for (SampleLine sample : family.samples) {
            String key = sample.name() + sample.labelsWithout("") + '@' + sample.epochMillis();
            SampleLine earlier = seen.putIfAbsent(key, sample);
            if (earlier != null && count++ == 0) {
                first = sample;
                original = earlier;
            }
        }
        if (first != null && original != null) {
            findings.add(
                    Rule.DUPLICATE_SERIES,
                    family,
                    first.line(),
                    Numbers.of(count, "line repeats", "lines repeat") + " a series, first " + place(first)
                            + " in lines "
                            + original.line() + " (" + Numbers.of(original.value()) + ") and " + first.line() + " ("
                            + Numbers.of(first.value()) + ")",
                    "Let one component own the metric, or tell the two apart by a label.");
        }
    }

    /** Whether a sample only ever rises: also a bucket and a count; not a sum, whose values may be negative. */
    private static boolean isCounter(MetricFamily family, SampleLine sample) {
        return switch (family.looks()) {
            case COUNTER -> !sample.name().endsWith("_created");
            case HISTOGRAM -> !sample.name().endsWith("_sum") && !sample.name().endsWith("_created");
            case SUMMARY -> sample.name().endsWith("_count");
            default -> false;
        };
    }

    private static String place(SampleLine sample) {
        String labels = sample.labelsWithout("");
        return sample.name() + (labels.equals("{}") ? "" : LineReader.shortened(labels));
    }
}
