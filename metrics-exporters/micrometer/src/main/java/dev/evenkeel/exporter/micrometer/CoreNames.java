package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.Labels;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Spells what Micrometer allows in names, tags and units as the core does, which every wire can carry. */
final class CoreNames {
    /** The label of the overflow series. */
    static final String OVERFLOW = "otel_metric_overflow";

    private static final int LONGEST_NAME = 200; // leaves room for what is added: .percentile
    private static final int LONGEST_UNIT = 60;

    private CoreNames() {}

    /** Returns a name of letters, digits and . _ - / that begins with a letter: others become an underscore. */
    static String name(String meterName) {
        StringBuilder name = new StringBuilder();
        int length = Math.min(meterName.length(), LONGEST_NAME);
        for (int i = 0; i < length; i++) {
            char c = meterName.charAt(i);
            name.append(isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-' || c == '/' ? c : '_');
        }
        if (name.isEmpty() || !isLetter(name.charAt(0))) {
            name.insert(0, "m_");
        }
        return name.toString();
    }

    /** Returns the tags as labels, in their order. Two keys that would be spelled alike get a number. */
    static Labels labels(Meter.Id id) {
        List<String> pairs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Tag tag : id.getTagsAsIterable()) {
            String key = key(tag.getKey());
            String free = key;
            for (int i = 2; !seen.add(free); i++) {
                free = key + "_" + i;
            }
            pairs.add(free);
            pairs.add(tag.getValue());
        }
        return Labels.of(pairs.toArray(new String[0]));
    }

    private static String key(String tagKey) {
        StringBuilder key = new StringBuilder();
        int length = Math.min(tagKey.length(), LONGEST_NAME);
        for (int i = 0; i < length; i++) {
            char c = tagKey.charAt(i);
            key.append(isLetter(c) || isDigit(c) || c == '_' || (c == '.' && i > 0) ? c : '_');
        }
        if (key.isEmpty() || isDigit(key.charAt(0)) || key.toString().equals(OVERFLOW)) {
            key.insert(0, '_');
        }
        return key.toString();
    }

    /** Returns the unit in UCUM: what is counted goes into braces, as no quantity is. */
    static String unit(@Nullable String baseUnit) {
        if (baseUnit == null || baseUnit.isBlank()) {
            return "";
        }
        return switch (baseUnit) {
            case "seconds", "s" -> "s";
            case "milliseconds", "ms" -> "ms";
            case "microseconds" -> "us";
            case "nanoseconds" -> "ns";
            case "minutes" -> "min";
            case "hours" -> "h";
            case "days" -> "d";
            case "bytes", "By" -> "By";
            case "kilobytes" -> "kBy";
            case "megabytes" -> "MBy";
            case "percent" -> "%";
            case "celsius" -> "Cel";
            default -> annotation(baseUnit);
        };
    }

    private static String annotation(String baseUnit) {
        StringBuilder unit = new StringBuilder("{");
        for (int i = 0; i < Math.min(baseUnit.length(), LONGEST_UNIT); i++) {
            char c = baseUnit.charAt(i);
            unit.append(c > ' ' && c < 127 && c != '{' && c != '}' ? c : '_');
        }
        return unit.append('}').toString();
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
