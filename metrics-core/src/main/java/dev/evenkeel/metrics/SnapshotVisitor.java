package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.List;

/** Gathers a collect into a {@link Snapshot}. */
class SnapshotVisitor implements CollectVisitor {
    private final List<Point> points = new ArrayList<>();
    private long epochMillis;

    Snapshot snapshot() {
        return new Snapshot(epochMillis, points);
    }

    @Override
    public void begin(long atEpochMillis) {
        this.epochMillis = atEpochMillis;
    }

    @Override
    public void family(MetricDescriptor family) {
        // Each point carries its descriptor.
    }

    @Override
    public void longCounter(Series series, long value) {
        doubleCounter(series, value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        points.add(new Point(series.descriptor(), series.labels(), value, null));
    }

    @Override
    public void gauge(Series series, double value) {
        doubleCounter(series, value);
    }

    @Override
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        points.add(new Point(series.descriptor(), series.labels(), buckets.count(), null));
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        HistogramPoint copy =
                reading instanceof HistogramPoint point ? point : ((MergedReading) reading).copy(); // there is no other
        points.add(new Point(series.descriptor(), series.labels(), reading.count(), copy));
    }
}
