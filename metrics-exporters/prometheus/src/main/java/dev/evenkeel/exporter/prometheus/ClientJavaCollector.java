package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import dev.evenkeel.metrics.convert.NativeBuckets;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows a registry in client_java 1.x: {@code prometheusRegistry.register(ClientJavaCollector.of(registry))}. Needs
 * {@code prometheus-metrics-model} on the class path, which this artifact does not bring.
 *
 * <p>Names, labels and values are those of {@link PrometheusTextWriter}; histograms have classic and native buckets. A name that
 * client_java has already fails at registration if our family exists by then, and at a scrape otherwise.
 *
 * <p>What the registry itself has of other libraries ({@link ClientJavaSource}) is left out: client_java would show its own
 * metrics twice.
 *
 * <p>Safe from any thread; collects one after the other. client_java's snapshots are objects, so a collect allocates: about 100
 * bytes a counter, and 2 kB a histogram. Prefer {@link PrometheusEndpoint} where you have the choice.
 */
public final class ClientJavaCollector implements MultiCollector {
    private final MetricRegistry registry;
    private final Walk walk = new Walk();

    private ClientJavaCollector(MetricRegistry registry) {
        this.registry = registry;
    }

    /** Returns a collector of all series of a registry. */
    public static ClientJavaCollector of(MetricRegistry registry) {
        return new ClientJavaCollector(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(families());
    }

    private List<MetricSnapshot> families() {
        if (registry.isReadingForeign()) { // before the lock: who holds it may wait for what this thread holds
            return List.of();
        }
        synchronized (walk) {
            registry.collectOwn(walk);
            return walk.families;
        }
    }

    /** Returns the families that there are now, so that client_java sees at once which of its own would collide. */
    @Override
    public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
        List<MetricFamilyDescriptor> all = new ArrayList<>();
        for (MetricSnapshot family : families()) {
            MetricType type = family instanceof CounterSnapshot
                    ? MetricType.COUNTER
                    : family instanceof GaugeSnapshot ? MetricType.GAUGE : MetricType.HISTOGRAM;
            all.add(MetricFamilyDescriptor.of(type, family.getMetadata()));
        }
        return all;
    }

    private static final class Family extends KnownFamily<GrowingBytes, Known> {
        private final MetricMetadata metadata;
        private final ClassicBuckets classic;
        private final long[] classicCounts;
        private final double[] classicBounds;

        Family(MetricDescriptor descriptor) {
            super(descriptor, List.of(PrometheusNames.openMetricsFamily(descriptor)), () -> new GrowingBytes(0));
            String family = PrometheusNames.openMetricsFamily(descriptor);
            String unit = PrometheusNames.unitName(descriptor);
            metadata = !unit.isEmpty() && family.endsWith("_" + unit)
                    ? new MetricMetadata(family, help(), new Unit(unit))
                    : new MetricMetadata(family, help());
            classic = descriptor.kind() == Kind.HISTOGRAM ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
            classicCounts = new long[classic.size()];
            classicBounds = new double[classic.size()];
            for (int i = 0; i < classicBounds.length; i++) {
                classicBounds[i] = classic.bound(i);
            }
        }
    }

    private static final class Known {
        private final Labels labels;

        Known(Family family, Series series) {
            KnownFamily.Label[] ours = family.labelsOf(series);
            String[] names = new String[ours.length];
            String[] values = new String[ours.length];
            for (int i = 0; i < ours.length; i++) {
                names[i] = ours[i].name();
                values[i] = ours[i].value();
            }
            labels = Labels.of(names, values);
        }
    }

    private static final class Walk extends FamilyWriter<GrowingBytes, Known, Family> {
        private final NativeBuckets exponential = NativeBuckets.create();
        private List<MetricSnapshot> families = new ArrayList<>();
        private List<CounterDataPointSnapshot> counters = new ArrayList<>();
        private List<GaugeDataPointSnapshot> gauges = new ArrayList<>();
        private List<HistogramDataPointSnapshot> histograms = new ArrayList<>();

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
            return "client_java snapshots";
        }

        @Override
        void beginFamily(Family family) {
            counters = new ArrayList<>();
            gauges = new ArrayList<>();
            histograms = new ArrayList<>();
        }

        @Override
        void endFamily(Family family, boolean wanted) {
            families.add(
                    switch (family.descriptor.kind()) {
                        case COUNTER -> new CounterSnapshot(family.metadata, counters);
                        case GAUGE, UP_DOWN_COUNTER -> new GaugeSnapshot(family.metadata, gauges);
                        case HISTOGRAM -> new HistogramSnapshot(family.metadata, histograms);
                    });
        }

        @Override
        public void longCounter(Series series, long value) {
            doubleCounter(series, value);
        }

        @Override
        public void doubleCounter(Series series, double value) {
            Family f = family();
            if (f != null) {
                counters.add(new CounterDataPointSnapshot(
                        value, kept(f, series).labels, noExemplar(), series.startEpochMillis()));
            }
        }

        @Override
        public void gauge(Series series, double value) {
            Family f = family();
            if (f != null) {
                gauges.add(new GaugeDataPointSnapshot(value, kept(f, series).labels, noExemplar()));
            }
        }

        @Override
        public void histogram(Series series, HistogramReading reading) {
            Family f = family();
            if (f == null) {
                return;
            }
            exponential.read(reading); // its buckets before the classic ones, which are then of the same moment
            f.classic.read(reading);
            for (int i = 0; i < f.classicCounts.length; i++) {
                f.classicCounts[i] = f.classic.countAt(i);
            }
            int[] indices = new int[exponential.bucketCount()];
            long[] counts = new long[indices.length];
            for (int i = 0; i < indices.length; i++) {
                indices[i] = exponential.bucketIndex(i);
                counts[i] = exponential.bucketCountAt(i);
            }
            histograms.add(new HistogramDataPointSnapshot(
                    ClassicHistogramBuckets.of(f.classicBounds, f.classicCounts),
                    exponential.schema(),
                    exponential.zeroCount(),
                    exponential.zeroThreshold(),
                    NativeHistogramBuckets.of(indices, counts),
                    NativeHistogramBuckets.EMPTY,
                    PrometheusNames.sum(reading),
                    kept(f, series).labels,
                    exemplars(reading),
                    series.startEpochMillis()));
        }

        private static Exemplars exemplars(HistogramReading reading) {
            if (reading.exemplars().isEmpty()) {
                return Exemplars.EMPTY;
            }
            List<Exemplar> all = new ArrayList<>();
            for (dev.evenkeel.metrics.Exemplar ours : reading.exemplars()) {
                all.add(Exemplar.builder()
                        .value(ours.value())
                        .traceId(ours.traceId())
                        .spanId(ours.spanId())
                        .timestampMillis(ours.epochMillis())
                        .build());
            }
            return Exemplars.of(all);
        }

        @SuppressWarnings("NullAway") // client_java takes null for none
        private static @Nullable Exemplar noExemplar() {
            return null;
        }
    }
}
