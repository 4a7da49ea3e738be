package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Series;

/** What a writer keeps of a series from one collect to the next. The marks are {@link FamilyWriter}'s. */
class KnownSeries {
    final Series series;

    /** The number of the collect that saw this series last, and its place in it. */
    long seen;

    int place;

    KnownSeries(Series series) {
        this.series = series;
    }
}
