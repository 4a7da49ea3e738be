package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Series;

/** What stands before the values of one series, encoded once. */
final class SeriesText extends KnownSeries {
    /** {@code name{labels} }, or for a histogram {@code name_bucket{labels,le="}. */
    final byte[] head;

    /** Where the labels lie in it, without braces. */
    final int labelsFrom;

    final int labelsTo;

    SeriesText(Series series, byte[] head, int labelsFrom, int labelsTo) {
        super(series);
        this.head = head;
        this.labelsFrom = labelsFrom;
        this.labelsTo = labelsTo;
    }
}
