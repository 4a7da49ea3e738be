package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CyclicBarrier;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObservedTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private Observed gauge(String name) {
        return registry.observedGauge(name).labels("who").register();
    }

    @Test
    void removedSeriesIsAbsentAndItsCallbackIsNotCalled() {
        int[] calls = {0};
        DoubleSupplier a = () -> ++calls[0];
        Observed gauge = gauge("g").add(a, "a").add(() -> 7, "b");

        assertTrue(gauge.remove(a, "a"));
        assertFalse(gauge.remove(a, "a"));
        Snapshot snapshot = registry.snapshot();

        assertEquals(Double.NaN, snapshot.value("g", "a"));
        assertEquals(7, snapshot.value("g", "b"));
        assertEquals(0, calls[0]);
    }

    @Test
    void whoWasReplacedRemovesNothing() {
        DoubleSupplier old = () -> 1;
        DoubleSupplier fresh = () -> 2;
        Observed gauge = gauge("g").add(old, "a").add(fresh, "a");

        assertFalse(gauge.remove(old, "a"));

        assertEquals(2, registry.snapshot().value("g", "a"));
    }

    @Test
    void removeNeedsOneValueForEachLabel() {
        Observed gauge = gauge("g");

        assertThrows(IllegalArgumentException.class, () -> gauge.remove(() -> 1));
    }

    /** The place of a removed series goes to the next one, in the middle of a collect too: nobody sees the other's value. */
    @Test
    void seriesAddedDuringACollectDoesNotShowTheReadingOfTheOneItReplaced() {
        DoubleSupplier a = () -> 41;
        Observed first = gauge("a").add(a, "a");
        Observed last = gauge("z");
        last.add(
                () -> {
                    if (first.remove(a, "a")) { // observed already in this collect
                        last.add(() -> 42, "later");
                    }
                    return 1;
                },
                "trigger");

        Snapshot during = registry.snapshot();
        Snapshot after = registry.snapshot();

        assertEquals(Double.NaN, during.value("a", "a"));
        assertEquals(Double.NaN, during.value("z", "later"));
        assertEquals(42, after.value("z", "later"));
    }

    @Test
    void counterThatTakesAFreedPlaceIsNewToDeltaReaders() {
        DoubleSupplier a = () -> 100;
        Observed counter =
                registry.observedCounter("c").labels("who").register().add(a, "a");
        try (MetricReader reader = registry.deltaReader()) {
            reader.snapshot();
            counter.remove(a, "a");
            counter.add(() -> 30, "b");

            Snapshot delta = reader.snapshot();

            assertEquals(30, delta.value("c", "b"));
            assertEquals(Double.NaN, delta.value("c", "a"));
        }
    }

    @Test
    void addingAndRemovingForEverTakesNoMemory() {
        Observed gauge = gauge("g");
        DoubleSupplier value = () -> 1;
        gauge.add(value, "0").remove(value, "0");
        double before = registry.snapshot().value("evenkeel.bytes");

        for (int i = 0; i < 10_000; i++) {
            String who = Integer.toString(i);
            gauge.add(value, who);
            assertTrue(gauge.remove(value, who));
        }
        gauge.add(value, "last");

        assertEquals(before, registry.snapshot().value("evenkeel.bytes"), 10_000);
        assertEquals(1, registry.snapshot().value("g", "last"));
    }

    @Test
    void collectsMeetAddsAndRemovesWithoutHarm() throws Exception {
        Observed gauge = gauge("g");
        CyclicBarrier start = new CyclicBarrier(3);
        Thread[] churn = new Thread[2];
        for (int t = 0; t < churn.length; t++) {
            int number = t + 1;
            churn[t] = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                DoubleSupplier value = () -> number;
                for (int i = 0; i < 5_000; i++) {
                    gauge.add(value, "t" + number);
                    gauge.remove(value, "t" + number);
                }
            });
            churn[t].start();
        }
        start.await();
        while (churn[0].isAlive() || churn[1].isAlive()) {
            for (Point point : registry.snapshot().points()) {
                if (point.descriptor().name().equals("g")) {
                    assertEquals("t" + (int) point.value(), point.labels().value(0));
                }
            }
        }
        for (Thread thread : churn) {
            thread.join();
        }

        assertEquals(0, registry.snapshot().value("evenkeel.dropped", "callback_error"));
    }
}
