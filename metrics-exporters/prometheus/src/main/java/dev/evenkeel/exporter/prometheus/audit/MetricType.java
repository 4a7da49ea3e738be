package dev.evenkeel.exporter.prometheus.audit;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of both formats, and what the samples of each are called. */
enum MetricType {
    COUNTER,
    GAUGE,
    HISTOGRAM("_bucket", "_sum", "_count", "_created"),
    SUMMARY("_sum", "_count", "_created"),
    UNTYPED,
    UNKNOWN,
    INFO("_info"),
    STATESET,
    GAUGEHISTOGRAM("_bucket", "_gsum", "_gcount"),
    /** No TYPE line. */
    ABSENT;

    private final List<String> suffixes;

    MetricType(String... suffixes) {
        this.suffixes = List.of(suffixes);
    }

    /** What a sample's name may have behind the name of the family. */
    List<String> suffixes(boolean openMetrics) {
        return this == COUNTER && openMetrics ? List.of("_total", "_created") : suffixes;
    }

    boolean isHistogram() {
        return this == HISTOGRAM || this == GAUGEHISTOGRAM;
    }

    boolean isKnown() {
        return this != UNTYPED && this != UNKNOWN && this != ABSENT;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable MetricType of(String word) {
        for (MetricType type : values()) {
            if (type != ABSENT && type.word().equals(word)) {
                return type;
            }
        }
        return null;
    }
}
