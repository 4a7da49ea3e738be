package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.ForeignSource;
import dev.evenkeel.metrics.ForeignVisitor;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.convert.BucketLadder;
import dev.evenkeel.metrics.name.WireNames;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.Arrays;
import java.util.Objects;

/**
 * Shows the metrics of client_java 1.x in a registry of ours: {@code registry.addForeign(ClientJavaSource.of(theirs))}. Needs
 * {@code prometheus-metrics-model} on the class path, which this artifact does not bring.
 *
 * <p>Names, labels and values stay what they are on the Prometheus wire; the other wires show the same names, without {@code
 * _total}. Histograms keep their classic buckets. One that has native buckets alone is counted by the bounds of {@link BucketLadder} for its
 * unit, each native bucket in full where its geometric middle belongs: half a bucket of error, 1.1 % at client_java's schema of 5, more once
 * client_java has made the schema coarser. A summary becomes a histogram without bounds, and a gauge {@code …_quantile} for its
 * quantiles; enumerations and infos become gauges of 1 and 0. Lost are the native buckets beside classic ones, the buckets of gauge
 * histograms, exemplars and timestamps.
 *
 * <p>Our own {@link ClientJavaCollector} in the same client_java registry is not shown back. Safe from any thread; a collect
 * allocates what client_java's scrape allocates, and about as much again.
 */
public final class ClientJavaSource implements ForeignSource {
    private final PrometheusRegistry theirs;

    private ClientJavaSource(PrometheusRegistry theirs) {
        this.theirs = theirs;
    }

