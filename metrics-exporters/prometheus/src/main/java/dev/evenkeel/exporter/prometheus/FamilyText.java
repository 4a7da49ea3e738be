package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import java.util.List;

/** What a text format says about one family, encoded once. */
final class FamilyText extends KnownFamily {
    private static final byte[] POINT_ZERO = {'.', '0'};

    final byte[] header;
    /** The buckets of a histogram, filled by the writer; of other kinds without bounds. */
    final ClassicBuckets buckets;
    /** Of the buckets, filled by the writer. */
    final BucketExemplars exemplars;
    /** What follows {@code le="} for each bucket. */
    final byte[][] boundTexts;

    FamilyText(MetricDescriptor descriptor, TextFormat format) {
        super(descriptor, format == TextFormat.OPEN_METRICS ? openMetricsNames(descriptor) : List.of());
        header = format == TextFormat.OPEN_METRICS ? openMetricsHeader() : header();
        buckets = descriptor.kind() == Kind.HISTOGRAM ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
        exemplars = new BucketExemplars(buckets);
        boundTexts = new byte[buckets.size()][];
        TextBuffer text = new TextBuffer();
        for (int i = 0; i < boundTexts.length; i++) {
            double bound = buckets.bound(i);
            text.clear();
            text.append(bound);
            if (format == TextFormat.OPEN_METRICS && Double.isFinite(bound) && bound == Math.rint(bound)) {
                text.append(POINT_ZERO); // a bound is a floating-point number there
            }
            boundTexts[i] = (new String(text.bytes(), 0, text.length(), UTF_8) + "\"} ").getBytes(UTF_8);
        }
    }

    private static List<String> openMetricsNames(MetricDescriptor descriptor) {
        return switch (descriptor.kind()) {
            case COUNTER -> List.of(PrometheusNames.openMetricsFamily(descriptor), createdName(descriptor));
            case HISTOGRAM -> List.of(createdName(descriptor));
            case GAUGE, UP_DOWN_COUNTER -> List.of();
        };
    }

    /** The name of the sample that says when a series began. */
    private static String createdName(MetricDescriptor descriptor) {
        return PrometheusNames.openMetricsFamily(descriptor) + "_created";
    }

    String createdName() {
        return createdName(descriptor);
    }

    private String type() {
        return switch (descriptor.kind()) {
            case COUNTER -> "counter";
            case GAUGE, UP_DOWN_COUNTER -> "gauge";
            case HISTOGRAM -> "histogram";
        };
    }

    private byte[] header() {
        return ("# HELP " + name + " " + escaped(help(), false) + "\n# TYPE " + name + " " + type() + "\n")
                .getBytes(UTF_8);
    }

    private byte[] openMetricsHeader() {
        String family = PrometheusNames.openMetricsFamily(descriptor);
        String unit = PrometheusNames.unitName(descriptor);
        boolean named = !unit.isEmpty() && family.endsWith("_" + unit); // what the format asks for
        return ("# TYPE " + family + " " + type() + "\n"
                        + (named ? "# UNIT " + family + " " + unit + "\n" : "")
                        + "# HELP " + family + " " + escaped(help(), true) + "\n")
                .getBytes(UTF_8);
    }

    /** Labels without braces: {@code a="b",c="d"}. */
    String labels(Series series) {
        StringBuilder b = new StringBuilder(64);
        for (Label label : labelsOf(series)) {
            b.append(b.length() == 0 ? "" : ",").append(label.name()).append("=\"");
            b.append(escaped(label.value(), true)).append('"');
        }
        return b.toString();
    }

    static String escaped(String s, boolean quoted) {
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
