package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryMetricProducerTest {
    private static final long START = 1_700_000_000_000L;

    private final AtomicLong now = new AtomicLong(START);
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(now::get).cardinalityLimit(3).build();
    private final Resource resource = Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop"));
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final SdkMeterProvider provider = SdkMeterProvider.builder()
            .setResource(resource)
            .registerMetricProducer(RegistryMetricProducer.of(registry))
            .registerMetricReader(reader)
            .build();

    @AfterEach
    void close() {
        provider.close();
        registry.close();
    }

    private MetricData read(String name) {
        return find(reader.collectAllMetrics(), name);
    }

    private static MetricData find(Collection<MetricData> all, String name) {
        return all.stream()
                .filter(data -> data.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anUpDownCounterIsACumulativeSumThatIsNotMonotone() {
        registry.upDownCounter("queue.length").unit("{job}").register().add(Long.MAX_VALUE - 1);
        registry.inFlight("active").register().enter();

        MetricData length = read("queue.length");
        MetricData active = read("active");

        assertEquals(MetricDataType.LONG_SUM, length.getType());
        assertFalse(length.getLongSumData().isMonotonic());
        assertEquals(AggregationTemporality.CUMULATIVE, length.getLongSumData().getAggregationTemporality());
        LongPointData point = length.getLongSumData().getPoints().iterator().next();
        assertEquals(Long.MAX_VALUE - 1, point.getValue()); // a double would round this
        assertEquals(1, active.getLongSumData().getPoints().iterator().next().getValue());
    }

    @Test
    void aCounterOfDoublesIsAMonotoneDoubleSum() {
        registry.doubleCounter("job.cost").unit("s").register().add(1.5);

        MetricData cost = read("job.cost");

        assertEquals(MetricDataType.DOUBLE_SUM, cost.getType());
        assertTrue(cost.getDoubleSumData().isMonotonic());
        assertEquals(1.5, cost.getDoubleSumData().getPoints().iterator().next().getValue());
    }

    @Test
    void aCounterIsAMonotoneCumulativeSumSinceItsSeriesBegan() {
        Counter counter =
                registry.counter("shop.orders").unit("{order}").help("Orders.").register();
        counter.add(Long.MAX_VALUE - 1); // a double would round this
        now.addAndGet(10_000);

        MetricData data = read("shop.orders");

        assertEquals(MetricDataType.LONG_SUM, data.getType());
        assertEquals("{order}", data.getUnit());
        assertEquals("Orders.", data.getDescription());
        assertEquals("dev.evenkeel.metrics", data.getInstrumentationScopeInfo().getName());
        assertEquals(resource.getAttributes(), data.getResource().getAttributes());
        assertTrue(data.getLongSumData().isMonotonic());
        assertEquals(AggregationTemporality.CUMULATIVE, data.getLongSumData().getAggregationTemporality());
        LongPointData point = data.getLongSumData().getPoints().iterator().next();
        assertEquals(Long.MAX_VALUE - 1, point.getValue());
        assertEquals(START * 1_000_000, point.getStartEpochNanos());
        assertEquals((START + 10_000) * 1_000_000, point.getEpochNanos());
    }

    @Test
    void readingTwiceShowsTheSumAgainAndNotTheDifference() {
        Counter counter = registry.counter("shop.orders").register();
        counter.add(5);
        read("shop.orders");
        counter.add(2);

        assertEquals(
                7,
                read("shop.orders")
                        .getLongSumData()
                        .getPoints()
                        .iterator()
                        .next()
                        .getValue());
    }

    @Test
    void anObservedCounterIsASumOfDoubles() {
        registry.observedCounter("process.cpu.time").unit("s").register().add(() -> 12.75);

        MetricData data = read("process.cpu.time");

        assertEquals(MetricDataType.DOUBLE_SUM, data.getType());
        assertTrue(data.getDoubleSumData().isMonotonic());
        assertEquals(
                12.75, data.getDoubleSumData().getPoints().iterator().next().getValue());
    }

    @Test
    void aGaugeKeepsItsLabelsInTheirOrderOfNames() {
        registry.gauge("pool.used")
                .labels("pool", "zone")
                .register()
                .bind("db", "a")
                .set(-3.5);

        MetricData data = read("pool.used");

        assertEquals(MetricDataType.DOUBLE_GAUGE, data.getType());
        assertEquals(
                -3.5, data.getDoubleGaugeData().getPoints().iterator().next().getValue());
        assertEquals(
                Attributes.builder().put("pool", "db").put("zone", "a").build(),
                data.getDoubleGaugeData().getPoints().iterator().next().getAttributes());
    }

    @Test
    void aTimerIsAHistogramInSeconds() {
        Timer timer = registry.timer("shop.checkout.duration").register();
        timer.record(1_000_000); // 1 ms: exactly on a bound, which is inclusive
        timer.record(1_100_000);
        timer.record(300_000_000);
        timer.record(60_000_000_000L);

        MetricData data = read("shop.checkout.duration");

        assertEquals(MetricDataType.HISTOGRAM, data.getType());
        assertEquals("s", data.getUnit());
        assertEquals(AggregationTemporality.CUMULATIVE, data.getHistogramData().getAggregationTemporality());
        HistogramPointData point =
                data.getHistogramData().getPoints().iterator().next();
        assertEquals(
                List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
                point.getBoundaries());
        assertEquals(List.of(1L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L, 0L, 1L), point.getCounts());
        assertEquals(4, point.getCount());
        assertEquals(60.3021, point.getSum(), 1e-9);
        assertEquals(0.001, point.getMin(), 0.001 * 0.01);
        assertEquals(60.0, point.getMax(), 60 * 0.01);
    }

    @Test
    void aHistogramOfBytesHasBoundsOfBytes() {
        Histogram histogram =
                registry.histogram("http.response.size").unit("By").register();
        histogram.record(0);
        histogram.record(1 << 20);
        histogram.record((1 << 20) * 3L);

        HistogramPointData point = read("http.response.size")
                .getHistogramData()
                .getPoints()
                .iterator()
                .next();

        assertEquals(12, point.getBoundaries().size());
        assertEquals(1L, point.getCounts().get(0));
        assertEquals(1L, point.getCounts().get(6), "2^20 lies at or below the bound 2^20");
        assertEquals(1L, point.getCounts().get(7));
        assertEquals(4L * (1 << 20), point.getSum());
    }

    @Test
    void aHistogramThatNothingWasRecordedToIsToldAgainUntilSomethingIs() {
        for (HistogramEncoding encoding : HistogramEncoding.values()) {
            Histogram sizes = registry.histogram("sizes." + encoding.name().toLowerCase(Locale.ROOT))
                    .register();
            try (RegistryMetricProducer producer =
                    RegistryMetricProducer.of(registry, AggregationTemporality.CUMULATIVE, encoding)) {
                String name = sizes.descriptor().name();
                sizes.record(5);
                PointData first = point(find(producer.produce(resource), name));
                now.addAndGet(1_000);
                PointData again = point(find(producer.produce(resource), name));
                sizes.record(0);
                now.addAndGet(1_000);
                PointData more = point(find(producer.produce(resource), name));

                assertEquals(value(first), value(again));
                assertEquals(first.getStartEpochNanos(), again.getStartEpochNanos());
                assertEquals(first.getEpochNanos() + 1_000_000_000L, again.getEpochNanos());
                assertEquals(first.getEpochNanos() + 2_000_000_000L, more.getEpochNanos());
                assertEquals("[2, 5.0, 0.0]", value(more).substring(0, 13));
                assertEquals("[1, 5.0, 5.0]", value(first).substring(0, 13)); // what was returned stays as it was
            }
        }
    }

    private static PointData point(MetricData data) {
        return data.getData().getPoints().iterator().next();
    }

    /** Count, sum, minimum and what it holds by bucket. */
    private static String value(PointData point) {
        if (point instanceof ExplicitPoint explicit) {
            return List.of(explicit.getCount(), explicit.getSum(), explicit.getMin()) + " " + explicit.getCounts();
        }
        ExponentialPoint exponential = (ExponentialPoint) point;
        return List.of(exponential.getCount(), exponential.getSum(), exponential.getMin()) + " "
                + exponential.getPositiveBuckets().getBucketCounts() + exponential.getZeroCount();
    }

    @Test
    void anEmptyHistogramHasNoMinimumAndNoMaximum() {
        registry.histogram("idle").register();

        HistogramPointData point =
                read("idle").getHistogramData().getPoints().iterator().next();

        assertEquals(0, point.getCount());
        assertFalse(point.hasMin());
        assertFalse(point.hasMax());
    }

    @Test
    void theOverflowSeriesBearsTheAttributeOfTheStandard() {
        Labelled<Counter> labelled = registry.counter("by.user").labels("user").register();
        for (int i = 0; i < 50; i++) {
            labelled.bind("user-" + i).increment();
        }

        Collection<LongPointData> points = read("by.user").getLongSumData().getPoints();

        assertEquals(50, points.stream().mapToLong(LongPointData::getValue).sum());
        assertEquals(
                1,
                points.stream()
                        .filter(point -> point.getAttributes()
                                .equals(Attributes.of(AttributeKey.booleanKey("otel.metric.overflow"), true)))
                        .count());
    }

    @Test
    void everyValueEqualsThatOfTheSnapshot() {
        Labelled<Timer> timers = registry.timer("t").labels("route").register();
        for (int i = 1; i <= 100; i++) {
            timers.bind(i % 2 == 0 ? "/pay" : "/refund").record(i * 1_000_003L);
            registry.counter("c").register().increment();
            registry.gauge("g").register().set(i / 7.0);
        }
        registry.observedGauge("o").register().add(() -> Math.PI);

        Collection<MetricData> all = reader.collectAllMetrics();
        Snapshot snapshot = registry.snapshot();

        int compared = 0;
        for (Point expected : snapshot.points()) {
            if (expected.descriptor().name().startsWith("evenkeel.")) {
                continue; // what the registry knows of itself has moved on
            }
            PointData actual = find(all, expected.descriptor().name()).getData().getPoints().stream()
                    .filter(point -> point.getAttributes().equals(attributes(expected.labels())))
                    .findFirst()
                    .orElseThrow();
            if (actual instanceof HistogramPointData histogram) {
                assertEquals(expected.histogram().count(), histogram.getCount());
                assertEquals(
                        expected.histogram().count(),
                        histogram.getCounts().stream()
                                .mapToLong(Long::longValue)
                                .sum());
                assertEquals(expected.histogram().sum() / 1e9, histogram.getSum());
            } else if (actual instanceof LongPointData counter) {
                assertEquals(expected.value(), counter.getValue());
            } else {
                assertEquals(expected.value(), ((DoublePointData) actual).getValue());
            }
            compared++;
        }
        assertEquals(5, compared);
    }

    @Test
    void whatWasReturnedDoesNotChangeAndAttributesAreMadeOnce() {
        Counter counter = registry.counter("c").labels("a").register().bind("x");
        LongPointData first = read("c").getLongSumData().getPoints().iterator().next();

        counter.increment();
        LongPointData second = read("c").getLongSumData().getPoints().iterator().next();

        assertEquals(0, first.getValue());
        assertEquals(1, second.getValue());
        assertSame(first.getAttributes(), second.getAttributes());
    }

    @Test
    void aClockThatWasSetBackGivesNoNegativeInterval() {
        registry.counter("c").register().increment();
        now.addAndGet(-60_000);

        LongPointData point = read("c").getLongSumData().getPoints().iterator().next();

        assertTrue(point.getStartEpochNanos() <= point.getEpochNanos());
    }

    @Test
    void exemplarsAreCarriedWithTheirTrace() {
        MetricRegistry traced = MetricRegistry.builder()
                .wallClock(now::get)
                .exemplars(new OneTrace())
                .build();
        traced.timer("t").exemplars().register().record(250_000_000);
        traced.timer("plain").register().record(250_000_000);
        Collection<MetricData> all = RegistryMetricProducer.of(traced).produce(resource);

        HistogramPointData point =
                find(all, "t").getHistogramData().getPoints().iterator().next();
        DoubleExemplarData exemplar = point.getExemplars().iterator().next();

        assertEquals(1, point.getExemplars().size());
        assertEquals(0.25, exemplar.getValue());
        assertEquals(START * 1_000_000, exemplar.getEpochNanos());
        assertEquals(
                "4bf92f3577b34da6a3ce929d0e0e4736", exemplar.getSpanContext().getTraceId());
        assertEquals("00f067aa0ba902b7", exemplar.getSpanContext().getSpanId());
        assertTrue(exemplar.getSpanContext().isValid());
        assertEquals(1, point.getCount());
        assertEquals(0.25, point.getSum());
        HistogramPointData plain =
                find(all, "plain").getHistogramData().getPoints().iterator().next();
        assertEquals(List.of(), plain.getExemplars());
        assertEquals(plain.getCounts(), point.getCounts());
        assertEquals(plain.getBoundaries(), point.getBoundaries());
    }

    private static Attributes attributes(Labels labels) {
        var builder = Attributes.builder();
        for (int i = 0; i < labels.size(); i++) {
            builder.put(labels.name(i), labels.value(i));
        }
        return builder.build();
    }
}
