package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one source showed to one collect. Taken without a lock, then given series by {@link ForeignFamilies#resolve}. */
final class ForeignReading implements ForeignVisitor {
    /** One series: a value, or buckets where it is a histogram. */
    static final class Point {
        final double value;
        final @Nullable FixedBuckets buckets;
        final long startEpochMillis;
        final LabelValues labels;

        /** Null: left out. */
        @Nullable
        ForeignSeries series;

        Point(double value, @Nullable FixedBuckets buckets, long startEpochMillis, LabelValues labels) {
            this.value = value;
            this.buckets = buckets;
            this.startEpochMillis = startEpochMillis;
            this.labels = labels;
        }
    }

    /** One family with its points in the order of the source. */
    static final class Part {
        final MetricDescriptor wanted;
        final List<Point> points = new ArrayList<>();

        /** Null: left out. */
        @Nullable
        ForeignFamily family;

        Part(MetricDescriptor wanted) {
            this.wanted = wanted;
        }
    }

    private final Core core;
    private final int limit;
    final List<Part> parts = new ArrayList<>();
    private @Nullable Part current;
    private int points;

    ForeignReading(Core core, int limit) {
        this.core = core;
        this.limit = limit;
    }

    @Override
    public void family(String name, Kind kind, String unit, String help) {
        current = null;
        if (!Names.isForeign(name) || kind == Kind.UP_DOWN_COUNTER) {
            core.counts().foreignUnfit.increment();
            return;
        }
        current = new Part(new MetricDescriptor(name, unit, help, kind, List.of(), 1));
        parts.add(current);
    }

    @Override
    public void value(double value, long startEpochMillis, String... labels) {
        Part part = current;
        if (part == null || part.wanted.kind() == Kind.HISTOGRAM) {
            core.counts().foreignUnfit.increment();
            return;
        }
        add(part, value, null, startEpochMillis, labels);
    }

    @Override
    public void histogram(FixedBuckets buckets, long startEpochMillis, String... labels) {
        Part part = current;
        if (part == null || part.wanted.kind() != Kind.HISTOGRAM) {
            core.counts().foreignUnfit.increment();
            return;
        }
        add(part, buckets.count(), buckets, startEpochMillis, labels);
    }

    private void add(Part part, double value, @Nullable FixedBuckets buckets, long start, String... labels) {
        if (points == limit) {
            core.counts().foreignPastLimit.increment();
            return;
        }
        if (!Names.areForeignLabels(labels)) {
            core.counts().foreignUnfit.increment();
            return;
        }
        String[] pairs = labels.clone();
        int hash = 0;
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = Names.wellFormed(pairs[i]);
            hash = 31 * hash + pairs[i].hashCode();
        }
        // Without labels the hash must not be that of the overflow series.
        LabelValues values = pairs.length == 0 ? LabelValues.NONE : new LabelValues(hash, pairs);
        part.points.add(new Point(value, buckets, start, values));
        points++;
    }

    /** Shows what has got a series. */
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        for (Part part : parts) {
            ForeignFamily family = part.family;
            if (family == null) {
                continue;
            }
            boolean begun = false;
            for (Point point : part.points) {
                ForeignSeries series = point.series;
                FixedBuckets buckets = point.buckets;
                if (series == null) {
                    continue;
                }
                if (!begun) {
                    visitor.family(family.descriptor);
                    begun = true;
                }
                if (family.descriptor.kind() == Kind.GAUGE) {
                    visitor.gauge(series, point.value);
                } else if (buckets == null) {
                    double sum = buffer.foreignSum(series, point.value);
                    if (sum != 0 || !buffer.isDelta()) {
                        visitor.doubleCounter(series, sum);
                    }
                } else {
                    FixedBuckets shown = buffer.foreignBuckets(series, buckets);
                    if (shown.count() != 0 || !buffer.isDelta()) {
                        visitor.fixedHistogram(series, shown);
                    }
                }
            }
        }
    }
}
