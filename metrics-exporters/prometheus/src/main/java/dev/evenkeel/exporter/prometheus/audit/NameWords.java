package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A metric name as words, and the name it should have. */
final class NameWords {
    static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "untyped");
    static final Set<String> PER = Set.of("per", "by");

    /** What may stand behind the unit: Micrometer's largest value of a timer is {@code x_seconds_max}. */
    private static final Set<String> AFTER_UNIT =
            Set.of("total", "max", "min", "avg", "mean", "created", "info", "bucket", "sum", "count");

    private NameWords() {}

    /** The words, lower case: split at whatever is no letter or digit, and where a capital begins a word. */
    static List<String> of(String name) {
        String split = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                .replaceAll("[^a-zA-Z0-9]+", "_")
                .toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        for (String word : split.split("_", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** The place of a unit that ought to be the last word; -1 if there is none, or it is last. */
    static int misplacedUnit(List<String> words) {
        int end = end(words);
        if (end > 0 && UnitWord.of(words.get(end - 1)) != null) {
            return -1;
        }
        for (int i = end - 2; i >= 0; i--) {
            UnitWord unit = UnitWord.of(words.get(i));
            boolean rate = PER.contains(words.get(i + 1)) || i > 0 && PER.contains(words.get(i - 1));
            // A short word may be something else, and is UNIT_ABBREVIATION's already.
            if (unit != null && unit.isBase() && !rate) {
                return i;
            }
        }
        return -1;
    }

    /** How many words stand before {@code total} and other words that follow the unit. */
    static int end(List<String> words) {
        int end = words.size();
        while (end > 1 && AFTER_UNIT.contains(words.get(end - 1))) {
            end--;
        }
        return end;
    }

    /**
     * The name with everything mended that the rules for names find, so that all findings about one family propose the same
     * name.
     */
    static String mended(MetricFamily family, List<String> redundantLabels) {
        List<String> words = of(family.queryName());
        MetricType type = family.type;
        for (String label : redundantLabels) {
            dropLabel(words, of(label));
        }
        if (words.size() > 1) {
            words.removeIf(TYPES::contains);
        }
        dropLast(words, "total");
        if (type.isKnown() && !type.isHistogram() && type != MetricType.SUMMARY) {
            boolean counted = dropLast(words, "count");
            dropLast(words, "sum");
            dropLast(words, "bucket");
            if (counted && !words.isEmpty() && UnitWord.of(words.get(words.size() - 1)) == null) {
                words.set(words.size() - 1, plural(words.get(words.size() - 1)));
            }
        }
        for (int i = 1; i < words.size(); i++) {
            UnitWord unit = UnitWord.of(words.get(i));
            if (unit != null) {
                words.set(i, unit.base());
            }
        }
        int misplaced = misplacedUnit(words);
        if (misplaced >= 0) {
            String unit = words.remove(misplaced);
            words.add(end(words), unit);
        } else if (lacksUnit(words, type)) {
            words.add("seconds");
        }
        if (type == MetricType.COUNTER) {
            words.add("total");
        }
        String name = String.join("_", words);
        return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }

    /** Whether the last word is a time and no unit follows. */
    static boolean lacksUnit(List<String> words, MetricType type) {
        String last = words.isEmpty() ? "" : words.get(end(words) - 1);
        return switch (last) {
            case "duration", "latency", "uptime", "elapsed" -> true;
            case "time" -> type == MetricType.COUNTER || type == MetricType.HISTOGRAM || type == MetricType.SUMMARY;
            default -> false;
        };
    }

    /** Whether a label's name stands in the name: behind "by" or "per", or at its end. */
    static boolean repeatsLabel(List<String> words, List<String> label, boolean endCounts) {
        int at = places(words, label);
        if (at <= 0) {
            return false;
        }
        return PER.contains(words.get(at - 1)) || endCounts && at + label.size() == end(words);
    }

    private static int places(List<String> words, List<String> label) {
        return label.isEmpty() ? -1 : Collections.lastIndexOfSubList(words, label);
    }

    private static void dropLabel(List<String> words, List<String> label) {
        int at = places(words, label);
        if (at > 0) {
            int from = PER.contains(words.get(at - 1)) && at > 1 ? at - 1 : at;
            words.subList(from, at + label.size()).clear();
        }
    }

    private static boolean dropLast(List<String> words, String word) {
        int last = words.size() - 1;
        if (last > 0 && words.get(last).equals(word)) {
            words.remove(last);
            return true;
        }
        return false;
    }

    private static String plural(String noun) {
        return noun.endsWith("s") ? noun : noun + "s";
    }
}