    /** Returns a source of all that a client_java registry scrapes. */
    public static ClientJavaSource of(PrometheusRegistry registry) {
        return new ClientJavaSource(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void read(ForeignVisitor to) {
        for (MetricSnapshot family : theirs.scrape()) {
            if (family instanceof CounterSnapshot counters) {
                begin(to, family, name(family), Kind.COUNTER);
                counters.getDataPoints().forEach(p -> to.value(p.getValue(), start(p), labels(p.getLabels())));
            } else if (family instanceof GaugeSnapshot gauges) {
                begin(to, family, name(family), Kind.GAUGE);
                gauges.getDataPoints().forEach(p -> to.value(p.getValue(), start(p), labels(p.getLabels())));
            } else if (family instanceof UnknownSnapshot unknowns) {
                begin(to, family, name(family), Kind.GAUGE);
                unknowns.getDataPoints().forEach(p -> to.value(p.getValue(), start(p), labels(p.getLabels())));
            } else if (family instanceof HistogramSnapshot histograms) {
                histograms(to, histograms);
            } else if (family instanceof SummarySnapshot summaries) {
                summaries(to, summaries);
            } else if (family instanceof InfoSnapshot infos) {
                begin(to, family, name(family) + "_info", Kind.GAUGE);
                infos.getDataPoints().forEach(p -> to.value(1, start(p), labels(p.getLabels())));
            } else if (family instanceof StateSetSnapshot sets) {
                states(to, sets);
            }
        }
    }

    private static String name(MetricSnapshot family) {
        return family.getMetadata().getPrometheusName();
    }

    private static void begin(ForeignVisitor to, MetricSnapshot family, String name, Kind kind) {
        String help = family.getMetadata().getHelp();
        to.family(name, kind, WireNames.unitOfPrometheus(unit(family)), help == null ? "" : help);
    }

    private static String unit(MetricSnapshot family) {
        return family.getMetadata().hasUnit()
                ? Objects.requireNonNull(family.getMetadata().getUnit()).toString()
                : "";
    }

    private static void histograms(ForeignVisitor to, HistogramSnapshot family) {
        if (family.isGaugeHistogram()) {
            begin(to, family, name(family) + "_gcount", Kind.GAUGE);
            family.getDataPoints().forEach(p -> to.value(p.getCount(), start(p), labels(p.getLabels())));
            begin(to, family, name(family) + "_gsum", Kind.GAUGE);
            family.getDataPoints().forEach(p -> to.value(p.getSum(), start(p), labels(p.getLabels())));
            return;
        }
        begin(to, family, name(family), Kind.HISTOGRAM);
        double[] ladder = BucketLadder.of(WireNames.unitOfPrometheus(unit(family)));
        for (HistogramDataPointSnapshot point : family.getDataPoints()) {
            to.histogram(
                    point.hasClassicHistogramData() ? classic(point) : ofNative(point, ladder),
                    start(point),
                    labels(point.getLabels()));
        }
    }

    private static FixedBuckets classic(HistogramDataPointSnapshot point) {
        ClassicHistogramBuckets theirs = point.getClassicBuckets();
        int size = theirs.size();
        boolean infinite = size > 0 && theirs.getUpperBound(size - 1) == Double.POSITIVE_INFINITY;
        double[] bounds = new double[infinite ? size - 1 : size];
        long[] atOrBelow = new long[bounds.length + 1];
        long below = 0;
        for (int i = 0; i < size; i++) {
            below += theirs.getCount(i);
            atOrBelow[i] = below;
            if (i < bounds.length) {
                bounds[i] = theirs.getUpperBound(i);
            }
        }
        atOrBelow[bounds.length] = below;
        return FixedBuckets.of(bounds, atOrBelow, point.getSum());
    }

    private static FixedBuckets ofNative(HistogramDataPointSnapshot point, double... ladder) {
        long[] counts = new long[ladder.length + 1];
        counts[0] = point.getNativeZeroCount();
        NativeHistogramBuckets negative = point.getNativeBucketsForNegativeValues();
        for (int i = 0; i < negative.size(); i++) {
            counts[0] += negative.getCount(i); // all bounds of the ladder are positive
        }
        NativeHistogramBuckets positive = point.getNativeBucketsForPositiveValues();
        for (int i = 0; i < positive.size(); i++) {
            double middle = Math.pow(2, Math.scalb(positive.getBucketIndex(i) - 0.5, -point.getNativeSchema()));
            int at = Arrays.binarySearch(ladder, middle);
            counts[at < 0 ? -at - 1 : at] += positive.getCount(i);
        }
        for (int i = 1; i < counts.length; i++) {
            counts[i] += counts[i - 1];
        }
        return FixedBuckets.of(ladder, counts, point.getSum());
    }

    private static void summaries(ForeignVisitor to, SummarySnapshot family) {
        begin(to, family, name(family), Kind.HISTOGRAM);
        family.getDataPoints()
                .forEach(p -> to.histogram(
                        FixedBuckets.of(
                                new double[0],
                                new long[] {p.hasCount() ? p.getCount() : 0},
                                p.hasSum() ? p.getSum() : Double.NaN),
                        start(p),
                        labels(p.getLabels())));
        begin(to, family, ForeignNames.quantiles(name(family), unit(family)), Kind.GAUGE);
        family.getDataPoints().forEach(p -> {
            for (Quantile quantile : p.getQuantiles()) {
                to.value(
                        quantile.getValue(),
                        start(p),
                        labels(p.getLabels().add("quantile", Double.toString(quantile.getQuantile()))));
            }
        });
    }

    private static void states(ForeignVisitor to, StateSetSnapshot family) {
        begin(to, family, name(family), Kind.GAUGE);
        family.getDataPoints().forEach(p -> {
            for (int i = 0; i < p.size(); i++) {
                to.value(p.isTrue(i) ? 1 : 0, start(p), labels(p.getLabels().add(name(family), p.getName(i))));
            }
        });
    }

    private static long start(DataPointSnapshot point) {
        return point.hasCreatedTimestamp() ? point.getCreatedTimestampMillis() : ForeignVisitor.UNKNOWN_START;
    }

    private static String[] labels(Labels labels) {
        String[] pairs = new String[2 * labels.size()];
        for (int i = 0; i < labels.size(); i++) {
            pairs[2 * i] = labels.getPrometheusName(i);
            pairs[2 * i + 1] = labels.getValue(i);
        }
        return pairs;
    }
}
