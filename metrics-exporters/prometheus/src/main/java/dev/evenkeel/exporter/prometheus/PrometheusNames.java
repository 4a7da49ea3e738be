package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a metric of the registry is called on the Prometheus wire.
 *
 * <p>The rules, in order. Characters outside {@code [a-zA-Z0-9_]} become one underscore. A gauge or counter whose name
 * ends in {@code .count} is named by the plural of what it counts ({@code jvm.thread.count} becomes {@code jvm_threads}),
 * because Prometheus keeps {@code _count} for histograms. The unit is spelled out and appended unless the name ends with
 * it: {@code s} is {@code _seconds}, {@code By} {@code _bytes}, {@code By/s} {@code _bytes_per_second}, {@code 1}
 * {@code _ratio} on gauges; annotations such as <code>{request}</code> vanish. Counters end in {@code _total}.
 */
public final class PrometheusNames {
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

    private PrometheusNames() {}

    /**
     * The name of the family: with unit and {@code _total}, without {@code _bucket}, {@code _sum} and {@code _count}. Two
     * descriptors may come out equal ({@code a.b} and {@code a_b}): the writer then keeps the first.
     */
    public static String metricName(MetricDescriptor descriptor) {
        boolean counter = descriptor.kind() == Kind.COUNTER;
        String name = clean(descriptor.name());
        if (counter) {
            name = without(name, "_total");
        }
        if (descriptor.kind() != Kind.HISTOGRAM) {
            name = pluralOfCount(name);
        }
        String unit = unitWords(descriptor.unit(), descriptor.kind());
        if (!unit.isEmpty() && !name.equals(unit) && !name.endsWith("_" + unit)) {
            name = name + "_" + unit;
        }
        return counter ? name + "_total" : name;
    }

    /** Returns the spelled-out unit that {@link #metricName} ends in, or an empty string when it has none. */
    static String unitName(MetricDescriptor descriptor) {
        return unitWords(descriptor.unit(), descriptor.kind());
    }

    /** Returns the name of the family in OpenMetrics, where a counter's samples end in {@code _total} and its family does not. */
    static String openMetricsFamily(MetricDescriptor descriptor) {
        String name = metricName(descriptor);
        return descriptor.kind() == Kind.COUNTER ? without(name, "_total") : name;
    }

    /** Returns the sum of a reading in its unit. A division rounds once; the product with 1e-9 would round that as well. */
    static double sum(HistogramReading reading) {
        return reading.scale() == 1e-9 ? reading.sum() / 1e9 : reading.sum() * reading.scale();
    }

    /** A label's name: characters that Prometheus does not allow become underscores, {@code __} is left to Prometheus. */
    public static String labelName(String label) {
        String name = clean(label);
        int underscores = 0;
        while (underscores < name.length() && name.charAt(underscores) == '_') {
            underscores++;
        }
        return underscores > 1 ? name.substring(underscores - 1) : name;
    }

    private static String clean(String s) {
        StringBuilder b = new StringBuilder(s.length() + 1);
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || digit || c == '_';
            if (digit && i == 0) {
                b.append('_');
            }
            b.append(allowed ? c : '_');
        }
        return b.length() == 0 ? "_" : b.toString();
    }

    private static String without(String name, String suffix) {
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

    private static String unitWords(String ucum, Kind kind) {
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
        return unit.isEmpty() ? otherwise : clean(unit);
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
