package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class AnyLabelsTest {
    private final MetricRegistry registry = MetricRegistry.create();

    private TreeMap<String, Double> values(String name) {
        TreeMap<String, Double> values = new TreeMap<>();
        registry.collect(new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {
                if (family.name().equals(name)) {
                    assertEquals(List.of(), family.labelNames());
                    assertTrue(values.isEmpty(), "a name is one family");
                }
            }

            private void see(Series series, double value) {
                if (series.descriptor().name().equals(name)) {
                    values.put(series.labels().toString(), value);
                }
            }

            @Override
            public void longCounter(Series series, long value) {
                see(series, value);
            }

            @Override
            public void doubleCounter(Series series, double value) {
                see(series, value);
            }

            @Override
            public void gauge(Series series, double value) {
                see(series, value);
            }

            @Override
            public void histogram(Series series, HistogramReading reading) {
                see(series, reading.sum() * reading.scale());
            }
        });
        return values;
    }

    @Test
    void seriesOfOneNameHaveOtherLabelNames() {
        Labelled<Counter> jobs = registry.counter("jobs").anyLabels().register();
        Counter plain = jobs.bind(Labels.of());
        Counter kind = jobs.bind(Labels.of("kind", "mail"));
        Counter both = jobs.bind(Labels.of("kind", "mail", "queue", "fast"));
        Counter third = jobs.bind(Labels.of("a", "1", "b", "2", "c", "3"));

        plain.increment();
        kind.add(2);
        both.add(3);
        third.add(4);

        assertSame(kind, jobs.bind(Labels.of("kind", "mail")));
        assertNotSame(kind, jobs.bind(Labels.of("kind", "mail", "queue", "fast")));
        assertSame(plain, jobs.bind(Labels.of()));
        assertEquals(
                "{{a=\"1\", b=\"2\", c=\"3\"}=4.0, {kind=\"mail\", queue=\"fast\"}=3.0, {kind=\"mail\"}=2.0, {}=1.0}",
                values("jobs").toString());
    }

    @Test
    void limitAndOverflowAreOneForAllNames() {
        Labelled<Counter> jobs =
                registry.counter("jobs").anyLabels().cardinalityLimit(2).register();
        jobs.bind(Labels.of("a", "1")).increment();
        jobs.bind(Labels.of("b", "1")).increment();
        jobs.bind(Labels.of("c", "1")).increment();
        jobs.bind(Labels.of("d", "1", "e", "1")).increment();

        assertEquals(
                "{{a=\"1\"}=1.0, {b=\"1\"}=1.0, {otel_metric_overflow=\"true\"}=2.0}",
                values("jobs").toString());
        assertEquals(2, registry.families().overflowed());
        assertEquals(0, jobs.overflow().labelSets());
    }

    @Test
    void evictedSeriesGivesItsPlaceAndReturns() {
        Labelled<Counter> jobs =
                registry.counter("jobs").anyLabels().cardinalityLimit(1).register();
        Counter first = jobs.bind(Labels.of("a", "1"));
        first.add(7);
        assertTrue(jobs.evict(Labels.of("a", "1")));
        assertFalse(jobs.evict(Labels.of("a", "2")));
        assertEquals("{}", values("jobs").toString());

        first.increment();

        values("jobs"); // the collect that finds it recorded to
        assertEquals("{{a=\"1\"}=1.0}", values("jobs").toString());
        assertEquals(7, jobs.evicted().total());
    }

    @Test
    void callbacksHaveOtherLabelNames() {
        Observed sizes = registry.observedGauge("sizes").anyLabels().register();
        DoubleSupplier two = () -> 2;
        sizes.add(() -> 1, Labels.of()).add(two, Labels.of("q", "a")).add(() -> 3, Labels.of("q", "a", "r", "b"));
        assertEquals(
                "{{q=\"a\", r=\"b\"}=3.0, {q=\"a\"}=2.0, {}=1.0}",
                values("sizes").toString());

        assertTrue(sizes.remove(two, Labels.of("q", "a")));
        assertFalse(sizes.remove(two, Labels.of("q", "a")));

        assertEquals("{{q=\"a\", r=\"b\"}=3.0, {}=1.0}", values("sizes").toString());
    }

    @Test
    void aNameHasFixedLabelsOrAny() {
        Labelled<Counter> any = registry.counter("any").anyLabels().register();
        Labelled<Counter> fixed = registry.counter("fixed").labels("a").register();

        assertSame(any, registry.counter("any").anyLabels().register());
        assertThrows(IllegalArgumentException.class, () -> any.bind("1"));
        assertThrows(IllegalArgumentException.class, () -> any.evict("1"));
        assertThrows(IllegalArgumentException.class, () -> fixed.bind(Labels.of("a", "1")));
        assertThrows(
                IllegalArgumentException.class, () -> registry.counter("any").register());
        assertEquals(
                "Cannot register counter \"any\" (unit none, labels [a]): it exists as (unit none, labels of any names). One "
                        + "name has one unit and one set of labels in every exposition format. Rename one of them, or ask for "
                        + "the existing one as it is.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> registry.counter("any").labels("a").register())
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Labels.of("a"));
        assertThrows(IllegalArgumentException.class, () -> Labels.of("a", "1", "a", "2"));
        assertThrows(IllegalArgumentException.class, () -> Labels.of("not a name", "1"));
    }

    /** A product with 0.1 would be 0.30000000000000004, and every wire says what a reader expects. */
    @Test
    void fractionsOfAUnitAreRoundedOnce() {
        assertEquals(0.3, HistogramReading.inUnit(3, 1.0 / 10));
        assertEquals(0.3, HistogramReading.inUnit(300_000_000, 1e-9));
        assertEquals(3, HistogramReading.inUnit(3, 1));
    }

    @Test
    void fractionsOfTheUnitAreRecordedAsWholeNumbers() {
        Histogram amounts = registry.histogram("amounts").perUnit(1000).register();
        amounts.record(1500);
        amounts.record(250);

        assertEquals(1.75, values("amounts").get("{}"), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> registry.timer("t").perUnit(10));
        assertThrows(IllegalArgumentException.class, () -> registry.histogram("amounts")
                .register());
    }
}
