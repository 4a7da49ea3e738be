package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.ForeignSource;
import dev.evenkeel.metrics.ForeignVisitor;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.name.WireNames;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Shows the metrics of simpleclient 0.16 in a registry of ours: {@code registry.addForeign(SimpleclientSource.of(theirs))}. Needs
 * {@code simpleclient} on the class path, which this artifact does not bring.
 *
 * <p>Names, labels and values stay what they are on the Prometheus wire; the other wires show the same names, without {@code
 * _total}. Histograms keep their buckets. A summary becomes a histogram without bounds, and a gauge {@code …_quantile} for its quantiles;
 * enumerations and infos become gauges of 1 and 0. Lost are the buckets of gauge histograms, exemplars and timestamps.
 *
 * <p>Our own {@link SimpleclientCollector} in the same simpleclient registry is not shown back. Safe from any thread, as far as the
 * collectors of that registry are; a collect allocates what simpleclient allocates, and twice as much for histograms.
 */
public final class SimpleclientSource implements ForeignSource {
    private final CollectorRegistry theirs;

    private SimpleclientSource(CollectorRegistry theirs) {
        this.theirs = theirs;
    }

    /** Returns a source of all that a simpleclient registry collects. */
    public static SimpleclientSource of(CollectorRegistry registry) {
        return new SimpleclientSource(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void read(ForeignVisitor to) {
        for (MetricFamilySamples family : Collections.list(theirs.metricFamilySamples())) {
            String unit = WireNames.unitOfPrometheus(family.unit);
            switch (family.type) {
                case COUNTER -> counter(to, family, unit);
                case HISTOGRAM -> distribution(to, family, unit, "_bucket", "le");
                case SUMMARY -> {
                    distribution(to, family, unit, "", "");
                    quantiles(to, family, unit);
                }
                case GAUGE_HISTOGRAM -> {
                    gauges(to, family, family.name + "_gcount", "");
                    gauges(to, family, family.name + "_gsum", unit);
                }
                case INFO -> gauges(to, family, family.name + "_info", "");
                default -> gauges(to, family, family.name, unit); // enumerations and what has no type as well
            }
        }
    }

    private static void counter(ForeignVisitor to, MetricFamilySamples family, String unit) {
        Map<List<String>, Long> starts = starts(family);
        to.family(family.name, Kind.COUNTER, unit, family.help);
        for (Sample sample : family.samples) {
            if (!sample.name.endsWith("_created")) {
                List<String> labels = labels(sample, "");
                to.value(sample.value, start(starts, labels), labels.toArray(String[]::new));
            }
        }
    }

    /** Shows the samples of one name as a gauge. */
    private static void gauges(ForeignVisitor to, MetricFamilySamples family, String sampleName, String unit) {
        to.family(sampleName, Kind.GAUGE, unit, family.help);
        for (Sample sample : family.samples) {
            if (sample.name.equals(sampleName)) {
                to.value(
                        sample.value,
                        ForeignVisitor.UNKNOWN_START,
                        labels(sample, "").toArray(String[]::new));
            }
        }
    }

    /** A histogram or summary is spread over several samples, which its labels join. */
    private static final class Distribution {
        final List<Double> bounds = new ArrayList<>();
        final List<Long> atOrBelow = new ArrayList<>();
        long count;
        double sum;
    }

    private static void distribution(
            ForeignVisitor to, MetricFamilySamples family, String unit, String bucketSuffix, String boundLabel) {
        Map<List<String>, Distribution> all = new LinkedHashMap<>();
        for (Sample sample : family.samples) {
            if (sample.name.equals(family.name + "_count")) {
                of(all, sample, "").count = (long) sample.value;
            } else if (sample.name.equals(family.name + "_sum")) {
                of(all, sample, "").sum = sample.value;
            } else if (!boundLabel.isEmpty() && sample.name.equals(family.name + bucketSuffix)) {
                double bound = bound(sample, boundLabel);
                if (Double.isFinite(bound)) {
                    Distribution distribution = of(all, sample, boundLabel);
                    distribution.bounds.add(bound);
                    distribution.atOrBelow.add((long) sample.value);
                }
            }
        }
        Map<List<String>, Long> starts = starts(family);
        to.family(family.name, Kind.HISTOGRAM, unit, family.help);
        all.forEach((labels, distribution) ->
                to.histogram(buckets(distribution), start(starts, labels), labels.toArray(String[]::new)));
    }

    private static FixedBuckets buckets(Distribution distribution) {
        double[] bounds = new double[distribution.bounds.size()];
        long[] counts = new long[bounds.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = distribution.bounds.get(i);
            counts[i] = distribution.atOrBelow.get(i);
        }
        // Read while others record: the count may lag behind a bucket.
        counts[bounds.length] = Math.max(distribution.count, bounds.length == 0 ? 0 : counts[bounds.length - 1]);
        return FixedBuckets.of(bounds, counts, distribution.sum);
    }

    private static Distribution of(Map<List<String>, Distribution> all, Sample sample, String without) {
        return all.computeIfAbsent(labels(sample, without), labels -> new Distribution());
    }

    private static void quantiles(ForeignVisitor to, MetricFamilySamples family, String unit) {
        to.family(ForeignNames.quantiles(family.name, family.unit), Kind.GAUGE, unit, family.help);
        for (Sample sample : family.samples) {
            if (sample.name.equals(family.name)) {
                to.value(
                        sample.value,
                        ForeignVisitor.UNKNOWN_START,
                        labels(sample, "").toArray(String[]::new));
            }
        }
    }

    private static double bound(Sample sample, String label) {
        String text = sample.labelValues.get(sample.labelNames.indexOf(label));
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    /** When series began, by labels: simpleclient says it in seconds, in samples of their own. */
    private static Map<List<String>, Long> starts(MetricFamilySamples family) {
        Map<List<String>, Long> starts = new HashMap<>();
        for (Sample sample : family.samples) {
            if (sample.name.equals(family.name + "_created")) {
                starts.put(labels(sample, ""), Math.round(sample.value * Collector.MILLISECONDS_PER_SECOND));
            }
        }
        return starts;
    }

    private static long start(Map<List<String>, Long> starts, List<String> labels) {
        return starts.getOrDefault(labels, ForeignVisitor.UNKNOWN_START);
    }

    /** Returns names and values in turns. */
    private static List<String> labels(Sample sample, String without) {
        List<String> pairs = new ArrayList<>(2 * sample.labelNames.size());
        for (int i = 0; i < sample.labelNames.size(); i++) {
            if (!sample.labelNames.get(i).equals(without)) {
                pairs.add(sample.labelNames.get(i));
                pairs.add(sample.labelValues.get(i));
            }
        }
        return pairs;
    }
}
