package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Series;

/** What a writer keeps of a series from one collect to the next. */
class KnownSeries {
    final Series series;

    KnownSeries(Series series) {
        this.series = series;
    }
}
