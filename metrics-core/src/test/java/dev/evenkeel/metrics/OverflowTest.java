package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is recorded into an overflow series is counted once for each record, whoever looked it up. */
class OverflowTest {
    private final MetricRegistry registry =
            MetricRegistry.builder().cardinalityLimit(1).build();

    private double overflowed() {
        return registry.snapshot().value("evenkeel.dropped", "overflowed");
    }

    @Test
    void lookUpsCountNothing() {
        Labelled<Counter> counters = registry.counter("c").labels("k").register();
        counters.bind("first").increment();

        counters.bind("late");
        counters.bind("later");

        assertEquals(0.0, overflowed());
    }

    @Test
    void keptHandleCountsEachRecord() {
        Labelled<Counter> counters = registry.counter("c").labels("k").register();
        counters.bind("first").add(1000);
        Counter kept = counters.bind("late");

        for (int i = 0; i < 10; i++) {
            kept.increment();
        }
        kept.add(5);
        kept.add(-5);

        assertEquals(11.0, overflowed());
        assertEquals(15, kept.sum());
        assertEquals(15.0, registry.snapshot().value("c", "true"));
    }

    @Test
    void everyInstrumentCountsItsOwn() {
        Labelled<Counter> effects = registry.counter("e").effect().labels("k").register();
        Labelled<DoubleCounter> doubles =
                registry.doubleCounter("d").labels("k").register();
        Labelled<UpDownCounter> upDowns =
                registry.upDownCounter("u").labels("k").register();
        Labelled<InFlight> inFlights = registry.inFlight("i").labels("k").register();
        Labelled<Gauge> gauges = registry.gauge("g").labels("k").register();
        Labelled<MaxTracker> maxima = registry.maxTracker("max").labels("k").register();
        Labelled<MinTracker> minima = registry.minTracker("min").labels("k").register();
        Labelled<SlidingRate> rates = registry.rate("r").labels("k").register();
        Labelled<Histogram> histograms = registry.histogram("h").labels("k").register();
        Labelled<Timer> timers = registry.timer("t").labels("k").register();

        for (String k : new String[] {"first", "late", "later"}) {
            effects.bind(k).increment();
            doubles.bind(k).add(0.5);
            upDowns.bind(k).add(-3);
            inFlights.bind(k).enter().close(); // two records
            gauges.bind(k).set(4);
            maxima.bind(k).record(1);
            minima.bind(k).record(1);
            rates.bind(k).increment();
            histograms.bind(k).record(7);
            timers.bind(k).record(7);
        }

        assertEquals(2 * 11.0, overflowed());
    }

    @Test
    void batchesCountTheirRecords() {
        Labelled<Counter> counters = registry.counter("c").labels("k").register();
        Labelled<Histogram> histograms = registry.histogram("h").labels("k").register();
        counters.bind("first");
        histograms.bind("first");

        try (LocalRecorder amounts = counters.bind("late").localRecorder(10);
                LocalRecorder values = histograms.bind("late").localRecorder(10)) {
            for (int i = 0; i < 25; i++) {
                amounts.record(4);
                values.record(i);
            }
        }

        assertEquals(50.0, overflowed());
        assertEquals(100.0, registry.snapshot().value("c", "true"));
    }

    @Test
    void manyThreadsAreExact() throws Exception {
        Labelled<Counter> counters = registry.counter("c").labels("k").register();
        Labelled<Histogram> histograms = registry.histogram("h").labels("k").register();
        counters.bind("first");
        histograms.bind("first");

        Threads.together(16, t -> {
            Counter kept = counters.bind("kept" + t);
            for (int i = 0; i < 1_000; i++) {
                kept.increment();
                counters.bind("k" + i).add(2);
                histograms.bind("k" + i).record(i);
            }
        });

        assertEquals(16 * 3_000.0, overflowed());
        assertEquals(16 * 3_000.0, registry.snapshot().value("c", "true"));
    }

    @Test
    void countSurvivesClose() {
        Labelled<Counter> counters = registry.counter("c").labels("k").register();
        Labelled<Histogram> histograms = registry.histogram("h").labels("k").register();
        counters.bind("first");
        histograms.bind("first");
        counters.bind("late").increment();
        histograms.bind("late").record(1);
        histograms.bind("late").record(1);

        registry.close();
        registry.close();
        counters.bind("late").increment();

        assertEquals(3.0, overflowed());
        assertEquals(1.0, registry.snapshot().value("evenkeel.dropped", "late"), "one record, one drop");
    }
}
