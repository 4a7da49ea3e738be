package dev.evenkeel.cli.wire;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import dev.evenkeel.metrics.name.WireNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a visitor of the registry is shown: what every wire has to say again. */
final class Reference implements CollectVisitor {
    /** What every collect changes, or the thread that asks for it: of these the series are compared, the values not. */
    static final Set<String> MOVING =
            Set.of("evenkeel.collect.duration", "evenkeel.callback.duration", "evenkeel.bytes", "evenkeel.slabs");

    /** The listener that answers one of the wires counts what it is asked. */
    private static final String LISTENER = "evenkeel.admin.";

    /** One series with its value: a Long, a Double or a {@link Counted}. */
    record Entry(MetricDescriptor family, WireNames names, Labels labels, long startMillis, Object value) {
        boolean moves() {
            return MOVING.contains(family.name()) || family.name().startsWith(LISTENER);
        }
    }

    /** A histogram: the buckets of the classic wires, cumulative. */
    record Counted(
            long count,
            double sum,
            double min,
            double max,
            double[] bounds,
            long[] atOrBelow,
            List<Exemplar> exemplars,
            int digits) {
        /** Of another library's histogram. */
        static final int UNKNOWN_DIGITS = 0;
    }

    final List<Entry> entries = new ArrayList<>();
    private @Nullable MetricDescriptor family;

    static Reference of(MetricRegistry registry) {
        Reference reference = new Reference();
        registry.collect(reference);
        return reference;
    }

    /** Returns those that the Prometheus wires can name: of two metrics with one name there the second is left out. */
    List<Entry> inPrometheus() {
        Set<String> taken = new HashSet<>();
        Set<MetricDescriptor> hidden = new HashSet<>();
        Set<MetricDescriptor> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (seen.add(entry.family)) {
                Set<String> names = entry.names.claimedInPrometheus();
                if (names.stream().anyMatch(taken::contains)) {
                    Loss.SAME_NAME.happened();
                    hidden.add(entry.family);
                } else {
                    taken.addAll(names);
                }
            }
        }
        return entries.stream().filter(entry -> !hidden.contains(entry.family)).toList();
    }

    @Override
    public void family(MetricDescriptor next) {
        family = next;
    }

    private void add(Series series, Object value) {
        MetricDescriptor descriptor = series.descriptor();
        if (descriptor != family) {
            throw new IllegalStateException(series + " was shown in the family " + family);
        }
        entries.add(new Entry(descriptor, WireNames.of(descriptor), series.labels(), series.startEpochMillis(), value));
    }

    @Override
    public void longCounter(Series series, long value) {
        add(series, value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        add(series, value);
    }

    @Override
    public void gauge(Series series, double value) {
        add(series, value);
    }

    @Override
    public void upDownCounter(Series series, long value) {
        add(series, value);
    }

    @Override
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        double[] bounds = new double[buckets.size()];
        long[] atOrBelow = new long[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = buckets.bound(i);
            atOrBelow[i] = buckets.countAtOrBelow(i);
        }
        add(
                series,
                new Counted(
                        buckets.count(),
                        buckets.sum(),
                        Double.NaN,
                        Double.NaN,
                        bounds,
                        atOrBelow,
                        List.of(),
                        Counted.UNKNOWN_DIGITS));
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        ClassicBuckets buckets = ClassicBuckets.of(series.descriptor());
        buckets.read(reading);
        double[] bounds = new double[buckets.size()];
        long[] atOrBelow = new long[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = buckets.bound(i);
            atOrBelow[i] = buckets.countAtOrBelow(i);
        }
        add(
                series,
                new Counted(
                        reading.count(),
                        reading.sumInUnit(),
                        reading.min() * reading.scale(),
                        reading.max() * reading.scale(),
                        bounds,
                        atOrBelow,
                        reading.exemplars(),
                        reading.digits()));
    }
}
