package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;

/** What stands before the values of one series, encoded once; of a histogram its last reading as well. */
final class SeriesText extends KnownSeries {
    private static final long[] NONE = {};

    /** {@code name{labels} }, or for a histogram {@code name_bucket{labels,le="}. */
    final byte[] head;

    /** Where the labels lie in it, without braces. */
    final int labelsFrom;

    final int labelsTo;

    /** The stamp of the last reading of a histogram, and what that held: used again while the stamp is the same. */
    private long stamp = HistogramReading.NO_STAMP;

    private long[] atOrBelow = NONE;
    private double rawSum;

    SeriesText(Series series, byte[] head, int labelsFrom, int labelsTo) {
        super(series);
        this.head = head;
        this.labelsFrom = labelsFrom;
        this.labelsTo = labelsTo;
    }

    /** Takes a reading of a histogram, which is looked into only where it is another than the last. */
    void read(HistogramReading reading, ClassicBuckets buckets) {
        long now = reading.stamp();
        if (now != HistogramReading.NO_STAMP && now == stamp) {
            return;
        }
        stamp = HistogramReading.NO_STAMP; // should the reading throw
        buckets.read(reading);
        if (atOrBelow.length == 0) {
            atOrBelow = new long[buckets.size()];
        }
        for (int i = 0; i < atOrBelow.length; i++) {
            atOrBelow[i] = buckets.countAtOrBelow(i);
        }
        rawSum = reading.sum();
        stamp = now;
    }

    /** Returns how many values are at or below the {@code i}-th bound. */
    long countAtOrBelow(int i) {
        return atOrBelow[i];
    }

    /** Returns the number of values. */
    long count() {
        return atOrBelow[atOrBelow.length - 1];
    }

    /** Returns the sum in the unit of the recorder, as {@link HistogramReading#sum}. */
    double rawSum() {
        return rawSum;
    }
}
