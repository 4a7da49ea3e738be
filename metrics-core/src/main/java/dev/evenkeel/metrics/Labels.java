package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.List;

/** The label names and values of one series, in declared order. Immutable. */
public final class Labels {
    static final Labels NONE = new Labels(List.of());

    /** The labels of the series that counts what came after the cardinality limit. */
    static final Labels OVERFLOW = new Labels(List.of("otel_metric_overflow"), "true");

    private final List<String> names;
    private final String[] values;

    Labels(List<String> names, String... values) {
        this.names = names;
        this.values = values;
    }

    /**
     * Returns labels of some names and values, for instruments that take any: {@link InstrumentBuilder#anyLabels}.
     *
     * @param namesAndValues a name, its value, the next name and so on; each name once
     * @throws IllegalArgumentException when a value is missing, or a name is none that every exposition format can spell
     */
    public static Labels of(String... namesAndValues) {
        return ofPairs(Names.pairs(namesAndValues));
    }

    static Labels ofPairs(String... pairs) {
        String[] names = new String[pairs.length / 2];
        String[] values = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = pairs[2 * i];
            values[i] = pairs[2 * i + 1];
        }
        return names.length == 0 ? NONE : new Labels(List.of(names), values);
    }

    /** Returns names and values in turns. */
    String[] pairs() {
        String[] pairs = new String[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            pairs[2 * i] = names.get(i);
            pairs[2 * i + 1] = values[i];
        }
        return pairs;
    }

    public int size() {
        return values.length;
    }

    public String name(int i) {
        return names.get(i);
    }

    public String value(int i) {
        return values[i];
    }

    /** Returns whether they are those of the overflow series, which counts what came after the cardinality limit. */
    public boolean isOverflow() {
        return names.size() == 1 && names.get(0).equals(OVERFLOW.names.get(0));
    }

    boolean hasValues(String... wanted) {
        return Arrays.equals(values, wanted);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Labels that && names.equals(that.names) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * names.hashCode() + Arrays.hashCode(values);
    }

    /** Returns them in the form <code>{route="/pay", status="201"}</code>. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(name(i))
                    .append("=\"")
                    .append(value(i))
                    .append('"');
        }
        return text.append('}').toString();
    }
}
