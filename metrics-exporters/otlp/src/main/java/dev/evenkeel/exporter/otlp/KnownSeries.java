package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Series;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is kept of a series from one reading to the next; of a histogram its last point, used again while nothing is recorded. */
final class KnownSeries {
    final SeriesId id;

    private long stamp = HistogramReading.NO_STAMP;
    private @Nullable HistogramPoint last;

    KnownSeries(Series series) {
        id = SeriesId.of(series);
    }

    /** Returns the last point as one of a later reading, or null where that holds something else: it has another stamp, or none. */
    @Nullable
    HistogramPoint again(long newStamp, long startNanos, long endNanos, List<DoubleExemplarData> exemplars) {
        HistogramPoint point = last;
        return point == null || newStamp != stamp ? null : point.at(startNanos, endNanos, exemplars);
    }

    /** @param newStamp of the reading, before it was taken */
    void keep(long newStamp, HistogramPoint point) {
        boolean comparable = newStamp != HistogramReading.NO_STAMP;
        stamp = newStamp;
        last = comparable ? point : null;
    }
}
