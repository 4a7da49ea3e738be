package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import java.util.Arrays;
import java.util.List;

/** What a text format says about one family, encoded once. */
final class FamilyText extends KnownFamily<TextBuffer, Void> {
    private static final byte[] POINT_ZERO = {'.', '0'};
    private static final byte[] NONE = {};
    private static final byte[] END_OF_BOUND = {'"', '}', ' '};

    // What a head ends with: with and without labels, of a histogram and of others.
    private static final byte[] END_OF_HEAD = {'"', '}', ' '};
    private static final byte[] BEFORE_BOUND = {'"', ',', 'l', 'e', '=', '"'};
    private static final byte[] BARE_END = {' '};
    private static final byte[] ONLY_BOUND = {'{', 'l', 'e', '=', '"'};

    final byte[] header;

    /** The buckets of a histogram, filled by the writer; of other kinds without bounds. */
    final ClassicBuckets buckets;

    /** Of the buckets, filled by the writer. */
    final BucketExemplars exemplars;

    /** What follows {@code le="} for each bucket. */
    final byte[][] boundTexts;

    /** The names of a histogram's samples, and in OpenMetrics of the sample that says when a series began. */
    final byte[] sumName;

    final byte[] countName;
    final byte[] createdName;

    /** What the first line of a series begins with: {@code name}, or {@code name_bucket} for a histogram. ASCII, as all names on this wire. */
    private final String firstName;

    /** The {@link #parts} for the labels that the family was registered with. */
    private final byte[][] registeredParts;

    private final boolean histogram;

    private final TextFormat format;

    FamilyText(MetricDescriptor descriptor, TextFormat format) {
        super(
                descriptor,
                format == TextFormat.OPEN_METRICS ? openMetricsNames(descriptor) : List.of(),
                TextBuffer::ofHeads);
        header = format == TextFormat.OPEN_METRICS ? openMetricsHeader() : header();
        histogram = descriptor.kind() == Kind.HISTOGRAM;
        this.format = format;
        buckets = histogram ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
        exemplars = new BucketExemplars(buckets);
        firstName = histogram ? name + "_bucket" : name;
        sumName = (name + "_sum").getBytes(UTF_8);
        countName = (name + "_count").getBytes(UTF_8);
        createdName =
                format == TextFormat.OPEN_METRICS ? createdName(descriptor).getBytes(UTF_8) : NONE;
        registeredParts = parts(labelNames());
        boundTexts = new byte[buckets.size()][];
        TextBuffer text = new TextBuffer(32);
        for (int i = 0; i < boundTexts.length; i++) {
            text.clear();
            appendBound(text, buckets.bound(i));
            boundTexts[i] = text.copy();
        }
    }

    /** Appends what follows {@code le="} of a bucket. */
    void appendBound(TextBuffer to, double bound) {
        to.append(bound);
        if (format == TextFormat.OPEN_METRICS && bound == Math.rint(bound) && Math.abs(bound) < 0x1p53) {
            to.append(POINT_ZERO); // a bound is a floating-point number there
        }
        to.append(END_OF_BOUND);
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

    /** Appends the head of a series: {@code name{labels} }, or for a histogram {@code name_bucket{labels,le="}. */
    void encode(Series series, TextBuffer heads) {
        byte[][] parts = registeredParts;
        if (series.hasRegisteredLabels()) { // as labelsOf, without an object for each label
            heads.append(parts[0]);
            for (int i = 1; i < parts.length; i++) {
                heads.appendEscaped(series.labelValue(i - 1));
                heads.append(parts[i]);
            }
        } else {
            Label[] labels = labelsOf(series);
            parts = parts(Arrays.stream(labels).map(Label::name).toArray(String[]::new));
            heads.append(parts[0]);
            for (int i = 1; i < parts.length; i++) {
                heads.appendEscaped(labels[i - 1].value());
                heads.append(parts[i]);
            }
        }
    }

    /** Returns how many bytes of a head stand before its labels. */
    int beforeLabels() {
        return firstName.length() + 1;
    }

    /** Returns how many bytes of a head stand behind its labels; the last quote before them is the value's. */
    int behindLabels() {
        return (histogram ? BEFORE_BOUND : END_OF_HEAD).length - 1;
    }

    /** Returns the length of a head without labels. */
    int bareLength() {
        return firstName.length() + (histogram ? ONLY_BOUND : BARE_END).length;
    }

    /** Returns what stands before, between and after the label values in the first line of a series. */
    private byte[][] parts(String[] names) {
        int n = names.length;
        if (n == 0) {
            return new byte[][] {joined(firstName, histogram ? ONLY_BOUND : BARE_END)};
        }
        byte[][] parts = new byte[n + 1][];
        parts[0] = (firstName + "{" + names[0] + "=\"").getBytes(UTF_8);
        for (int i = 1; i < n; i++) {
            parts[i] = ("\"," + names[i] + "=\"").getBytes(UTF_8);
        }
        parts[n] = histogram ? BEFORE_BOUND : END_OF_HEAD;
        return parts;
    }

    private static byte[] joined(String name, byte[] end) {
        byte[] all = Arrays.copyOf(name.getBytes(UTF_8), name.length() + end.length);
        System.arraycopy(end, 0, all, name.length(), end.length);
        return all;
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
