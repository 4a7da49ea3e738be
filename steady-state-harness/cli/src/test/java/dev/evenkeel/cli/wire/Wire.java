package dev.evenkeel.cli.wire;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.evenkeel.metrics.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One way out of a registry, and what a reader at its end finds. */
abstract class Wire implements AutoCloseable {
    /** Returns what the wire should hold of a collect. What it cannot carry is left out here, and said to {@link Loss}. */
    abstract Map<Sample, Object> expected(Reference reference);

    /** Collects through the wire and returns what came out at its end. */
    abstract Map<Sample, Object> read() throws Exception;

    /** Returns what came out, without the registry's own metrics, as a text to look at. */
    abstract String listing() throws Exception;

    static Map<Sample, Object> samples() {
        return new TreeMap<>();
    }

    /** Adds a sample; no wire may name two of them alike. */
    static void put(Map<Sample, Object> to, Sample sample, Object value) {
        assertNull(to.put(sample, value), () -> "two samples are " + sample);
    }

    static Map<String, String> labels(Labels labels) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            all.put(labels.name(i), labels.value(i));
        }
        return all;
    }

    static Map<String, String> labels(List<String> names, Labels labels) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            if (!names.get(i).equals(labels.name(i))) {
                Loss.LABEL_NAMES.happened();
            }
            all.put(names.get(i), labels.value(i));
        }
        return all;
    }

    static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new HashMap<>(labels);
        assertNull(more.put(name, value));
        return more;
    }

    static Object valueOf(Reference.Entry entry, Object value) {
        return entry.moves() ? Sample.MOVES : value;
    }

    @Override
    public void close() throws Exception {}
}
