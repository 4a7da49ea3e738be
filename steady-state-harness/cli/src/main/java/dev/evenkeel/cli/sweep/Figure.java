package dev.evenkeel.cli.sweep;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One column of the sweep's table. */
enum Figure {
    THROUGHPUT("throughput", "throughput_per_second", "/s", Reading::opsPerSecond),
    P99("p99", "p99_millis", "ms", Reading::p99Millis),
    AFTER_GC("heap after GC", "after_gc_bytes", "By", Reading::afterGcBytes),
    PAUSES("GC pauses", "gc_pause_millis", "ms", Reading::pauseMillis),
    LONGEST_PAUSE("longest pause", "gc_longest_pause_millis", "ms", Reading::longestPauseMillis),
    CPU("CPU per op", "cpu_millis_per_op", "ms", Reading::cpuMillisPerOp),
    RSS("RSS", "rss_bytes", "By", Reading::rssBytes);

    private final String title;
    private final String key;
    private final String unit;
    private final ToDoubleFunction<Reading> of;

    Figure(String title, String key, String unit, ToDoubleFunction<Reading> of) {
        this.title = title;
        this.key = key;
        this.unit = unit;
        this.of = of;
    }

    String title() {
        return title;
    }

    /** In JSON. */
    String key() {
        return key;
    }

    double of(Reading reading) {
        return of.applyAsDouble(reading);
    }

    /** A value with its unit, three digits of it. */
    String words(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return switch (unit) {
            case "By" -> digits(value / (1 << 20)) + " MiB";
            case "/s" -> digits(value) + "/s";
            default -> digits(value) + " ms";
        };
    }

    /** The mean of an interval and half its width. */
    String words(Interval interval) {
        if (Double.isNaN(interval.mean())) {
            return "-";
        }
        double half = (interval.upper() - interval.lower()) / 2;
        String spread = unit.equals("By") ? digits(half / (1 << 20)) : digits(half);
        return words(interval.mean()) + (Double.isNaN(half) ? "" : " ± " + spread);
    }

    static String digits(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 5;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
