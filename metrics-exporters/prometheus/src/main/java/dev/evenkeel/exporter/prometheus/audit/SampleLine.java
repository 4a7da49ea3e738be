package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample as it stands on the page.
 *
 * @param labels names and values in turn, in the order of the line
 * @param epochMillis its own timestamp; null as a rule
 */
record SampleLine(String name, List<String> labels, double value, @Nullable Long epochMillis, int line) {
    /** The value of a label; null if the sample does not have it. */
    @Nullable
    String label(String wanted) {
        for (int i = 0; i < labels.size(); i += 2) {
            if (labels.get(i).equals(wanted)) {
                return labels.get(i + 1);
            }
        }
        return null;
    }

    /** The labels sorted by name, in braces, without one of them; the same for the same series. */
    String labelsWithout(String omitted) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < labels.size(); i += 2) {
            if (!labels.get(i).equals(omitted)) {
                pairs.add(labels.get(i) + "=\""
                        + labels.get(i + 1).replace("\\", "\\\\").replace("\"", "\\\"") + '"');
            }
        }
        pairs.sort(Comparator.naturalOrder());
        return "{" + String.join(",", pairs) + "}";
    }
}
