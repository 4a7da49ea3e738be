package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the text format says about one family, encoded once. Immutable but for what is the writer's. */
final class FamilyText {
    final MetricDescriptor descriptor;
    final String name;
    final byte[] header;
    /** The buckets of a histogram, filled by the writer; of other kinds without bounds. */
    final ClassicBuckets buckets;
    /** What follows {@code le="} for each bucket. */
    final byte[][] boundTexts;

    /** The writer's: the number of the collect that saw this family last. */
    long seen;

    /** The writer's: another family has the name. */
    boolean hidden;

    FamilyText(MetricDescriptor descriptor) {
        this.descriptor = descriptor;
        name = PrometheusNames.metricName(descriptor);
        header = header();
        buckets = descriptor.kind() == Kind.HISTOGRAM ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
        boundTexts = new byte[buckets.size()][];
        TextBuffer text = new TextBuffer();
        for (int i = 0; i < boundTexts.length; i++) {
            text.clear();
            text.append(buckets.bound(i));
            boundTexts[i] = (new String(text.bytes(), 0, text.length(), UTF_8) + "\"} ").getBytes(UTF_8);
        }
    }

    private byte[] header() {
        String help = descriptor.help().isBlank()
                ? "Registered as " + descriptor.name() + ", without help."
                : descriptor.help();
        String type =
                switch (descriptor.kind()) {
                    case COUNTER -> "counter";
                    case GAUGE, UP_DOWN_COUNTER -> "gauge";
                    case HISTOGRAM -> "histogram";
                };
        return ("# HELP " + name + " " + escaped(help, false) + "\n# TYPE " + name + " " + type + "\n").getBytes(UTF_8);
    }

    /** All names that samples of this family carry. */
    List<String> sampleNames() {
        return descriptor.kind() == Kind.HISTOGRAM
                ? List.of(name, name + "_bucket", name + "_sum", name + "_count")
                : List.of(name);
    }

    /** Labels without braces: {@code a="b",c="d"}. */
    String labels(Series series) {
        Labels labels = series.labels();
        StringBuilder b = new StringBuilder(64);
        Set<String> used = new HashSet<>();
        if (descriptor.kind() == Kind.HISTOGRAM) {
            used.add("le");
        }
        for (int i = 0; i < labels.size(); i++) {
            String plain = PrometheusNames.labelName(labels.name(i));
            String label = plain;
            for (int n = 2; !used.add(label); n++) {
                label = plain + "_" + n; // two names that only Prometheus cannot tell apart, or our own "le"
            }
            b.append(i == 0 ? "" : ",").append(label).append("=\"");
            b.append(escaped(labels.value(i), true)).append('"');
        }
        return b.toString();
    }

    private static String escaped(String s, boolean quoted) {
        StringBuilder b = new StringBuilder(s.length() + 8);
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '\\') {
                b.append("\\\\");
            } else if (c == '\n') {
                b.append("\\n");
            } else if (c == '"' && quoted) {
                b.append("\\\"");
            } else {
                b.append(c);
            }
        }
        return b.toString();
    }
}
