package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import java.util.Arrays;
import java.util.List;

/** What a text format says about one family, encoded once. */
final class FamilyText extends KnownFamily {
    private static final byte[] POINT_ZERO = {'.', '0'};
    private static final byte[] BOUND = {'l', 'e', '=', '"'};

    final byte[] header;

    /** The buckets of a histogram, filled by the writer; of other kinds without bounds. */
    final ClassicBuckets buckets;

    /** Of the buckets, filled by the writer. */
    final BucketExemplars exemplars;

    /** What follows {@code le="} for each bucket. */
    final byte[][] boundTexts;

    /** The names of a histogram's samples, and of the sample that says when a series began. */
    final byte[] sumName;

    final byte[] countName;
    final byte[] createdName;

    /** What the first line of a series begins with: {@code name}, or {@code name_bucket} for a histogram. */
    private final byte[] firstName;

    /** {@code route="}, from the second label on after a comma. */
    private final byte[][] labelStarts;

    private final boolean histogram;

    FamilyText(MetricDescriptor descriptor, TextFormat format) {
        super(descriptor, format == TextFormat.OPEN_METRICS ? openMetricsNames(descriptor) : List.of());
        header = format == TextFormat.OPEN_METRICS ? openMetricsHeader() : header();
        histogram = descriptor.kind() == Kind.HISTOGRAM;
        buckets = histogram ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
        exemplars = new BucketExemplars(buckets);
        firstName = (histogram ? name + "_bucket" : name).getBytes(UTF_8);
        sumName = (name + "_sum").getBytes(UTF_8);
        countName = (name + "_count").getBytes(UTF_8);
        createdName = createdName(descriptor).getBytes(UTF_8);
        labelStarts = labelStarts(labelNames());
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

    private static byte[][] labelStarts(String[] names) {
        byte[][] starts = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            starts[i] = ((i == 0 ? "" : ",") + names[i] + "=\"").getBytes(UTF_8);
        }
        return starts;
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

    /** Encodes a series into a buffer that is overwritten, and returns a copy of that. */
    SeriesText encode(Series series, TextBuffer scratch) {
        scratch.clear();
        scratch.append(firstName);
        scratch.append('{');
        int from = scratch.length();
        if (series.hasRegisteredLabels()) { // as labelsOf, without an object for each label
            for (int i = 0; i < labelStarts.length; i++) {
                scratch.append(labelStarts[i]);
                scratch.appendEscaped(series.labelValue(i));
                scratch.append('"');
            }
        } else {
            Label[] labels = labelsOf(series);
            byte[][] starts = labelStarts(Arrays.stream(labels).map(Label::name).toArray(String[]::new));
            for (int i = 0; i < labels.length; i++) {
                scratch.append(starts[i]);
                scratch.appendEscaped(labels[i].value());
                scratch.append('"');
            }
        }
        int to = scratch.length();
        if (histogram) {
            if (to > from) {
                scratch.append(',');
            }
            scratch.append(BOUND);
        } else if (to > from) {
            scratch.append('}');
            scratch.append(' ');
        } else {
            scratch.truncate(from - 1); // no braces around nothing
            scratch.append(' ');
        }
        return new SeriesText(series, scratch.copy(), from, to);
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
