package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int CALLS = 100_000;

    private final MetricRegistry registry = MetricRegistry.create();

    /** The bytes that a hundred thousand calls allocate on this thread, the reading itself taken off. */
    private static long bytesOf(Runnable calls) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        calls.run();
        calls.run();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long empty = threads.getCurrentThreadAllocatedBytes();
            calls.run();
            long after = threads.getCurrentThreadAllocatedBytes();
            least = Math.min(least, after - empty - (empty - before));
        }
        return least;
    }

    @Test
    void readingNoticesAnAllocation() {
        Object[] keep = new Object[1];

        long bytes = bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                keep[0] = new Object();
            }
        });

        assertEquals(true, bytes >= 8L * CALLS, bytes + " bytes");
    }

    @Test
    void recordsAllocateNothing() {
        Counter counter = registry.counter("counter").register();
        Gauge gauge = registry.gauge("gauge").register();
        Histogram histogram = registry.histogram("histogram").register();
        Timer timer = registry.timer("timer").digits(3).register();

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                counter.increment();
                counter.add(i);
                gauge.set(i);
                histogram.record(i);
                timer.record(i * 1000L);
            }
        }));
    }

    @Test
    void timedSectionsAllocateNothing() {
        Timer timer = registry.timer("timer")
                .windows(SlidingWindow.of(Duration.ofSeconds(10), 10))
                .register();
        Labelled<Timer> labelled = registry.timer("labelled").labels("route").register();
        Duration duration = Duration.ofMillis(3);
        Runnable nothing = () -> {};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < 10_000; i++) {
                timer.stop(timer.start());
                timer.record(duration);
                timer.time(nothing);
                Timer bound = labelled.bind("/a");
                bound.stop(bound.start());
            }
        }));
    }

    @Test
    void additionsToGroupsAllocateNothing() {
        CounterGroup two = registry.counterGroup("two").member("a").member("b").register();
        CounterGroup three = registry.counterGroup("three")
                .member("a")
                .member("b")
                .member("c")
                .register();
        CounterGroup four = registry.counterGroup("four")
                .member("a")
                .member("b")
                .member("c")
                .member("d")
                .register();
        long[] amounts = {1, 2, 3, 4};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                two.add(1, i);
                three.add(1, 2, i);
                four.add(1, 2, 3, i);
                four.add(amounts);
            }
        }));
    }

    @Test
    void additionsToGroupsInSharedCellsAllocateNothing() {
        try (MetricRegistry full = MetricRegistry.builder()
                .maxBytes(1 << 18)
                .cardinalityLimit(100_000)
                .build()) {
            CounterGroup group =
                    full.counterGroup("group").member("a").member("b").register();
            Labelled<Counter> fill = full.counter("fill").labels("k").register();
            for (int i = 0; i < 5_000; i++) {
                fill.bind("k" + i); // until no cells are left for this thread
            }

            assertEquals(0, bytesOf(() -> {
                for (int i = 0; i < CALLS; i++) {
                    group.add(1, i);
                }
            }));
            assertEquals(true, full.snapshot().value("evenkeel.memory.ladder", "shared_stripe") >= CALLS);
            assertEquals(0.0, full.snapshot().value("evenkeel.groups.spilled"));
        }
    }

    @Test
    void recordsOfTheOtherInstrumentsAllocateNothing() {
        Counter effect = registry.counter("effect").effect().register();
        DoubleCounter doubles = registry.doubleCounter("doubles").register();
        UpDownCounter upDown = registry.upDownCounter("up.down").register();
        InFlight inFlight = registry.inFlight("in.flight").register();
        MaxTracker max = registry.maxTracker("max").register();
        MinTracker min = registry.minTracker("min").register();
        CappedCounter capped = registry.cappedCounter("capped", 10).register();
        SlidingRate rate = registry.rate("rate").register();
        LocalRecorder amounts = effect.localRecorder(64);
        LocalRecorder values = registry.histogram("batched").register().localRecorder(64);

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                effect.increment();
                doubles.add(0.5);
                upDown.add(i);
                upDown.add(-i);
                try (InFlight.Scope s = inFlight.enter()) {
                    max.record(i);
                }
                min.record(i);
                capped.tryIncrement();
                rate.increment();
                amounts.record(1);
                values.record(i);
            }
        }));
    }

    @Test
    void labelledOnesAndTheirOverflowAllocateNothing() {
        Labelled<Counter> effects = registry.counter("effects")
                .effect()
                .labels("a")
                .cardinalityLimit(4)
                .register();
        Labelled<DoubleCounter> doubles = registry.doubleCounter("doubles")
                .labels("a")
                .cardinalityLimit(4)
                .register();
        Labelled<InFlight> inFlights =
                registry.inFlight("in.flight").labels("a").cardinalityLimit(4).register();
        Labelled<MaxTracker> maxima =
                registry.maxTracker("max").labels("a").cardinalityLimit(4).register();
        Labelled<CappedCounter> capped = registry.cappedCounter("capped", 10)
                .labels("a")
                .cardinalityLimit(4)
                .register();
        Labelled<SlidingRate> rates =
                registry.rate("rates").labels("a").cardinalityLimit(4).register();
        String[] values = {"a", "b", "c", "d", "e", "f", "g", "h"};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                String a = values[i & 7];
                effects.bind(a).increment();
                doubles.bind(a).add(0.5);
                inFlights.bind(a).enter().close();
                maxima.bind(a).record(i);
                capped.bind(a).tryIncrement();
                rates.bind(a).increment();
            }
        }));
    }

    @Test
    void lookUpsAllocateNothing() {
        Labelled<Counter> one = registry.counter("one").labels("a").register();
        Labelled<Counter> two = registry.counter("two").labels("a", "b").register();
        Labelled<Counter> three =
                registry.counter("three").labels("a", "b", "c").register();
        Labelled<Counter> full =
                registry.counter("full").labels("a").cardinalityLimit(1).register();
        full.bind("first");
        String[] values = new String[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = "value" + i;
        }

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                String a = values[i & 63];
                String b = values[i >> 6 & 7];
                one.bind(a).increment();
                two.bind(a, b).increment();
                three.bind(a, b, "c").increment();
                full.bind(a).increment();
            }
        }));
    }

    @Test
    void lookUpsPastTheLimitAllocateNothing() {
        Labelled<Counter> one = full("one", "a");
        Labelled<Counter> two = full("two", "a", "b");
        Labelled<Counter> three = full("three", "a", "b", "c");
        Labelled<Counter> four = full("four", "a", "b", "c", "d");
        Labelled<Histogram> histograms =
                registry.histogram("histograms").labels("a").cardinalityLimit(1).register();
        histograms.bind("first").record(1);
        String[] values = new String[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = "value" + i;
        }
        String[] late = {"u", "v", "w", "x"};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                String a = values[i & 63];
                String b = values[i >> 6 & 63];
                one.bind(a).increment();
                two.bind(a, b).increment();
                three.bind(a, b, "c").increment();
                four.bind(late).increment();
                histograms.bind(a).record(i);
            }
        }));
        assertEquals(5.0 * CALLS * 7, registry.snapshot().value("evenkeel.dropped", "overflowed"), 10);
    }

    private Labelled<Counter> full(String name, String... labels) {
        Labelled<Counter> family =
                registry.counter(name).labels(labels).cardinalityLimit(1).register();
        family.bind(labels).increment();
        return family;
    }

    @Test
    void recordsToEveryKindOfLabelledSeriesAllocateNothing() {
        Labelled<Counter> counters =
                registry.counter("counters").labels("a").cardinalityLimit(4000).register();
        Labelled<Gauge> gauges = registry.gauge("gauges").labels("a").register();
        Labelled<Timer> timers = registry.timer("timers").labels("a").register();
        Labelled<Counter> many =
                registry.counter("many").labels("a", "b", "c", "d").register();
        String[] values = new String[2048]; // so many that most of their cells lie in pages
        for (int i = 0; i < values.length; i++) {
            values[i] = "value" + i;
        }
        Counter wide = counters.bind(values[2047]);
        for (String value : values) {
            wide = counters.bind(value);
        }
        Counter bound = wide;
        String[] four = {"u", "v", "w", "x"};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                counters.bind(values[i & 2047]).increment();
                bound.increment();
                gauges.bind(values[i & 7]).set(i);
                timers.bind(values[i & 7]).record(i);
                many.bind(four).add(i);
            }
        }));
    }

    @Test
    void recordsPastTheMemoryCapAllocateNothing() throws Exception {
        Counter counter = registry.counter("counter").register();
        Histogram histogram = registry.histogram("histogram").register();
        Labelled<Counter> labelled = registry.counter("labelled").labels("a").register();
        labelled.bind("x");
        registry.core().budget().charge(registry.core().budget().remaining());

        // This thread has no slab, and gets none.
        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                counter.increment();
                histogram.record(i);
                labelled.bind("x").increment();
            }
        }));
        assertEquals(0, registry.core().slabs().ownedSlabs());
    }

    @Test
    void collectAllocatesNothingOnceWarm() {
        Labelled<Counter> counters = registry.counter("counters").labels("k").register();
        for (int i = 0; i < 500; i++) {
            counters.bind("k" + i).increment();
        }
        registry.histogram("histogram").register().record(5);
        registry.rate("rate").register().increment();
        registry.inFlight("in.flight").register().enter();
        registry.doubleCounter("doubles").register().add(1.5);
        registry.maxTracker("max").register().record(1);
        CollectVisitor nothing = new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {}

            @Override
            public void longCounter(Series series, long value) {}

            @Override
            public void doubleCounter(Series series, double value) {}

            @Override
            public void gauge(Series series, double value) {}

            @Override
            public void histogram(Series series, HistogramReading reading) {}
        };

        long perCollect = bytesOf(() -> {
                    for (int i = 0; i < 1000; i++) {
                        registry.collect(nothing);
                    }
                })
                / 1000;

        // Iterators over callbacks and over the roster; nothing that grows with the series.
        assertEquals(true, perCollect <= 1024, perCollect + " bytes per collect");
    }
}
