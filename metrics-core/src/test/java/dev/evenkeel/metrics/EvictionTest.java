package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class EvictionTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong millis = new AtomicLong(1000);
    private final MetricRegistry registry = MetricRegistry.builder()
            .nanoClock(nanos::get)
            .wallClock(millis::get)
            .build();
    private final Labelled<Counter> requests = registry.counter("requests")
            .labels("route")
            .cardinalityLimit(3)
            .idleTtl(Duration.ofMinutes(5))
            .register();

    private void minutes(int n) {
        nanos.addAndGet(n * 60_000_000_000L);
        millis.addAndGet(n * 60_000L);
    }

    private static void collectGarbageUntil(BooleanSupplier done) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        boolean isDone = done.getAsBoolean();
        while (!isDone && System.nanoTime() < deadline) {
            System.gc();
            isDone = done.getAsBoolean();
        }
        assertTrue(isDone);
    }

    @Test
    void idleSeriesIsShownNoMoreAndItsCountIsKept() {
        requests.bind("/a").add(7);
        requests.bind("/b").add(2);
        registry.snapshot();
        minutes(4);
        requests.bind("/b").add(1);
        registry.snapshot();
        minutes(1);

        Snapshot snapshot = registry.snapshot();

        assertTrue(snapshot.find("requests", "/a").isEmpty());
        assertEquals(3.0, snapshot.value("requests", "/b"));
        assertEquals(new Evicted(1, 7), requests.evicted());
        assertEquals(1.0, registry.snapshot().value("evenkeel.evicted"));
    }

    @Test
    void labelSetThatReturnsStartsAnew() {
        requests.bind("/a").add(7);
        registry.snapshot();
        minutes(5);
        registry.snapshot();
        minutes(1);

        requests.bind("/a").add(2);

        assertEquals(2.0, registry.snapshot().value("requests", "/a"));
        assertEquals(millis.get(), requests.bind("/a").startEpochMillis());
        assertEquals(new Evicted(1, 7), requests.evicted());
    }

    @Test
    void evictedInstrumentThatIsStillHeldIsListedAgainWhenRecordedTo() {
        Counter held = requests.bind("/a");
        held.add(7);
        assertTrue(requests.evict("/a"));
        registry.snapshot();
        assertTrue(registry.snapshot().find("requests", "/a").isEmpty());
        minutes(1);

        held.add(5);

        assertEquals(5.0, registry.snapshot().value("requests", "/a"));
        assertEquals(5, held.sum());
        assertEquals(millis.get(), held.startEpochMillis());
        assertSame(held, requests.bind("/a"));
    }

    @Test
    void whoAsksForTheLabelsOfAHeldInstrumentGetsThatInstrument() {
        Counter held = requests.bind("/a");
        held.add(7);
        requests.evict("/a");
        registry.snapshot();

        assertSame(held, requests.bind("/a"));
        assertEquals(0.0, registry.snapshot().value("requests", "/a"));
    }

    @Test
    void evictedSeriesMakesRoomUnderTheLimit() {
        for (String route : new String[] {"/a", "/b", "/c", "/d"}) {
            requests.bind(route).increment();
        }
        assertEquals(1.0, registry.snapshot().value("requests", "true"));
        requests.evict("/b");
        registry.snapshot();

        requests.bind("/e").add(4);

        assertEquals(4.0, registry.snapshot().value("requests", "/e"));
        assertEquals(
                "{otel_metric_overflow=\"true\"}", requests.bind("/f").labels().toString());
    }

    @Test
    void heldInstrumentWithoutRoomCountsInTheOverflowSeries() {
        Counter held = requests.bind("/a");
        held.add(7);
        requests.evict("/a");
        registry.snapshot();
        requests.bind("/b");
        requests.bind("/c");
        requests.bind("/d");

        held.add(5);
        registry.snapshot();
        held.add(6);
        registry.snapshot();

        assertEquals(11.0, registry.snapshot().value("requests", "true"));
        assertTrue(registry.snapshot().find("requests", "/a").isEmpty());
        assertEquals(new Evicted(1, 7), requests.evicted());
    }

    @Test
    void collectingThreadGetsNoCellsForWhatItMovesToTheOverflowSeries() throws InterruptedException {
        Counter held = requests.bind("/a");
        requests.evict("/a");
        registry.snapshot();
        requests.bind("/b");
        requests.bind("/c");
        requests.bind("/d");
        Threads.together(1, t -> held.add(5));

        registry.snapshot();

        assertEquals(5.0, registry.snapshot().value("requests", "true"));
        assertEquals(0, registry.core().slabs().ownedSlabs());
    }

    @Test
    void cellsOfUnreachableSeriesGoToTheNextWhichStartsAtZero() {
        Set<Integer> slots = new HashSet<>();
        AtomicInteger tries = new AtomicInteger();
        collectGarbageUntil(() -> {
            registry.snapshot();
            return !slots.add(countAndEvict("/try" + tries.incrementAndGet()));
        });

        Counter next = requests.bind("/try" + tries.get());
        next.add(3);

        assertEquals(10, next.sum());
    }

    private int countAndEvict(String route) {
        Counter counter = requests.bind(route);
        assertEquals(0, counter.sum(), "starts where the one before ended");
        counter.add(7);
        requests.evict(route);
        return counter.slot();
    }

    @Test
    void whatIsRecordedAfterAnEvictionIsNotLostWithTheInstrument() {
        recordAfterEviction(requests.bind("/a"));
        collectGarbageUntil(() -> {
            Snapshot snapshot = registry.snapshot();
            return snapshot.value("requests", "/a") == 4 || requests.evicted().total() == 11;
        });

        assertEquals(11, requests.evicted().total() + (long) registry.snapshot().value("requests", "/a"));
    }

    private void recordAfterEviction(Counter counter) {
        counter.add(7);
        requests.evict("/a");
        registry.snapshot();
        counter.add(4);
    }

    @Test
    void histogramStartsAnew() {
        Labelled<Histogram> sizes = registry.histogram("size").labels("k").register();
        Histogram held = sizes.bind("a");
        held.record(10);
        held.record(1000);
        sizes.evict("a");
        registry.snapshot();
        assertTrue(registry.snapshot().find("size", "a").isEmpty());

        held.record(500);

        HistogramPoint point =
                registry.snapshot().find("size", "a").orElseThrow().histogram();
        assertEquals(1, point.count());
        assertEquals(500.0, point.sum());
        assertEquals(new Evicted(1, 2), sizes.evicted());
    }

    @Test
    void idleGaugeGoesAndComesBackWithTheNextWrite() {
        Labelled<Gauge> depth = registry.gauge("depth")
                .labels("queue")
                .idleTtl(Duration.ofMinutes(5))
                .register();
        Gauge held = depth.bind("q");
        held.set(3);
        registry.snapshot();
        minutes(4);
        held.set(3);
        registry.snapshot();
        minutes(4);
        assertEquals(3.0, registry.snapshot().value("depth", "q"));
        minutes(5);
        assertTrue(registry.snapshot().find("depth", "q").isEmpty());

        held.set(3);

        assertEquals(3.0, registry.snapshot().value("depth", "q"));
    }

    @Test
    void seriesThatIsNotThereIsNotEvicted() {
        assertFalse(requests.evict("/never"));
        assertThrows(IllegalArgumentException.class, () -> requests.evict("/a", "201"));
    }

    @Test
    void ttlBelowASecondIsRefused() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> registry.counter("c").labels("k").idleTtl(Duration.ofMillis(999)));

        assertEquals(
                "Cannot evict series of \"c\" after PT0.999S: a series must live longer than the interval between two "
                        + "collects, or nobody sees it. Use some minutes, such as Duration.ofMinutes(15).",
                e.getMessage());
    }

    @Test
    void seriesIsNotEvictedWhileAnotherCollectIsVisited() {
        requests.bind("/a").add(7);
        requests.bind("/b").add(1);
        CollectVisitor slow = new SnapshotVisitor() {
            @Override
            public void longCounter(Series series, long value) {
                if (series.toString().contains("/a")) {
                    requests.evict("/b");
                    registry.snapshot();
                }
                super.longCounter(series, value);
            }
        };

        registry.collect(slow);

        assertEquals(1.0, ((SnapshotVisitor) slow).snapshot().value("requests", "/b"));
        assertTrue(registry.snapshot().find("requests", "/b").isEmpty());
    }
}
