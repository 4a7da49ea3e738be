package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricRegistryTest {
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(() -> 1234).build();

    /** Writes down what it is shown, the registry's own families apart. */
    private static class Recorder implements CollectVisitor {
        final List<String> seen = new ArrayList<>();
        final List<Series> series = new ArrayList<>();
        private boolean own;

        @Override
        public void begin(long epochMillis) {
            seen.add("begin " + epochMillis);
        }

        @Override
        public void family(MetricDescriptor family) {
            own = family.name().startsWith("evenkeel.");
            add("family " + family.name());
        }

        @Override
        public void longCounter(Series s, long value) {
            add("longCounter " + s + " " + value);
            series.add(s);
        }

        @Override
        public void doubleCounter(Series s, double value) {
            add("doubleCounter " + s + " " + value);
        }

        @Override
        public void gauge(Series s, double value) {
            add("gauge " + s + " " + value);
        }

        @Override
        public void histogram(Series s, HistogramReading reading) {
            add("histogram " + s + " " + reading.count());
        }

        @Override
        public void end() {
            seen.add("end");
        }

        private void add(String line) {
            if (!own) {
                seen.add(line);
            }
        }
    }

    @Test
    void collectVisitsFamiliesInOrderOfName() {
        registry.timer("z.timer").register().record(5);
        registry.counter("a.counter").labels("k").register().bind("v").add(3);
        registry.gauge("m.gauge").register().set(2.5);
        registry.observedCounter("b.observed").register().add(() -> 7);
        registry.counter("c.empty").labels("k").register();
        Recorder recorder = new Recorder();

        registry.collect(recorder);

        assertEquals(
                List.of(
                        "begin 1234",
                        "family a.counter",
                        "longCounter a.counter{k=\"v\"} 3",
                        "family b.observed",
                        "doubleCounter b.observed{} 7.0",
                        "family m.gauge",
                        "gauge m.gauge{} 2.5",
                        "family z.timer",
                        "histogram z.timer{} 1",
                        "end"),
                recorder.seen);
    }

    @Test
    void seriesIsTheSameObjectInEveryCollect() {
        registry.counter("requests").register();
        Recorder first = new Recorder();
        Recorder second = new Recorder();

        registry.collect(first);
        registry.collect(second);

        assertSame(first.series.get(0), second.series.get(0));
        assertEquals(1234, first.series.get(0).startEpochMillis());
    }

    @Test
    void callbackThatThrowsIsCountedAndOneThatSaysNanIsJustAbsent() {
        registry.observedGauge("pool.size")
                .labels("pool")
                .register()
                .add(() -> 4, "good")
                .add(() -> Double.NaN, "nan")
                .add(
                        () -> {
                            throw new IllegalStateException("closed");
                        },
                        "broken");

        Snapshot snapshot = registry.snapshot();
        Snapshot next = registry.snapshot();

        assertEquals(4.0, snapshot.value("pool.size", "good"));
        assertTrue(snapshot.find("pool.size", "nan").isEmpty());
        assertTrue(snapshot.find("pool.size", "broken").isEmpty());
        assertEquals(1.0, next.value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void familyWithoutAReadingIsNotShown() {
        registry.observedGauge("absent").register().add(() -> {
            throw new AssertionError("not on this platform");
        });
        Recorder recorder = new Recorder();

        registry.collect(recorder);

        assertEquals(List.of("begin 1234", "end"), recorder.seen);
    }

    @Test
    void callbackAddedDuringACollectIsAbsentFromIt() {
        Observed observed = registry.observedGauge("b").labels("n").register();
        observed.add(() -> 1, "0");
        List<Double> values = new ArrayList<>();
        registry.counter("a").register();

        registry.collect(new Recorder() {
            @Override
            public void longCounter(Series s, long value) {
                for (int i = 1; i < 100; i++) {
                    observed.add(() -> 2, Integer.toString(i));
                }
            }

            @Override
            public void gauge(Series s, double value) {
                if (s.descriptor().name().equals("b")) {
                    values.add(value);
                }
            }
        });

        assertEquals(List.of(1.0), values);
        assertEquals(2.0, registry.snapshot().value("b", "99"));
    }

    @Test
    void secondCallbackOfOneSeriesReplacesTheFirst() {
        Observed observed = registry.observedGauge("pool.size").register();
        observed.add(() -> 1);

        observed.add(() -> 2);

        assertEquals(2.0, registry.snapshot().value("pool.size"));
    }

    @Test
    void nameOfAnotherTypeIsRefused() {
        registry.histogram("http.server.request.duration")
                .unit("s")
                .labels("route", "status")
                .register();

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> registry.counter("http.server.request.duration")
                        .register());

        assertEquals(
                "Cannot register counter \"http.server.request.duration\": a histogram of that name exists (unit s, labels "
                        + "[route, status]). One name has one type in every exposition format. Rename one of them, or "
                        + "fetch the existing one with registry.histogram(\"http.server.request.duration\").",
                e.getMessage());
    }

    @Test
    void nameOfEachOtherTypeIsRefusedWithTheWayToTheExistingOne() {
        registry.upDownCounter("u").register();
        registry.inFlight("i").register();
        registry.doubleCounter("d").register();
        registry.maxTracker("max").register();
        registry.minTracker("min").register();
        registry.rate("r").register();
        registry.observedGauge("o").register();

        assertEquals(
                "Cannot register double counter \"u\": an up-down counter of that name exists (unit none, no labels). One "
                        + "name has one type in every exposition format. Rename one of them, or fetch the existing one "
                        + "with registry.upDownCounter(\"u\").",
                assertThrows(IllegalArgumentException.class, () -> registry.doubleCounter("u")
                                .register())
                        .getMessage());
        assertWayTo("an in-flight gauge", "inFlight(\"i\")");
        assertWayTo("a double counter", "doubleCounter(\"d\")");
        assertWayTo("a max tracker", "maxTracker(\"max\")");
        assertWayTo("a min tracker", "minTracker(\"min\")");
        assertWayTo("a rate", "rate(\"r\")");
        assertWayTo("an observed gauge", "observedGauge(\"o\")");
    }

    private void assertWayTo(String what, String call) {
        String name = call.substring(call.indexOf('"') + 1, call.lastIndexOf('"'));

        String message = assertThrows(IllegalArgumentException.class, () -> registry.counter(name)
                        .register())
                .getMessage();

        assertTrue(message.contains(": " + what + " of that name exists ("), message);
        assertTrue(message.endsWith("fetch the existing one with registry." + call + "."), message);
    }

    @Test
    void illegalNameIsRefusedForEachType() {
        assertEquals(
                "Cannot register max tracker \"9lives\": a name is 1 to 255 characters, a letter first, then letters, "
                        + "digits and . _ - /, so that every exposition format can spell it. Example: "
                        + "http.server.request.duration.",
                assertThrows(IllegalArgumentException.class, () -> registry.maxTracker("9lives"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> registry.doubleCounter(""));
        assertThrows(IllegalArgumentException.class, () -> registry.upDownCounter("a b"));
        assertThrows(IllegalArgumentException.class, () -> registry.inFlight("_a"));
        assertThrows(IllegalArgumentException.class, () -> registry.minTracker("a,b"));
        assertThrows(IllegalArgumentException.class, () -> registry.cappedCounter("", 1));
        assertThrows(IllegalArgumentException.class, () -> registry.rate("a b"));
    }

    @Test
    void idleTtlIsRefusedWhereNothingIsEvicted() {
        Duration ttl = Duration.ofMinutes(15);
        assertEquals(
                "Cannot evict series of \"u\": an up-down counter would lose what it holds, or forget a promise. Leave "
                        + "idleTtl(..) out, and limit its label values.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> registry.upDownCounter("u").labels("x").idleTtl(ttl))
                        .getMessage());
        assertEvictable(false, registry.upDownCounter("up"));
        assertEvictable(false, registry.inFlight("inflight"));
        assertEvictable(false, registry.doubleCounter("double"));
        assertEvictable(false, registry.maxTracker("max"));
        assertEvictable(false, registry.minTracker("min"));
        assertEvictable(false, registry.cappedCounter("capped", 3));
        assertEvictable(false, registry.rate("rate"));
        assertEvictable(true, registry.counter("counter"));
        assertEvictable(true, registry.counter("effect").effect());
        assertEvictable(true, registry.gauge("gauge"));
        assertEvictable(true, registry.histogram("histogram"));
        assertEvictable(true, registry.timer("timer"));
    }

    /** The builder, the series and evict(..) must say the same. */
    private static <T extends Series> void assertEvictable(boolean expected, InstrumentBuilder<T> builder) {
        LabelledBuilder<T> labelled = builder.labels("k");
        boolean refused = false;
        try {
            labelled.idleTtl(Duration.ofMinutes(15));
        } catch (IllegalArgumentException e) {
            refused = true;
        }
        assertEquals(expected, !refused, builder.name());
        Labelled<T> instruments = labelled.register();
        assertEquals(expected, instruments.bind("v").evictable(), builder.name());
        if (expected) {
            assertTrue(instruments.evict("v"));
        } else {
            assertThrows(IllegalStateException.class, () -> instruments.evict("v"));
        }
    }

    @Test
    void limitOfZeroIsRefused() {
        assertEquals(
                "Cannot limit \"a\" to 0 series: an instrument needs at least one. Use 1 or more; the default is 2000.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> registry.rate("a").labels("x").cardinalityLimit(0))
                        .getMessage());
    }

    @Test
    void nullIsRefusedByItsName() {
        assertEquals(
                "label",
                assertThrows(NullPointerException.class, () -> registry.inFlight("a")
                                .labels("x", null))
                        .getMessage());
        assertEquals(
                "name",
                assertThrows(NullPointerException.class, () -> registry.rate(null))
                        .getMessage());
        assertEquals(
                "length",
                assertThrows(NullPointerException.class, () -> registry.rate("a")
                                .window(null, 3))
                        .getMessage());
    }

    @Test
    void nameOfAnotherShapeIsRefused() {
        registry.counter("bytes").unit("By").register();

        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> registry.counter("bytes").labels("direction").register());

        assertEquals(
                "Cannot register counter \"bytes\" (unit none, labels [direction]): it exists as (unit By, no labels). One "
                        + "name has one unit and one set of labels in every exposition format. Rename one of them, or "
                        + "ask for the existing one as it is.",
                e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.observedCounter("bytes").unit("By").register());
    }

    @Test
    void wrongInputIsRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> registry.counter(""));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("9lives"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a b"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a".repeat(256)));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a").unit("per second"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a").labels());
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a").labels("x", "x"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a").labels("1x"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a").labels("otel_metric_overflow"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a")
                .labels("1", "2", "3", "4", "5", "6", "7", "8", "9"));
        assertThrows(IllegalArgumentException.class, () -> registry.counter("a").digits(2));
        assertThrows(
                IllegalArgumentException.class, () -> registry.histogram("a").digits(0));
        assertThrows(
                IllegalArgumentException.class, () -> registry.histogram("a").digits(4));
        assertThrows(IllegalArgumentException.class, () -> registry.timer("a").unit("ms"));
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.counter("a").labels("x").cardinalityLimit(0));
        assertThrows(
                IllegalArgumentException.class, () -> MetricRegistry.builder().maxBytes(1024));
        registry.counter("a".repeat(255))
                .labels("a", "b", "c", "d", "e", "f", "g", "h")
                .register();
    }

    @Test
    void registryDescribesItself() {
        registry.counter("requests").register().increment();

        Snapshot snapshot = registry.snapshot();
        Snapshot next = registry.snapshot();

        assertEquals(1.0, snapshot.value("evenkeel.slabs", "owned"));
        assertEquals(0.0, snapshot.value("evenkeel.slabs", "spare"));
        assertEquals(1.0, snapshot.value("evenkeel.slabs", "striped"));
        assertTrue(snapshot.value("evenkeel.bytes") > 0);
        assertEquals(snapshot.points().size(), snapshot.value("evenkeel.series"));
        assertEquals(0.0, snapshot.value("evenkeel.dropped", "late"));
        assertEquals(0.0, snapshot.value("evenkeel.memory.ladder", "shared_stripe"));
        assertEquals(1.0, next.value("evenkeel.collect.duration"));
    }

    @Test
    void snapshotTellsAbsentFromZero() {
        Snapshot snapshot = registry.snapshot();

        assertEquals(1234, snapshot.epochMillis());
        assertTrue(Double.isNaN(snapshot.value("nowhere")));
    }

    @Test
    void visitorThatThrowsDoesNotSpoilTheNextCollect() {
        registry.counter("requests").register().add(2);
        CollectVisitor broken = new Recorder() {
            @Override
            public void longCounter(Series s, long value) {
                throw new IllegalStateException("pipe closed");
            }
        };

        assertThrows(IllegalStateException.class, () -> registry.collect(broken));

        assertEquals(2.0, registry.snapshot().value("requests"));
    }

    @Test
    void visitorMayCollectAgain() {
        Counter counter = registry.counter("requests").register();
        counter.add(2);
        double[] inner = new double[1];

        registry.collect(new Recorder() {
            @Override
            public void longCounter(Series s, long value) {
                inner[0] = registry.snapshot().value("requests");
            }
        });

        assertEquals(2.0, inner[0]);
    }

    @Test
    void recordsAfterCloseAreCountedAsLate() throws Exception {
        Counter counter = registry.counter("requests").register();
        Gauge gauge = registry.gauge("gauge").register();
        Timer timer = registry.timer("timer").register();
        counter.add(5);
        timer.record(5);

        registry.close();
        registry.close();
        counter.increment();
        counter.increment();
        gauge.set(4);
        timer.record(3);
        Threads.together(1, i -> counter.increment());

        Snapshot snapshot = registry.snapshot();
        assertEquals(5.0, snapshot.value("evenkeel.dropped", "late"));
        assertEquals(0.0, snapshot.value("evenkeel.slabs", "owned"));
        assertEquals(0, counter.sum());
        assertEquals(0.0, gauge.value());
        assertFalse(snapshot.find("requests").isPresent());
        assertEquals(0.0, snapshot.value("evenkeel.memory.ladder", "shared_stripe"));
    }

    @Test
    void registeringAfterCloseIsRefused() {
        registry.close();

        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> registry.counter("late").register());

        assertEquals(
                "Cannot register counter \"late\": the registry is closed, and what it counted would reach nobody. "
                        + "Register instruments before close(), or create a new registry.",
                e.getMessage());
    }
}
