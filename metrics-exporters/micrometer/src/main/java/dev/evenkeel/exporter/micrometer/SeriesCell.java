package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.MetricRegistry;

/** The last values of one series. Written during a collect, read by meters; each field is a moment of its own. */
final class SeriesCell {
    private final SeriesCells cells;

    /** The sum of a counter or the value of a gauge; for histograms the sum of the values, in their unit. */
    private volatile double value;

    private volatile long count;
    private volatile double[] quantiles = {};

    /** The collect that showed the series last. Guarded by the cells. */
    long seenIn;

    SeriesCell(SeriesCells cells) {
        this.cells = cells;
    }

    /** Returns whether it shows a series of that registry. */
    boolean isOf(MetricRegistry registry) {
        return cells.isOf(registry);
    }

    void set(double newValue) {
        value = newValue;
    }

    void set(long newCount, double newSum, double[] newQuantiles) {
        count = newCount;
        value = newSum;
        quantiles = newQuantiles;
    }

    double value() {
        cells.readIfStale();
        return value;
    }

    long count() {
        cells.readIfStale();
        return count;
    }

    /** Returns the i-th of the quantiles that were asked for; NaN before the first value. */
    double quantile(int i) {
        cells.readIfStale();
        double[] current = quantiles;
        return i < current.length ? current[i] : Double.NaN;
    }
}
