package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.SlidingWindow;
import dev.evenkeel.metrics.WindowReading;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.Histogram;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.HistogramSupport;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a histogram of the core as Micrometer shows one: percentiles of a sliding window, counts at the boundaries asked for of
 * everything since the meter was registered. Records nothing: the meter records to the core itself. Thread-safe; reading allocates, and
 * takes a lock that recorders never touch.
 */
final class Distribution implements Histogram {
    private static final int DEFAULT_DIGITS = 2;
    private static final int MOST_DIGITS = 3;
    private static final int MOST_SLICES = 1000;
    private static final long MILLI_NANOS = 1_000_000;

    private final dev.evenkeel.metrics.Histogram cell;
    private final double rawPerUnit;
    private final @Nullable SlidingWindow window;
    private final double[] percentiles;
    private final double[] buckets;
    private final double[] objectives;

    /** What an earlier meter of the same id had recorded: this one starts from zero, the series goes on. */
    private final @Nullable HistogramReading before;

    /** @param rawPerUnit recorded values in what Micrometer calls one: a nanosecond for timers */
    Distribution(dev.evenkeel.metrics.Histogram cell, double rawPerUnit, DistributionStatisticConfig config) {
        this.cell = cell;
        this.rawPerUnit = rawPerUnit;
        double[] asked = config.getPercentiles();
        this.percentiles = asked == null ? new double[0] : asked;
        this.window = percentiles.length == 0 ? null : readable(cell, window(config));
        this.buckets = boundaries(config.getHistogramBuckets(true));
        double[] slos = config.getServiceLevelObjectiveBoundaries();
        this.objectives = slos == null ? new double[0] : slos;
        HistogramReading reading = cell.read();
        this.before = reading.count() == 0 ? null : reading;
    }

    private static double[] boundaries(NavigableSet<Double> asked) {
        return asked.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Returns the window that a configuration asks for, in whole milliseconds a slice; null where it asks for no percentiles. */
    static @Nullable SlidingWindow window(DistributionStatisticConfig config) {
        if (!config.isPublishingPercentiles()) {
            return null;
        }
        int slices = slices(config);
        long nanos = expiry(config).toNanos();
        long sliceNanos = Math.max(1, (nanos / slices + MILLI_NANOS - 1) / MILLI_NANOS) * MILLI_NANOS;
        return SlidingWindow.of(
                Duration.ofNanos(Math.min(sliceNanos, Duration.ofHours(24).toNanos() / slices) * slices), slices);
    }

    static int slices(DistributionStatisticConfig config) {
        return Math.max(1, Math.min(MOST_SLICES, Objects.requireNonNullElse(config.getBufferLength(), 3)));
    }

    static Duration expiry(DistributionStatisticConfig config) {
        return Objects.requireNonNullElse(config.getExpiry(), EvenkeelMeterRegistry.DEFAULT_EXPIRY);
    }

    static int digits(DistributionStatisticConfig config) {
        Integer asked = config.getPercentilePrecision();
        return asked != null && asked >= MOST_DIGITS && config.isPublishingPercentiles() ? MOST_DIGITS : DEFAULT_DIGITS;
    }

    /** A family keeps the windows that its first meter asked for; where that was another, there are the values since the start. */
    private static @Nullable SlidingWindow readable(
            dev.evenkeel.metrics.Histogram cell, @Nullable SlidingWindow wanted) {
        if (wanted == null) {
            return null;
        }
        try {
            cell.read(wanted);
            return wanted;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    long count() {
        return cell.read().count() - (before == null ? 0 : before.count());
    }

    /** Returns the sum in what Micrometer calls one. */
    double sum() {
        return (cell.read().sum() - (before == null ? 0 : before.sum())) / rawPerUnit;
    }

    @Override
    public void recordLong(long value) {
        // The meter does.
    }

    @Override
    public void recordDouble(double value) {
        // The meter does.
    }

    @Override
    public HistogramSnapshot takeSnapshot(long count, double total, double max) {
        return snapshot(count, total, max, buckets);
    }

    private HistogramSnapshot snapshot(long count, double total, double max, double... at) {
        return new HistogramSnapshot(count, total, max, percentileValues(), countsAt(at), null);
    }

    private ValueAtPercentile[] percentileValues() {
        ValueAtPercentile[] values = new ValueAtPercentile[percentiles.length];
        if (values.length > 0) {
            HistogramReading reading = lately();
            for (int i = 0; i < values.length; i++) {
                values[i] = new ValueAtPercentile(percentiles[i], reading.valueAtQuantile(percentiles[i]) / rawPerUnit);
            }
        }
        return values;
    }

    private HistogramReading lately() {
        if (window == null) {
            return cell.read();
        }
        WindowReading reading = cell.read(window);
        // No time has passed since the first value: a window of no length holds nothing, and what there is is new.
        return reading.startNanos() == reading.endNanos() ? cell.read() : reading;
    }

    private CountAtBucket[] countsAt(double... at) {
        CountAtBucket[] counts = new CountAtBucket[at.length];
        if (counts.length > 0) {
            HistogramReading reading = cell.read();
            for (int i = 0; i < counts.length; i++) {
                double raw = Math.floor(at[i] * rawPerUnit);
                counts[i] = new CountAtBucket(at[i], (double) (below(reading, raw) - below(before, raw)));
            }
        }
        return counts;
    }

    private static long below(@Nullable HistogramReading reading, double raw) {
        if (reading == null) {
            return 0;
        }
        return raw >= dev.evenkeel.metrics.Histogram.highestValue()
                ? reading.count()
                : reading.countAtOrBelow((long) raw);
    }

    /** Returns the percentiles, and the counts at the objectives alone: the histogram's other buckets are on the wires already. */
    HistogramSupport gauges(Meter meter) {
        return new Gauges(meter);
    }

    private final class Gauges implements HistogramSupport {
        private final Meter meter;

        Gauges(Meter meter) {
            this.meter = meter;
        }

        @Override
        public Meter.Id getId() {
            return meter.getId();
        }

        @Override
        public Iterable<Measurement> measure() {
            return meter.measure();
        }

        @Override
        public HistogramSnapshot takeSnapshot() {
            return snapshot(0, 0, 0, objectives);
        }
    }
}
