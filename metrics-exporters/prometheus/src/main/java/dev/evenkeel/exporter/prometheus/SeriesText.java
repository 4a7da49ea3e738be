package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Series;

/** What stands before the values of one series, encoded once: everything of a line but the number. */
final class SeriesText extends KnownSeries {
    private static final byte[] NONE = {};

    /** {@code name{labels} }, or for a histogram {@code name_bucket{labels,le="}. */
    final byte[] head;

    final byte[] sumHead;
    final byte[] countHead;

    /** Of the sample that says when the series began; empty for a gauge. */
    final byte[] createdHead;

    SeriesText(FamilyText family, Series series) {
        super(series);
        String labels = family.labels(series);
        String braces = labels.isEmpty() ? " " : "{" + labels + "} ";
        createdHead = family.descriptor.kind() == Kind.HISTOGRAM || family.descriptor.kind() == Kind.COUNTER
                ? (family.createdName() + braces).getBytes(UTF_8)
                : NONE;
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
