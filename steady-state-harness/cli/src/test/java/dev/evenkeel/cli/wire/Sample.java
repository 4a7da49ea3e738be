package dev.evenkeel.cli.wire;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One number as a wire names it.
 *
 * @param name what the wire calls the metric, or the part of it
 * @param labels as the wire calls them, sorted
 */
record Sample(String name, Map<String, String> labels) implements Comparable<Sample> {
    /** In place of a value that no two collects share. */
    static final String MOVES = "moves";

    private static final int MOST_SHOWN = 10;

    Sample {
        labels = new TreeMap<>(labels);
    }

    static Sample of(String name) {
        return new Sample(name, Map.of());
    }

    /** Returns a whole number as a wire of doubles carries it. */
    static Object rounded(Object value) {
        if (value instanceof Long whole && Math.abs(whole) > 1L << 53) {
            Loss.ABOVE_2_53.happened();
            return (double) whole;
        }
        return value;
    }

    /** Returns a number of a text format: NaN, +Inf and -Inf beside decimal digits, of which none is lost. */
    static Object parsed(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> new BigDecimal(text);
        };
    }

    /** Returns what differs; empty when both hold the same samples with the same numbers. */
    static List<String> differences(Map<Sample, Object> expected, Map<Sample, Object> actual) {
        List<String> all = new ArrayList<>();
        TreeSet<Sample> samples = new TreeSet<>(expected.keySet());
        samples.addAll(actual.keySet());
        for (Sample sample : samples) {
            Object wanted = expected.get(sample);
            Object found = actual.get(sample);
            if (wanted == null || found == null || !same(wanted, found)) {
                all.add(shortened(sample.toString()) + ": expected " + wanted + ", found " + found);
            }
        }
        return all.size() > MOST_SHOWN ? all.subList(0, MOST_SHOWN) : all;
    }

    private static String shortened(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private static boolean same(Object expected, Object actual) {
        if (expected.equals(MOVES)) {
            return true;
        }
        if (expected instanceof Long whole) { // exactly, whatever carries it
            return actual instanceof Number number
                    && !(number instanceof Double d && !Double.isFinite(d))
                    && new BigDecimal(number.toString()).compareTo(BigDecimal.valueOf(whole)) == 0;
        }
        if (expected instanceof Double number) {
            return actual instanceof Number other
                    && (Double.compare(number, other.doubleValue()) == 0 || number == other.doubleValue());
        }
        return expected.equals(actual);
    }

    @Override
    public int compareTo(Sample other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : labels.toString().compareTo(other.labels.toString());
    }
}
