package dev.evenkeel.metrics.name;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * How one metric is called on each wire. All spellings are derived here, from the metric's dotted name, unit, kind and labels; no
 * exporter has rules of its own. {@code docs/names.md} lists them for the toolkit's own metrics.
 *
 * <p>Immutable. Making one takes about a microsecond and allocates; exporters keep it with the family.
 *
 * <p><b>Prometheus.</b> The rules, in order. Characters outside {@code [a-zA-Z0-9_:]} become one underscore. A gauge or counter whose
 * name ends in {@code .count} is named by the plural of what it counts ({@code jvm.thread.count} becomes {@code jvm_threads}),
 * because Prometheus keeps {@code _count} for histograms. The unit is spelled out and appended unless the name ends with
 * it: {@code s} is {@code _seconds}, {@code By} {@code _bytes}, {@code By/s} {@code _bytes_per_second}, {@code 1}
 * {@code _ratio} on gauges; annotations such as <code>{request}</code> vanish. Counters end in {@code _total}.
 *
 * <p><b>OTLP, JSON, JMX and Micrometer</b> keep the dotted name. JMX quotes it where object names give a character a meaning;
 * Micrometer, which knows a sum with a count only for times, gets a histogram of anything else as two counters.
 *
 * <p><b>The overflow series</b> is labelled {@code otel_metric_overflow="true"} everywhere but on OTLP, where it is the boolean {@value
 * #OTLP_OVERFLOW}, and in Micrometer, where all declared labels have the value {@value #MICROMETER_OVERFLOW}.
 */
public final class WireNames {
    /** The boolean attribute of the overflow series in OTLP, of OpenTelemetry's semantic conventions. */
    public static final String OTLP_OVERFLOW = "otel.metric.overflow";

    /** The value of each label of the overflow series in Micrometer, where all series of a name need the same keys. */
    public static final String MICROMETER_OVERFLOW = "otel_metric_overflow";

    private final MetricDescriptor descriptor;
    private final String prometheus;

    private WireNames(MetricDescriptor descriptor) {
        this.descriptor = descriptor;
        this.prometheus = PrometheusSpelling.metric(descriptor);
    }

    /** Returns the names of a metric. */
    public static WireNames of(MetricDescriptor descriptor) {
        return new WireNames(Objects.requireNonNull(descriptor, "descriptor"));
    }

    /**
     * Returns the family in Prometheus text and protobuf: with unit and {@code _total}, without {@code _bucket}, {@code _sum} and
     * {@code _count}. Two metrics may come out equal ({@code a.b} and {@code a_b}): a writer then keeps the first.
     */
    public String prometheus() {
        return prometheus;
    }

    /** Returns the family in OpenMetrics, where a counter's samples end in {@code _total} and its family does not. */
    public String openMetrics() {
        return descriptor.kind() == Kind.COUNTER ? PrometheusSpelling.without(prometheus, "_total") : prometheus;
    }

    /** Returns the spelled-out unit that {@link #prometheus} ends in, or an empty string when it has none. */
    public String prometheusUnit() {
        return PrometheusSpelling.unit(descriptor.unit(), descriptor.kind());
    }

    /** Returns all names that samples of the family carry in Prometheus text. */
    public List<String> prometheusSamples() {
        return descriptor.kind() == Kind.HISTOGRAM
                ? List.of(prometheus + "_bucket", prometheus + "_sum", prometheus + "_count")
                : List.of(prometheus);
    }

    /**
     * Returns the names of a series' labels in Prometheus, in the order of the labels: characters that it does not allow become
     * underscores, {@code __} is left to Prometheus, and no two are alike, nor like a histogram's own {@code le}: the second
     * of {@code a.b} and {@code a_b} is {@code a_b_2}.
     */
    public List<String> prometheusLabels(Labels labels) {
        List<String> names = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            names.add(labels.name(i));
        }
        return prometheusLabels(names);
    }

    /** Returns the declared labels as {@link #prometheusLabels(Labels)} does. */
    public List<String> prometheusLabels() {
        return prometheusLabels(descriptor.labelNames());
    }

    private List<String> prometheusLabels(List<String> names) {
        List<String> all = new ArrayList<>(names.size());
        Set<String> used = new HashSet<>();
        if (descriptor.kind() == Kind.HISTOGRAM) {
            used.add("le");
        }
        for (String name : names) {
            String plain = PrometheusSpelling.label(name);
            String label = plain;
            for (int n = 2; !used.add(label); n++) {
                label = plain + "_" + n;
            }
            all.add(label);
        }
        return all;
    }

    /** Returns a label's name in Prometheus, whatever other labels there are. */
    public static String prometheusLabel(String label) {
        return PrometheusSpelling.label(label);
    }

    /** Returns the UCUM unit that Prometheus spells as this word: {@code s} for {@code seconds}; the word itself when there is none. */
    public static String unitOfPrometheus(String word) {
        return PrometheusSpelling.ucum(word);
    }

    /** Returns the metric in OTLP: its dotted name, beside which unit and attributes travel as they are. */
    public String otlp() {
        return descriptor.name();
    }

    /** Returns the value of {@code name} in the object name of the MBean; quoted where it needs it. */
    public String jmx() {
        return quotedForJmx(descriptor.name());
    }

    /**
     * Returns the attribute of a series in the MBean: {@code value} without labels, else {@code route="/pay",status="201"}. Values
     * are always quoted: unquoted, {@code a="1,b=2"} and {@code a="1",b="2"} would share a name.
     */
    public static String jmxAttribute(Labels labels) {
        if (labels.size() == 0) {
            return "value";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < labels.size(); i++) {
            text.append(i == 0 ? "" : ",").append(labels.name(i)).append('=').append(ObjectName.quote(labels.value(i)));
        }
        return text.toString();
    }

    /** Returns a value of an object name's key, quoted where it needs it; others stay as they are, because people type them. */
    public static String quotedForJmx(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (",=:\"*?\\\n".indexOf(value.charAt(i)) >= 0) {
                return ObjectName.quote(value);
            }
        }
        return value.isEmpty() ? ObjectName.quote(value) : value;
    }

    /** Appends the key of a series in {@code /debug/vars}: the name, and the labels in braces where it has some. Allocates nothing. */
    public static void appendJsonKey(StringBuilder to, String name, Labels labels) {
        to.append(name);
        for (int i = 0; i < labels.size(); i++) {
            to.append(i == 0 ? '{' : ',').append(labels.name(i)).append("=\"");
            String value = labels.value(i);
            for (int j = 0; j < value.length(); j++) {
                char c = value.charAt(j);
                if (c == '"' || c == '\\') {
                    to.append('\\');
                }
                to.append(c);
            }
            to.append('"');
        }
        if (labels.size() > 0) {
            to.append('}');
        }
    }

    /** Returns the key of a series in {@code /debug/vars}. */
    public String jsonKey(Labels labels) {
        StringBuilder key = new StringBuilder();
        appendJsonKey(key, descriptor.name(), labels);
        return key.toString();
    }

    /** Returns whether the metric is a function timer in Micrometer: a histogram of seconds. */
    public boolean isMicrometerTimer() {
        return descriptor.kind() == Kind.HISTOGRAM && descriptor.unit().equals("s");
    }

    /** Returns the meters of the metric in Micrometer: one, or {@code .count} and {@code .sum} of a histogram that is no timer. */
    public List<String> micrometer() {
        return descriptor.kind() == Kind.HISTOGRAM && !isMicrometerTimer()
                ? List.of(descriptor.name() + ".count", descriptor.name() + ".sum")
                : List.of(descriptor.name());
    }

    /** Returns Micrometer's word for the unit; null for plain numbers and for annotations such as <code>{request}</code>. */
    public @Nullable String micrometerUnit() {
        return switch (descriptor.unit()) {
            case "s" -> "seconds";
            case "ms" -> "milliseconds";
            case "By" -> "bytes";
            case "", "1" -> null;
            default -> descriptor.unit().startsWith("{") ? null : descriptor.unit();
        };
    }

    /** Returns every name of the metric on the Prometheus wire, the family's included: no other metric may have one of them. */
    public Set<String> claimedInPrometheus() {
        Set<String> names = new LinkedHashSet<>();
        names.add(prometheus);
        names.addAll(prometheusSamples());
        return names;
    }
}
