package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Series;

/** What stands before the values of one series, encoded once: everything of a line but the number. */
final class SeriesText {
    private static final byte[] NONE = {};

    final Series series;
    /** {@code name{labels} }, or for a histogram {@code name_bucket{labels,le="}. */
    final byte[] head;

    final byte[] sumHead;
    final byte[] countHead;

    /** The writer's: the number of the collect that saw this series last, and its place in it. */
    long seen;

    int place;

    SeriesText(FamilyText family, Series series) {
        this.series = series;
        String labels = family.labels(series);
        String braces = labels.isEmpty() ? " " : "{" + labels + "} ";
        if (family.descriptor.kind() == Kind.HISTOGRAM) {
            head = (family.name + "_bucket{" + (labels.isEmpty() ? "" : labels + ",") + "le=\"").getBytes(UTF_8);
            sumHead = (family.name + "_sum" + braces).getBytes(UTF_8);
            countHead = (family.name + "_count" + braces).getBytes(UTF_8);
        } else {
            head = (family.name + braces).getBytes(UTF_8);
            sumHead = NONE;
            countHead = NONE;
        }
    }
}
