package dev.evenkeel.metrics;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is logged, once for each instrument, when the first label set overflows. */
final class OverflowWarning {
    private OverflowWarning() {}

    /**
     * Says what was reached, and which label has the most values.
     *
     * @param entries the table of the family, which the caller's lock protects
     * @param count the series in it
     */
    static String of(InstrumentFamily<?> family, @Nullable Series[] entries, int count) {
        TreeMap<String, Set<String>> distinct = new TreeMap<>();
        for (int i = 0; i < SeriesTable.places(entries); i++) {
            Series entry = entries[i];
            Labels labels = entry == null ? Labels.NONE : entry.labels();
            for (int label = 0; label < labels.size(); label++) {
                distinct.computeIfAbsent(labels.name(label), name -> new HashSet<>())
                        .add(labels.value(label));
            }
        }
        String worst = "none";
        int most = 0;
        for (Map.Entry<String, Set<String>> label : distinct.entrySet()) {
            if (label.getValue().size() > most) {
                most = label.getValue().size();
                worst = label.getKey();
            }
        }
        boolean limit = count >= family.limit;
        return "Instrument \"" + family.descriptor.name() + "\" "
                + (limit
                        ? "reached its cardinality limit of " + family.limit + " series"
                        : "has " + count + " series and the registry's "
                                + family.core.budget().maxBytes() + " bytes are spent")
                + "; measurements with new label sets now go to the overflow series {otel_metric_overflow=\"true\"}. "
                + "Most distinct values: " + worst + " (" + most
                + "). Drop or group that label, or raise " + (limit ? "cardinalityLimit(..)" : "maxBytes(..)")
                + ". Logged once per instrument.";
    }
}
