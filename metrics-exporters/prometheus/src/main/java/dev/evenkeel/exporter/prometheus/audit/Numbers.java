package dev.evenkeel.exporter.prometheus.audit;

import java.util.Locale;

/** Numbers and counted nouns in sentences. */
final class Numbers {
    private Numbers() {}

    /** Whole numbers as such, others in short. */
    static String of(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.6g", value);
    }

    /** {@code 1 series}, {@code 2 lines}. */
    static String of(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
