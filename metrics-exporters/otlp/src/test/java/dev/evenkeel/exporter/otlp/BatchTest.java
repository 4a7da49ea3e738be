package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final ManualClock clock = new ManualClock();
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(clock).nanoClock(clock).build();

    @Test
    void mergedExponentialHistogramsAreThatOfAllValues() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            String name = "t" + round;
            Timer timer = registry.timer(name).register();
            RegistryReadings parts = readings(AggregationTemporality.DELTA, HistogramEncoding.EXPONENTIAL);
            parts.take();
            List<Long> values = new ArrayList<>();
            Batch merged = null;
            for (int part = 0; part < 4; part++) {
                for (int i = random.nextInt(5); i > 0; i--) {
                    long value = random.nextInt(4) == 0 ? 0 : 1L << random.nextInt(1 + round % 45);
                    values.add(value);
                    timer.record(value);
                }
                clock.advance(1_000_000);
                Batch next = parts.take();
                if (merged == null) {
                    merged = next;
                } else {
                    merged.merge(next, Long.MAX_VALUE);
                }
            }
            if (values.isEmpty()) {
                continue;
            }
            ExponentialHistogramPointData all = point(merged, name);
            ExponentialHistogramPointData whole = point(
                    readings(AggregationTemporality.CUMULATIVE, HistogramEncoding.EXPONENTIAL)
                            .take(),
                    name);

            assertEquals(values.size(), all.getCount());
            assertEquals(values.stream().filter(v -> v == 0).count(), all.getZeroCount());
            assertEquals(values.stream().mapToLong(v -> v).sum() / 1e9, all.getSum());
            assertEquals(whole.getMin(), all.getMin());
            assertEquals(whole.getMax(), all.getMax());
            assertTrue(all.getPositiveBuckets().getBucketCounts().size() <= 160);
            assertEquals(atScale(whole, all.getScale()), atScale(all, all.getScale()), "round " + round);
            parts.close();
        }
    }

    /** Bucket by bucket, at a coarser scale or the same. */
    private static List<String> atScale(ExponentialHistogramPointData point, int scale) {
        assertTrue(point.getScale() >= scale, "a merge must not be finer than the whole");
        java.util.TreeMap<Integer, Long> counts = new java.util.TreeMap<>();
        List<Long> buckets = point.getPositiveBuckets().getBucketCounts();
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.get(i) > 0) {
                int index = point.getPositiveBuckets().getOffset() + i >> point.getScale() - scale;
                counts.merge(index, buckets.get(i), Long::sum);
            }
        }
        return List.of(counts.toString());
    }

    @Test
    void aSplitLosesNoPointAndNoByte() {
        Labelled<Counter> counters = registry.counter("many").labels("k").register();
        for (int i = 0; i < 50; i++) {
            counters.bind("k" + i).add(i + 1);
        }
        RegistryReadings readings = readings(AggregationTemporality.DELTA, HistogramEncoding.EXPLICIT);
        Batch batch = readings.take();
        int points = batch.points();
        double measurements = batch.measurements();
        List<Batch> parts = new ArrayList<>();
        while (!batch.isEmpty()) {
            Batch rest = batch.splitAfter(7);
            assertTrue(batch.points() <= 7);
            parts.add(batch);
            batch = rest;
        }

        assertEquals(points, parts.stream().mapToInt(Batch::points).sum());
        assertEquals(
                measurements, parts.stream().mapToDouble(Batch::measurements).sum());
        Batch again = parts.get(0);
        for (Batch part : parts.subList(1, parts.size())) {
            again.merge(part, Long.MAX_VALUE);
        }
        assertEquals(points, again.points());
        Batch empty = new Batch(true, 0);
        empty.merge(again, Long.MAX_VALUE);
        assertEquals(again.bytes(), empty.bytes());
    }

    @Test
    void aProducerOfDeltasShowsWhatCameSinceTheCallBefore() {
        Counter orders = registry.counter("orders").register();
        registry.upDownCounter("carts").register().add(5);
        Timer checkout = registry.timer("checkout").register();
        orders.add(3);
        try (RegistryMetricProducer producer =
                RegistryMetricProducer.of(registry, AggregationTemporality.DELTA, HistogramEncoding.EXPONENTIAL)) {
            assertEquals(3, longValue(producer.produce(Resource.empty()), "orders"));
            clock.advance(1_000_000_000);
            orders.add(4);
            checkout.record(1);

            Collection<MetricData> second = producer.produce(Resource.empty());

            MetricData data = metric(second, "orders");
            assertEquals(4, longValue(second, "orders"));
            assertEquals(AggregationTemporality.DELTA, data.getLongSumData().getAggregationTemporality());
            assertEquals(
                    AggregationTemporality.CUMULATIVE,
                    metric(second, "carts").getLongSumData().getAggregationTemporality());
            assertEquals(5, longValue(second, "carts"));
            assertEquals(
                    1,
                    metric(second, "checkout")
                            .getExponentialHistogramData()
                            .getPoints()
                            .iterator()
                            .next()
                            .getCount());
        }
    }

    @Test
    void aClockThatWasSetBackGivesTouchingIntervalsThatAreNotEmpty() {
        Counter orders = registry.counter("orders").register();
        RegistryReadings readings = readings(AggregationTemporality.DELTA, HistogramEncoding.EXPLICIT);
        long end = 0;
        for (int i = 0; i < 5; i++) {
            orders.increment();
            clock.advance(i == 2 ? -3_600_000_000_000L : 1_000_000);
            MetricData data = metric(readings.take().toMetricData(Resource.empty()), "orders");
            PointData point = data.getLongSumData().getPoints().iterator().next();
            assertTrue(point.getStartEpochNanos() < point.getEpochNanos());
            assertTrue(end == 0 || point.getStartEpochNanos() == end);
            end = point.getEpochNanos();
        }
    }

    private RegistryReadings readings(AggregationTemporality temporality, HistogramEncoding encoding) {
        return new RegistryReadings(registry, temporality, encoding, clock);
    }

    private static ExponentialHistogramPointData point(Batch batch, String name) {
        return metric(batch.toMetricData(Resource.empty()), name)
                .getExponentialHistogramData()
                .getPoints()
                .iterator()
                .next();
    }

    private static long longValue(Collection<MetricData> all, String name) {
        return metric(all, name).getLongSumData().getPoints().iterator().next().getValue();
    }

    private static MetricData metric(Collection<MetricData> all, String name) {
        return all.stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
    }
}
