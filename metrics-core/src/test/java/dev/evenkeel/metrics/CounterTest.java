package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class CounterTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void sumIsZeroBeforeTheFirstRecord() {
        assertEquals(0, registry.counter("requests").register().sum());
    }

    @Test
    void incrementAddsOneAndAddAddsTheAmount() {
        Counter counter = registry.counter("requests").register();

        counter.increment();
        counter.add(41);
        counter.add(0);

        assertEquals(42, counter.sum());
    }

    @Test
    void negativeAmountIsCountedAsDroppedAndNotAdded() {
        Counter counter = registry.counter("requests").register();
        counter.add(5);

        counter.add(-1);
        counter.add(Long.MIN_VALUE);

        assertEquals(5, counter.sum());
        assertEquals(2, registry.snapshot().value("evenkeel.dropped", "negative"));
    }

    @Test
    void largestAmountIsExact() {
        Counter counter = registry.counter("bytes").unit("By").register();

        counter.add(Long.MAX_VALUE);

        assertEquals(Long.MAX_VALUE, counter.sum());
    }

    @Test
    void thousandsOfCountersOnOneThreadKeepApart() {
        Labelled<Counter> counters =
                registry.counter("many").labels("n").cardinalityLimit(5000).register();

        for (int i = 4999; i >= 0; i--) {
            counters.bind(Integer.toString(i)).add(i);
        }

        Snapshot snapshot = registry.snapshot();
        for (int i = 0; i < 5000; i++) {
            assertEquals(i, counters.bind(Integer.toString(i)).sum());
            assertEquals(i, snapshot.value("many", Integer.toString(i)));
        }
    }

    @Test
    void sameDefinitionReturnsTheSameInstrument() {
        assertSame(
                registry.counter("requests").unit("{request}").register(),
                registry.counter("requests")
                        .unit("{request}")
                        .help("other words")
                        .register());
    }
}
