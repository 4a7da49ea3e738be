package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.BucketLadder;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import dev.evenkeel.metrics.name.WireNames;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Turns one collect into metric data. Used once, by one thread. */
final class MetricDataVisitor implements CollectVisitor {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.evenkeel.metrics");
    private static final AggregationTemporality CUMULATIVE = AggregationTemporality.CUMULATIVE;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final Attributes OVERFLOW =
            Attributes.builder().put(WireNames.OTLP_OVERFLOW, true).build();

    private final Resource resource;
    private final Map<Series, Attributes> attributes;
    private final List<MetricData> families = new ArrayList<>();
    private long epochNanos;
    private @Nullable MetricDescriptor family;
    private List<LongPointData> longs = List.of();
    private List<DoublePointData> doubles = List.of();
    private List<HistogramPointData> histograms = List.of();
    private @Nullable ClassicBuckets buckets;
    private List<Double> bounds = List.of();

    MetricDataVisitor(Resource resource, Map<Series, Attributes> attributes) {
        this.resource = resource;
        this.attributes = attributes;
    }

    List<MetricData> families() {
        return families;
    }

    @Override
    public void begin(long epochMillis) {
        epochNanos = epochMillis * NANOS_PER_MILLI;
    }

    @Override
    public void family(MetricDescriptor next) {
        finishFamily();
        family = next;
        longs = new ArrayList<>();
        doubles = new ArrayList<>();
        histograms = new ArrayList<>();
        if (next.kind() == Kind.HISTOGRAM) {
            buckets = ClassicBuckets.of(next);
            bounds = DoubleStream.of(BucketLadder.of(next.unit())).boxed().toList();
        }
    }

    @Override
    public void longCounter(Series series, long value) {
        longs.add(LongPointData.create(startNanos(series), epochNanos, attributesOf(series), value));
    }

    @Override
    public void doubleCounter(Series series, double value) {
        doubles.add(DoublePointData.create(startNanos(series), epochNanos, attributesOf(series), value, List.of()));
    }

    @Override
    public void gauge(Series series, double value) {
        doubles.add(DoublePointData.create(startNanos(series), epochNanos, attributesOf(series), value, List.of()));
    }

    @Override
    public void upDownCounter(Series series, long value) {
        longCounter(series, value);
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        ClassicBuckets counted = Objects.requireNonNull(buckets, "a histogram belongs to a family");
        counted.read(reading);
        List<Long> counts = new ArrayList<>(counted.size());
        for (int i = 0; i < counted.size(); i++) {
            counts.add(counted.countAt(i));
        }
        double scale = reading.scale();
        boolean filled = reading.count() > 0;
        HistogramPointData point = HistogramPointData.create(
                startNanos(series),
                epochNanos,
                attributesOf(series),
                reading.sumInUnit(),
                filled,
                filled ? reading.min() * scale : 0,
                filled,
                filled ? reading.max() * scale : 0,
                bounds,
                counts);
        List<Exemplar> exemplars = reading.exemplars();
        histograms.add(
                exemplars.isEmpty()
                        ? point
                        : new HistogramPoint(
                                point,
                                exemplars.stream()
                                        .map(MetricDataVisitor::exemplar)
                                        .toList()));
    }

    @Override
    public void fixedHistogram(Series series, FixedBuckets fixed) {
        List<Double> fixedBounds = new ArrayList<>(fixed.size());
        List<Long> counts = new ArrayList<>(fixed.size());
        for (int i = 0; i < fixed.size(); i++) {
            counts.add(fixed.countAt(i));
            if (i < fixed.size() - 1) {
                fixedBounds.add(fixed.bound(i));
            }
        }
        histograms.add(HistogramPointData.create(
                startNanos(series),
                epochNanos,
                attributesOf(series),
                fixed.sum(),
                false,
                0,
                false,
                0,
                fixedBounds,
                counts));
    }

    private static DoubleExemplarData exemplar(Exemplar exemplar) {
        return DoubleExemplarData.create(
                Attributes.empty(),
                exemplar.epochMillis() * NANOS_PER_MILLI,
                SpanContext.create(
                        exemplar.traceId(), exemplar.spanId(), TraceFlags.getSampled(), TraceState.getDefault()),
                exemplar.value());
    }

    @Override
    public void end() {
        finishFamily();
    }

    private void finishFamily() {
        MetricDescriptor finished = family;
        family = null;
        if (finished == null) {
            return;
        }
        switch (finished.kind()) {
            case COUNTER -> {
                add(finished, MetricDataType.LONG_SUM, SumData.createLongSumData(true, CUMULATIVE, longs));
                add(finished, MetricDataType.DOUBLE_SUM, SumData.createDoubleSumData(true, CUMULATIVE, doubles));
            }
            case GAUGE -> add(finished, MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(doubles));
            case UP_DOWN_COUNTER -> add(
                    finished, MetricDataType.LONG_SUM, SumData.createLongSumData(false, CUMULATIVE, longs));
            case HISTOGRAM -> add(finished, MetricDataType.HISTOGRAM, HistogramData.create(CUMULATIVE, histograms));
        }
    }

    private void add(MetricDescriptor descriptor, MetricDataType type, Data<?> data) {
        if (!data.getPoints().isEmpty()) {
            families.add(new FamilyData(
                    resource, SCOPE, descriptor.name(), descriptor.help(), descriptor.unit(), type, data));
        }
    }

    /** Not after the reading itself: a clock that was set back would give an interval that receivers throw away. */
    private long startNanos(Series series) {
        return Math.min(series.startEpochMillis() * NANOS_PER_MILLI, epochNanos);
    }

    private Attributes attributesOf(Series series) {
        return attributes.computeIfAbsent(series, s -> attributes(s.labels()));
    }

    private static Attributes attributes(Labels labels) {
        if (labels.isOverflow()) {
            return OVERFLOW;
        }
        AttributesBuilder builder = Attributes.builder();
        for (int i = 0; i < labels.size(); i++) {
            builder.put(labels.name(i), labels.value(i));
        }
        return builder.build();
    }
}
