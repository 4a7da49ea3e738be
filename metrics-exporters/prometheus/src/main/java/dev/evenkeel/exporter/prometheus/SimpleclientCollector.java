package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Shows a registry in simpleclient 0.16: {@code SimpleclientCollector.of(registry).register()}. Needs {@code simpleclient} on the
 * class path, which this artifact does not bring.
 *
 * <p>Names, labels and values are those of {@link PrometheusTextWriter}. simpleclient writes numbers as {@code 42.0} where we
 * write {@code 42}.
 *
 * <p>What the registry itself has of other libraries ({@link SimpleclientSource}) is left out: simpleclient would show its own
 * metrics twice.
 *
 * <p>Safe from any thread; collects one after the other. simpleclient's samples are objects: a collect allocates about 100 bytes
 * for each line of text. Prefer {@link PrometheusEndpoint} where you have the choice.
 */
public final class SimpleclientCollector extends Collector implements Collector.Describable {
    private final MetricRegistry registry;
    private final Walk walk = new Walk();

    private SimpleclientCollector(MetricRegistry registry) {
        this.registry = registry;
    }

    /** Returns a collector of all series of a registry. */
    public static SimpleclientCollector of(MetricRegistry registry) {
        return new SimpleclientCollector(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public List<MetricFamilySamples> collect() {
        if (registry.isReadingForeign()) { // before the lock: who holds it may wait for what this thread holds
            return List.of();
        }
        synchronized (walk) {
            registry.collectOwn(walk);
            return walk.families;
        }
    }

    /** Returns the families that there are now, so that simpleclient sees at once which of its own would collide. */
    @Override
    public List<MetricFamilySamples> describe() {
        return collect();
    }

    private static final class Family extends KnownFamily<GrowingBytes, Known> {
        private final Collector.Type type;
        private final ClassicBuckets classic;
        private final String[] bounds;

        Family(MetricDescriptor descriptor) {
            super(descriptor, List.of(PrometheusNames.openMetricsFamily(descriptor)), () -> new GrowingBytes(0));
            type = switch (descriptor.kind()) {
                case COUNTER -> Collector.Type.COUNTER;
                case GAUGE, UP_DOWN_COUNTER -> Collector.Type.GAUGE;
                case HISTOGRAM -> Collector.Type.HISTOGRAM;
            };
            classic = descriptor.kind() == Kind.HISTOGRAM ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
            bounds = new String[classic.size()];
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] = Collector.doubleToGoString(classic.bound(i));
            }
        }
    }

    private static final class Known {
        private final List<String> names;
        private final List<String> values;
        private final List<String> namesWithBound;
        private final List<List<String>> valuesWithBound = new ArrayList<>();

        Known(Family family, Series series) {
            List<String> ourNames = new ArrayList<>();
            List<String> ourValues = new ArrayList<>();
            for (KnownFamily.Label label : family.labelsOf(series)) {
                ourNames.add(label.name());
                ourValues.add(label.value());
            }
            names = List.copyOf(ourNames);
            values = List.copyOf(ourValues);
            ourNames.add("le");
            namesWithBound = List.copyOf(ourNames);
            for (String bound : family.bounds) {
                List<String> with = new ArrayList<>(values);
                with.add(bound);
                valuesWithBound.add(List.copyOf(with));
            }
        }
    }

    private static final class Walk extends FamilyWriter<GrowingBytes, Known, Family> {
        private List<MetricFamilySamples> families = new ArrayList<>();
        private List<Sample> samples = new ArrayList<>();

        @Override
        public void begin(long epochMillis) {
            super.begin(epochMillis);
            families = new ArrayList<>();
        }

        @Override
        Family encode(MetricDescriptor descriptor) {
            return new Family(descriptor);
        }

        @Override
        Known encode(Family family, Series series, GrowingBytes heads) {
            return new Known(family, series);
        }

        @Override
        String wire() {
            return "simpleclient samples";
        }

        @Override
        void beginFamily(Family family) {
            samples = new ArrayList<>();
        }

        @Override
        void endFamily(Family family, boolean wanted) {
            families.add(new MetricFamilySamples(
                    PrometheusNames.openMetricsFamily(family.descriptor), family.type, family.help(), samples));
        }

        @Override
        public void longCounter(Series series, long value) {
            gauge(series, value);
        }

        @Override
        public void doubleCounter(Series series, double value) {
            gauge(series, value);
        }

        @Override
        public void gauge(Series series, double value) {
            Family f = family();
            if (f != null) {
                Known known = kept(f, series);
                samples.add(new Sample(f.name, known.names, known.values, value));
            }
        }

        @Override
        public void histogram(Series series, HistogramReading reading) {
            Family f = family();
            if (f == null) {
                return;
            }
            Known known = kept(f, series);
            f.classic.read(reading);
            for (int i = 0; i < f.bounds.length; i++) {
                samples.add(new Sample(
                        f.name + "_bucket",
                        known.namesWithBound,
                        known.valuesWithBound.get(i),
                        f.classic.countAtOrBelow(i)));
            }
            samples.add(new Sample(f.name + "_sum", known.names, known.values, PrometheusNames.sum(reading)));
            samples.add(new Sample(f.name + "_count", known.names, known.values, reading.count()));
        }
    }
}
