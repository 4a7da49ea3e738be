package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricReaderTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong millis = new AtomicLong(1000);
    private final MetricRegistry registry = MetricRegistry.builder()
            .nanoClock(nanos::get)
            .wallClock(millis::get)
            .build();
    private final Counter counter = registry.counter("c").register();
    private final Histogram histogram = registry.histogram("h").register();

    @Test
    void readerShowsWhatCameSinceItsOwnLastCollect() {
        counter.add(5);
        MetricReader reader = registry.deltaReader();
        counter.add(7);
        histogram.record(100);
        millis.set(2000);

        Snapshot first = reader.snapshot();
        counter.add(1);
        Snapshot second = reader.snapshot();
        Snapshot third = reader.snapshot();

        assertEquals(7.0, first.value("c"));
        assertEquals(1, first.find("h").orElseThrow().histogram().count());
        assertEquals(100.0, first.find("h").orElseThrow().histogram().sum());
        assertEquals(1.0, second.value("c"));
        assertTrue(second.find("h").isEmpty());
        assertTrue(third.find("c").isEmpty());
        assertEquals(13.0, registry.snapshot().value("c"));
        assertEquals(2000, reader.sinceEpochMillis());
    }

    @Test
    void otherInstrumentsAreShownAsWhatCameOrAsTheyAre() {
        Counter effect = registry.counter("effect").effect().register();
        DoubleCounter doubles = registry.doubleCounter("doubles").register();
        UpDownCounter upDown = registry.upDownCounter("up.down").register();
        MaxTracker max = registry.maxTracker("max").register();
        CappedCounter capped = registry.cappedCounter("capped", 10).register();
        effect.add(5);
        doubles.add(0.5);
        upDown.add(-3);
        MetricReader reader = registry.deltaReader();
        MetricReader other = registry.deltaReader();
        effect.add(2);
        doubles.add(1.25);
        upDown.add(4);
        max.record(9);
        capped.tryAdd(6);

        Snapshot first = reader.snapshot();
        doubles.add(0.75);
        Snapshot second = reader.snapshot();

        assertEquals(2.0, first.value("effect"));
        assertEquals(1.25, first.value("doubles"));
        assertEquals(1.0, first.value("up.down"));
        assertEquals(9.0, first.value("max"));
        assertEquals(6.0, first.value("capped"));
        assertTrue(second.find("effect").isEmpty());
        assertEquals(0.75, second.value("doubles"));
        assertEquals(1.0, second.value("up.down"));
        assertEquals(9.0, second.value("max"));
        assertTrue(reader.snapshot().find("doubles").isEmpty());
        assertEquals(2.0, other.snapshot().value("doubles"));
        assertEquals(2.5, registry.snapshot().value("doubles"));
    }

    @Test
    void observedCounterIsShownAsWhatCame() {
        AtomicLong reported = new AtomicLong(10);
        registry.observedCounter("o").register().add(reported::get);
        MetricReader reader = registry.deltaReader();
        reported.set(14);

        assertEquals(4.0, reader.snapshot().value("o"));
        assertTrue(reader.snapshot().find("o").isEmpty());
    }

    @Test
    void evictedSeriesLeavesItsLastDeltaToEveryReader() {
        Labelled<Counter> labelled = registry.counter("r").labels("k").register();
        Labelled<Histogram> sizes = registry.histogram("s").labels("k").register();
        MetricReader one = registry.deltaReader();
        MetricReader two = registry.deltaReader();
        labelled.bind("a").add(3);
        sizes.bind("a").record(10);
        one.snapshot();
        labelled.bind("a").add(4);
        sizes.bind("a").record(20);
        labelled.evict("a");
        sizes.evict("a");

        registry.snapshot();
        Snapshot ones = one.snapshot();
        Snapshot twos = two.snapshot();

        assertEquals(4.0, ones.value("r", "a"));
        assertEquals(7.0, twos.value("r", "a"));
        assertEquals(20.0, ones.find("s", "a").orElseThrow().histogram().sum());
        assertEquals(30.0, twos.find("s", "a").orElseThrow().histogram().sum());
        assertTrue(one.snapshot().find("r", "a").isEmpty());
    }

    @Test
    void aReaderFromTheStartBeginsWithAllThatIsStillThere() {
        Labelled<Counter> labelled = registry.counter("r").labels("k").register();
        Labelled<Histogram> sizes = registry.histogram("s").labels("k").register();
        Counter held = labelled.bind("a");
        Histogram sized = sizes.bind("a");
        held.add(3);
        sized.record(10);
        labelled.bind("b").add(1);
        labelled.evict("a");
        sizes.evict("a");
        registry.snapshot(); // evicts
        held.add(4);
        sized.record(20);
        registry.snapshot(); // lists again, from where the eviction left it
        MetricReader reader = registry.deltaReaderFromStart();

        Snapshot first = reader.snapshot();
        held.add(5);
        Snapshot second = reader.snapshot();

        assertEquals(4.0, first.value("r", "a"), "what it counted in an earlier life went with that");
        assertEquals(20.0, first.find("s", "a").orElseThrow().histogram().sum());
        assertEquals(1.0, first.value("r", "b"));
        assertEquals(5.0, second.value("r", "a"));
        assertTrue(second.find("r", "b").isEmpty());
        assertTrue(second.find("s", "a").isEmpty());
    }

    @Test
    void aSeriesThatGoesBeforeTheFirstCollectOfAReaderFromTheStartIsToldInFull() {
        Labelled<Counter> labelled = registry.counter("r").labels("k").register();
        labelled.bind("a").add(3);
        MetricReader reader = registry.deltaReaderFromStart();
        labelled.evict("a");
        registry.snapshot();

        assertEquals(3.0, reader.snapshot().value("r", "a"));
        assertTrue(reader.snapshot().find("r", "a").isEmpty());
    }

    @Test
    void twoDeltaReadersAndACumulativeOneAgreeExactlyWhileSeriesComeAndGo() throws Exception {
        Labelled<Counter> labelled =
                registry.counter("r").labels("k").cardinalityLimit(20).register();
        Labelled<Histogram> sizes =
                registry.histogram("s").labels("k").cardinalityLimit(20).register();
        List<MetricReader> readers = List.of(registry.deltaReader(), registry.deltaReader());
        long[] counted = new long[2];
        long[] sized = new long[2];
        AtomicBoolean done = new AtomicBoolean();
        int perThread = 200_000;
        long seed = System.nanoTime();
        Thread collector = new Thread(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            while (!done.get() || labelled.evicted().series() <= 10) { // some are listed still: it ends
                int r = random.nextInt(2);
                add(readers.get(r).snapshot(), counted, sized, r);
                labelled.evict("k" + random.nextInt(40));
                sizes.evict("k" + random.nextInt(40));
                if (random.nextInt(50) == 0) {
                    System.gc();
                }
            }
        });
        collector.start();

        Threads.together(4, t -> {
            SplittableRandom random = new SplittableRandom(seed + t);
            List<Counter> held = new ArrayList<>();
            for (int i = 0; i < perThread; i++) {
                Counter c = labelled.bind("k" + random.nextInt(40));
                c.increment();
                if (random.nextInt(1000) == 0) {
                    held.add(c);
                }
                if (!held.isEmpty() && random.nextInt(10) == 0) {
                    held.get(random.nextInt(held.size())).increment();
                } else {
                    c.increment();
                }
                if (random.nextInt(500) == 0) {
                    held.clear();
                }
                sizes.bind("k" + random.nextInt(40)).record(random.nextInt(1000));
            }
        });
        done.set(true);
        collector.join();
        for (int i = 0; i < 3; i++) {
            registry.snapshot(); // lists or evicts what is left
        }
        for (int r = 0; r < 2; r++) {
            add(readers.get(r).snapshot(), counted, sized, r);
        }
        Snapshot cumulative = registry.snapshot();

        long expected = 4L * perThread;
        assertEquals(2 * expected, sum(cumulative, "r") + labelled.evicted().total(), "seed " + seed);
        assertEquals(expected, sum(cumulative, "s") + sizes.evicted().total(), "seed " + seed);
        for (int r = 0; r < 2; r++) {
            assertEquals(2 * expected, counted[r], "reader " + r + ", seed " + seed);
            assertEquals(expected, sized[r], "reader " + r + ", seed " + seed);
        }
        assertTrue(labelled.evicted().series() > 10);
    }

    private static void add(Snapshot snapshot, long[] counted, long[] sized, int reader) {
        counted[reader] += sum(snapshot, "r");
        sized[reader] += sum(snapshot, "s");
    }

    private static long sum(Snapshot snapshot, String name) {
        return (long) snapshot.points().stream()
                .filter(p -> p.descriptor().name().equals(name))
                .mapToDouble(Point::value)
                .sum();
    }

    @Test
    void forgottenReaderLosesItsLeaseAndHoldsNothing() {
        Labelled<Counter> labelled = registry.counter("r").labels("k").register();
        MetricReader reader = registry.deltaReader();
        counter.add(3);
        nanos.addAndGet(MetricReader.LEASE_NANOS + 1);
        registry.snapshot();
        labelled.bind("a").increment();
        counter.add(4);

        Snapshot afterwards = reader.snapshot();
        counter.add(2);

        assertTrue(afterwards.find("c").isEmpty());
        assertEquals(2.0, reader.snapshot().value("c"));
        assertEquals(1.0, registry.snapshot().value("evenkeel.readers.expired"));
        assertEquals(1.0, registry.snapshot().value("evenkeel.readers"));
    }

    @Test
    void closedReaderSaysSoAndGivesItsMemoryBack() {
        long before = (long) registry.snapshot().value("evenkeel.readers");
        MetricReader reader = registry.deltaReader();
        assertEquals(before + 1, registry.snapshot().value("evenkeel.readers"));

        reader.close();
        reader.close();

        assertEquals(before, registry.snapshot().value("evenkeel.readers"));
        IllegalStateException e = assertThrows(IllegalStateException.class, reader::snapshot);
        assertEquals(
                "Cannot collect: this reader is closed, and what it had seen is forgotten. Make another with "
                        + "registry.deltaReader().",
                e.getMessage());
    }

    @Test
    void closedRegistryMakesNoReader() {
        registry.close();

        IllegalStateException e = assertThrows(IllegalStateException.class, registry::deltaReader);

        assertTrue(e.getMessage().startsWith("Cannot make a reader: the registry is closed"), e.getMessage());
    }
}
