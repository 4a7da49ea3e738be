package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import dev.evenkeel.metrics.Timer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.CountingMode;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvenkeelMeterBinderTest {
    private final MetricRegistry registry =
            MetricRegistry.builder().cardinalityLimit(3).build();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void close() {
        meters.close();
        registry.close();
    }

    private EvenkeelMeterBinder binder() {
        return EvenkeelMeterBinder.builder(registry).freshness(Duration.ZERO).build();
    }

    @Test
    void whatGoesUpAndDownIsAGauge() {
        registry.inFlight("active").register().enter();
        registry.upDownCounter("queued").register().add(-4);
        registry.doubleCounter("cost").register().add(1.5);

        binder().bindTo(meters);

        assertEquals(1.0, meters.get("active").gauge().value());
        assertEquals(-4.0, meters.get("queued").gauge().value());
        assertEquals(1.5, meters.get("cost").functionCounter().count());
    }

    @Test
    void everyValueEqualsThatOfTheSnapshot() {
        registry.counter("c")
                .labels("route", "status")
                .register()
                .bind("/pay", "201")
                .add(5);
        registry.gauge("g").register().set(-1.25);
        registry.observedCounter("oc").register().add(() -> 7.5);
        registry.observedGauge("og").labels("x").register().add(() -> 3.5, "1").add(() -> 4.5, "2");
        registry.histogram("h").unit("By").register().record(512);
        Timer timer = registry.timer("t").register();
        timer.record(250_000_000);
        timer.record(500_000_000);

        binder().bindTo(meters);

        Snapshot snapshot = registry.snapshot();
        int compared = 0;
        for (Point point : snapshot.points()) {
            String name = point.descriptor().name();
            if (name.startsWith("evenkeel.")) {
                continue; // what the registry knows of itself moves on
            }
            Tags tags = tags(point.labels());
            switch (point.descriptor().kind()) {
                case COUNTER -> assertEquals(
                        point.value(),
                        meters.get(name).tags(tags).functionCounter().count());
                case GAUGE -> assertEquals(
                        point.value(), meters.get(name).tags(tags).gauge().value());
                case HISTOGRAM -> {
                    if (name.equals("t")) {
                        FunctionTimer bound = meters.get(name).functionTimer();
                        assertEquals(point.value(), bound.count());
                        assertEquals(0.75, bound.totalTime(TimeUnit.SECONDS), 1e-12);
                    } else {
                        assertEquals(
                                point.value(),
                                meters.get(name + ".count").functionCounter().count());
                        assertEquals(
                                512.0,
                                meters.get(name + ".sum").functionCounter().count());
                    }
                }
            }
            compared++;
        }
        assertEquals(7, compared);
    }

    @Test
    void unitsAndWordsComeAlong() {
        registry.counter("c").unit("By").help("Bytes read.").register();
        registry.counter("d").unit("{request}").register();
        registry.observedCounter("e").unit("s").register().add(() -> 1);

        binder().bindTo(meters);

        assertEquals("bytes", meters.get("c").functionCounter().getId().getBaseUnit());
        assertEquals("Bytes read.", meters.get("c").functionCounter().getId().getDescription());
        assertNull(meters.get("d").functionCounter().getId().getBaseUnit());
        assertEquals("seconds", meters.get("e").functionCounter().getId().getBaseUnit());
    }

    @Test
    void percentilesAreGaugesOnlyWhenAskedFor() {
        Timer timer = registry.timer("t").register();
        for (int i = 1; i <= 1000; i++) {
            timer.record(i * 1_000_000L);
        }
        binder().bindTo(meters);
        assertNull(meters.find("t.percentile").gauge());

        SimpleMeterRegistry second = new SimpleMeterRegistry();
        EvenkeelMeterBinder.builder(registry).percentiles(0.5, 0.99).build().bindTo(second);

        Gauge p50 = second.get("t.percentile").tag("phi", "0.5").gauge();
        assertEquals(0.5, p50.value(), 0.005);
        assertEquals(0.99, second.get("t.percentile").tag("phi", "0.99").gauge().value(), 0.0099);
        assertEquals("seconds", p50.getId().getBaseUnit());
    }

    @Test
    void aPercentileOfNothingIsNotANumber() {
        registry.timer("t").register();
        EvenkeelMeterBinder.builder(registry).percentiles(0.5).build().bindTo(meters);

        assertTrue(Double.isNaN(meters.get("t.percentile").gauge().value()));
    }

    @Test
    void aSeriesThatAppearsLaterIsBoundByARefresh() {
        Labelled<Counter> labelled = registry.counter("c").labels("x").register();
        labelled.bind("1").increment();
        EvenkeelMeterBinder binder = binder();
        binder.bindTo(meters);
        labelled.bind("2").add(2);
        registry.gauge("g").register().set(9);
        assertNull(meters.find("c").tag("x", "2").functionCounter());

        assertEquals(2, binder.refresh());

        assertEquals(2.0, meters.get("c").tag("x", "2").functionCounter().count());
        assertEquals(9.0, meters.get("g").gauge().value());
        assertEquals(0, binder.refresh());
    }

    @Test
    void aGaugeWhoseCallbackFailsHasNoValueAndACounterKeepsItsLast() {
        AtomicReference<Double> now = new AtomicReference<>(4.0);
        registry.observedGauge("g").register().add(now::get);
        registry.observedCounter("c").register().add(now::get);
        binder().bindTo(meters);
        assertEquals(4.0, meters.get("g").gauge().value());

        now.set(Double.NaN);

        assertTrue(Double.isNaN(meters.get("g").gauge().value()));
        assertEquals(4.0, meters.get("c").functionCounter().count());
        now.set(5.0);
        assertEquals(5.0, meters.get("g").gauge().value());
    }

    @Test
    void bindingTwiceBindsNothingTwiceAndTwoRegistriesBothGetAll() {
        registry.counter("c").register().increment();
        EvenkeelMeterBinder binder = binder();
        SimpleMeterRegistry second = new SimpleMeterRegistry();

        binder.bindTo(meters);
        int once = meters.getMeters().size();
        binder.bindTo(meters);
        binder.bindTo(second);

        assertEquals(once, meters.getMeters().size());
        assertEquals(once, second.getMeters().size());
    }

    @Test
    void metersKeepWorkingWhenNobodyHoldsTheBinder() {
        Counter counter = registry.counter("c").register();
        Timer timer = registry.timer("t").register();
        WeakReference<EvenkeelMeterBinder> forgotten = new WeakReference<>(binder());
        forgotten.get().bindTo(meters);
        counter.increment();
        timer.record(1_000_000_000);

        long deadline = System.nanoTime() + 20_000_000_000L;
        while (forgotten.get() != null && System.nanoTime() < deadline) {
            System.gc();
        }
        counter.increment();
        timer.record(1_000_000_000);

        assertNull(forgotten.get());
        assertEquals(2.0, meters.get("c").functionCounter().count());
        assertEquals(2.0, meters.get("t").functionTimer().count());
        assertEquals(2.0, meters.get("t").functionTimer().totalTime(TimeUnit.SECONDS), 1e-12);
    }

    @Test
    void aPublishOfAllMetersCollectsOnce() {
        AtomicInteger collects = new AtomicInteger();
        registry.observedGauge("o").register().add(collects::incrementAndGet);
        for (int i = 0; i < 50; i++) {
            registry.counter("c" + i).register();
        }
        EvenkeelMeterBinder.builder(registry)
                .freshness(Duration.ofSeconds(1))
                .clock(nanos::get)
                .build()
                .bindTo(meters);
        int before = collects.get();

        nanos.addAndGet(999_999_999);
        meters.getMeters().forEach(Meter::measure);
        meters.getMeters().forEach(meter -> meter.measure().forEach(m -> m.getValue()));
        assertEquals(before, collects.get());
        nanos.addAndGet(1);
        meters.getMeters().forEach(meter -> meter.measure().forEach(m -> m.getValue()));

        assertEquals(before + 1, collects.get());
    }

    @Test
    void aStepRegistryReportsTheStep() {
        MockClock clock = new MockClock();
        SimpleMeterRegistry step = new SimpleMeterRegistry(
                new SimpleConfig() {
                    @Override
                    public String get(String key) {
                        return null;
                    }

                    @Override
                    public CountingMode mode() {
                        return CountingMode.STEP;
                    }

                    @Override
                    public Duration step() {
                        return Duration.ofMinutes(1);
                    }
                },
                clock);
        Counter counter = registry.counter("c").register();
        binder().bindTo(step);
        FunctionCounter bound = step.get("c").functionCounter();
        counter.add(10);
        bound.count();
        clock.add(Duration.ofMinutes(1));
        assertEquals(10.0, bound.count());

        counter.add(3);
        bound.count();
        clock.add(Duration.ofMinutes(1));

        assertEquals(3.0, bound.count());
    }

    @Test
    void allSeriesOfANameHaveTheSameTagKeysTheOverflowSeriesToo() {
        Labelled<Counter> labelled =
                registry.counter("by.user").labels("user", "zone").register();
        for (int i = 0; i < 50; i++) {
            labelled.bind("u" + i, "a").increment();
        }

        binder().bindTo(meters);

        List<Meter> all = new ArrayList<>(meters.get("by.user").meters());
        Set<List<String>> keys = all.stream()
                .map(meter -> meter.getId().getTags().stream().map(Tag::getKey).toList())
                .collect(Collectors.toSet());
        assertEquals(Set.of(List.of("user", "zone")), keys);
        assertEquals(
                50.0,
                all.stream()
                        .mapToDouble(meter -> ((FunctionCounter) meter).count())
                        .sum());
        assertTrue(meters.get("by.user")
                        .tag("user", "otel_metric_overflow")
                        .functionCounter()
                        .count()
                > 0);
    }

    @Test
    void closeRemovesWhatWasBoundAndNothingElse() {
        registry.counter("c").register();
        meters.counter("theirs").increment();
        EvenkeelMeterBinder binder = binder();
        binder.bindTo(meters);

        binder.close();
        binder.close();

        assertEquals(
                List.of("theirs"),
                meters.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .toList());
        assertEquals(0, binder.refresh());
    }

    @Test
    void impossibleSettingsAreRefused() {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> EvenkeelMeterBinder.builder(registry)
                        .percentiles(99));

        assertEquals(
                "Cannot show the quantiles [99.0]: a quantile is 0.0 to 1.0. Write 0.99 for the 99th percentile.",
                error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> EvenkeelMeterBinder.builder(registry)
                .freshness(Duration.ofNanos(-1)));
    }

    private static Tags tags(Labels labels) {
        Tags tags = Tags.empty();
        for (int i = 0; i < labels.size(); i++) {
            tags = tags.and(labels.name(i), labels.value(i));
        }
        return tags;
    }

    @Test
    void metersOfEvictedSeriesAreRemovedAtTheNextRefresh() {
        MetricRegistry registry = MetricRegistry.create();
        Labelled<Counter> orders =
                registry.counter("evicted.orders").labels("country").register();
        orders.bind("NZ").increment();
        orders.bind("CH").increment();
        SimpleMeterRegistry to = new SimpleMeterRegistry();
        EvenkeelMeterBinder binder = EvenkeelMeterBinder.builder(registry).build();
        binder.bindTo(to);
        assertEquals(2, to.find("evicted.orders").functionCounters().size());

        orders.evict("NZ");
        registry.snapshot();
        binder.refresh();

        assertEquals(1, to.find("evicted.orders").functionCounters().size());
        orders.bind("NZ").increment();
        binder.refresh();
        assertEquals(2, to.find("evicted.orders").functionCounters().size());
    }
}
