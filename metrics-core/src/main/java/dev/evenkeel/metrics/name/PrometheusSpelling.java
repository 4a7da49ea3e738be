package dev.evenkeel.metrics.name;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Prometheus column of the table; its rules are told by {@link WireNames}. */
final class PrometheusSpelling {
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("d", "days"),
            Map.entry("h", "hours"),
            Map.entry("min", "minutes"),
            Map.entry("s", "seconds"),
            Map.entry("ms", "milliseconds"),
            Map.entry("us", "microseconds"),
            Map.entry("ns", "nanoseconds"),
            Map.entry("By", "bytes"),
            Map.entry("kBy", "kilobytes"),
            Map.entry("MBy", "megabytes"),
            Map.entry("GBy", "gigabytes"),
            Map.entry("KiBy", "kibibytes"),
            Map.entry("MiBy", "mebibytes"),
            Map.entry("GiBy", "gibibytes"),
            Map.entry("bit", "bits"),
            Map.entry("%", "percent"),
            Map.entry("Hz", "hertz"),
            Map.entry("m", "meters"),
            Map.entry("g", "grams"),
            Map.entry("V", "volts"),
            Map.entry("A", "amperes"),
            Map.entry("J", "joules"),
            Map.entry("W", "watts"),
            Map.entry("Cel", "celsius"));

    private static final Map<String, String> PER = Map.of(
            "s", "second",
            "ms", "millisecond",
            "min", "minute",
            "h", "hour",
            "d", "day",
            "By", "byte");

    private static final Map<String, String> UCUM = ucumByWord();

    private PrometheusSpelling() {}

    private static Map<String, String> ucumByWord() {
        Map<String, String> byWord = new HashMap<>();
        UNITS.forEach((ucum, word) -> byWord.put(word, ucum));
        byWord.put("ratio", "1");
        return Map.copyOf(byWord);
    }

    static String metric(MetricDescriptor descriptor) {
        boolean counter = descriptor.kind() == Kind.COUNTER;
        String name = clean(descriptor.name(), true);
        if (counter) {
            name = without(name, "_total");
        }
        if (descriptor.kind() != Kind.HISTOGRAM && descriptor.name().endsWith(".count")) {
            name = pluralOfCount(name);
        }
        String unit = unit(descriptor.unit(), descriptor.kind());
        if (!unit.isEmpty() && !name.equals(unit) && !name.endsWith("_" + unit)) {
            name = name + "_" + unit;
        }
        return counter ? name + "_total" : name;
    }

    static String label(String label) {
        String name = clean(label, false);
        int underscores = 0;
        while (underscores < name.length() && name.charAt(underscores) == '_') {
            underscores++;
        }
        return underscores > 1 ? name.substring(underscores - 1) : name;
    }

    static String ucum(String word) {
        return UCUM.getOrDefault(word, word);
    }

    /** Colons are for metrics alone, and there for recording rules: only what other libraries named has them. */
    private static String clean(String s, boolean colons) {
        StringBuilder b = new StringBuilder(s.length() + 1);
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || digit || c == '_' || (colons && c == ':');
            if (digit && i == 0) {
                b.append('_');
            }
            b.append(allowed ? c : '_');
        }
        return b.length() == 0 ? "_" : b.toString();
    }

    static String without(String name, String suffix) {
        return name.endsWith(suffix) && name.length() > suffix.length()
                ? name.substring(0, name.length() - suffix.length())
                : name;
    }

    private static String pluralOfCount(String name) {
        String noun = without(name, "_count");
        if (noun.length() == name.length()) {
            return name;
        }
        if (noun.endsWith("s") || noun.endsWith("x") || noun.endsWith("ch") || noun.endsWith("sh")) {
            return noun + "es";
        }
        boolean consonantBeforeY =
                noun.endsWith("y") && noun.length() > 1 && "aeiou_".indexOf(noun.charAt(noun.length() - 2)) < 0;
        return consonantBeforeY ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    }

    static String unit(String ucum, Kind kind) {
        String unit = withoutAnnotations(ucum);
        if (unit.isEmpty()) {
            return "";
        }
        if (unit.equals("1")) {
            return kind == Kind.GAUGE || kind == Kind.UP_DOWN_COUNTER ? "ratio" : "";
        }
        int slash = unit.indexOf('/');
        if (slash < 0) {
            return word(UNITS, unit, "");
        }
        String above = unit.substring(0, slash);
        String below = unit.substring(slash + 1);
        String per = below.isEmpty() ? "" : "per_" + word(PER, below, "");
        String of = above.isEmpty() || above.equals("1") ? "" : word(UNITS, above, "");
        return of.isEmpty() || per.isEmpty() ? of + per : of + "_" + per;
    }

    private static String word(Map<String, String> table, String unit, String otherwise) {
        @Nullable String known = table.get(unit);
        if (known != null) {
            return known;
        }
        return unit.isEmpty() ? otherwise : clean(unit, false);
    }

    private static String withoutAnnotations(String ucum) {
        StringBuilder b = new StringBuilder(ucum.length());
        int depth = 0;
        for (int i = 0; i < ucum.length(); i++) {
            char c = ucum.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth = Math.max(0, depth - 1);
            } else if (depth == 0 && c > ' ') {
                b.append(c);
            }
        }
        return b.toString();
    }
}
