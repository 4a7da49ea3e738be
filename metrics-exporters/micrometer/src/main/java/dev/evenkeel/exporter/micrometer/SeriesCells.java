package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Series;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The last reading of a registry, kept by series, so that publishing a thousand meters costs one collect and not a thousand.
 * Thread-safe: a reader that finds the reading stale collects, the others of that moment wait for it.
 */
final class SeriesCells implements CollectVisitor {
    private final MetricRegistry registry;
    private final long freshnessNanos;
    private final NanoClock clock;
    private final double[] quantiles;

    /** Guarded by this, as are the three below. Series equal themselves only. */
    private final IdentityHashMap<Series, SeriesCell> cells = new IdentityHashMap<>();

    private boolean read;
    private long collects;
    private long readAtNanos;

    SeriesCells(MetricRegistry registry, long freshnessNanos, NanoClock clock, double[] quantiles) {
        this.registry = registry;
        this.freshnessNanos = freshnessNanos;
        this.clock = clock;
        this.quantiles = quantiles;
    }

    boolean isOf(MetricRegistry other) {
        return registry == other;
    }

    synchronized void readIfStale() {
        if (!read || clock.nanos() - readAtNanos >= freshnessNanos) {
            read();
        }
    }

    synchronized void read() {
        // First, so that a callback that reads one of our meters finds a reading and does not collect within a collect.
        read = true;
        readAtNanos = clock.nanos();
        collects++;
        registry.collect(this);
    }

    synchronized void forEach(BiConsumer<Series, SeriesCell> action) {
        Map.copyOf(cells).forEach(action);
    }

    /** Forgets the counters and histograms that the last collect did not show, and returns them. */
    synchronized List<Series> takeEvicted() {
        List<Series> gone = new ArrayList<>();
        cells.forEach((series, cell) -> {
            Kind kind = series.descriptor().kind();
            if (cell.seenIn != collects && (kind == Kind.COUNTER || kind == Kind.HISTOGRAM)) {
                gone.add(series);
            }
        });
        gone.forEach(cells::remove);
        return gone;
    }

    private SeriesCell cell(Series series) {
        SeriesCell cell = cells.computeIfAbsent(series, s -> new SeriesCell(this));
        cell.seenIn = collects;
        return cell;
    }

    @Override
    public void family(MetricDescriptor family) {
        // Each series knows its family.
    }

    @Override
    public void longCounter(Series series, long value) {
        cell(series).set((double) value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        cell(series).set(value);
    }

    @Override
    public void gauge(Series series, double value) {
        cell(series).set(value);
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        double scale = reading.scale();
        double[] at = new double[quantiles.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = reading.count() == 0 ? Double.NaN : reading.valueAtQuantile(quantiles[i]) * scale;
        }
        cell(series).set(reading.count(), reading.sumInUnit(), at);
    }

    /** Nobody knows the values: its quantiles are not numbers. */
    @Override
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        cell(series).set(buckets.count(), buckets.sum(), new double[0]);
    }

    /** A gauge that was not shown has no value now; its last one would be a claim. Counters keep theirs: they never fall. */
    @Override
    public void end() {
        cells.forEach((series, cell) -> {
            Kind kind = series.descriptor().kind();
            if (cell.seenIn != collects && (kind == Kind.GAUGE || kind == Kind.UP_DOWN_COUNTER)) {
                cell.set(Double.NaN);
            }
        });
    }
}
