package dev.evenkeel.metrics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The label values of a series about to be made, with their hash. */
final class LabelValues {
    static final LabelValues NONE = new LabelValues(0);

    /** Those of the overflow series, told from {@link #NONE} by the hash. */
    static final LabelValues OVERFLOW = new LabelValues(1);

    final int hash;
    private final String[] values;

    LabelValues(int hash, String... values) {
        this.hash = hash;
        this.values = values;
    }

    /** Returns the values of a series that has labels. */
    static LabelValues of(Series series) {
        String[] values = new String[series.valueCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = series.value(i);
        }
        return new LabelValues(series.hash, values);
    }

    @Nullable
    String at(int i) {
        return i < values.length ? values[i] : null;
    }

    String @Nullable [] more() {
        return values.length > 2 ? Arrays.copyOfRange(values, 2, values.length) : null;
    }

    String[] all() {
        return values;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LabelValues that && hash == that.hash && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Returns what the values are taken to cost: the strings, and the array of those past the second. */
    long bytes() {
        long bytes = values.length > 2 ? 16 + 4L * values.length : 0;
        for (String value : values) {
            bytes += 40 + value.length();
        }
        return bytes;
    }
}
