package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LabelledTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    @SuppressWarnings("StringOperationCanBeSimplified") // equal, but not the same object
    void equalValuesFindTheSameInstrument() {
        Labelled<Counter> one = registry.counter("one").labels("a").register();
        Labelled<Counter> two = registry.counter("two").labels("a", "b").register();
        Labelled<Counter> three =
                registry.counter("three").labels("a", "b", "c").register();
        Labelled<Counter> four =
                registry.counter("four").labels("a", "b", "c", "d").register();

        assertSame(one.bind("x"), one.bind(new String("x")));
        assertSame(two.bind("x", "y"), two.bind(new String("x"), new String("y")));
        assertSame(three.bind("x", "y", "z"), three.bind(new String("x"), "y", new String("z")));
        assertSame(four.bind("w", "x", "y", "z"), four.bind(new String("w"), "x", "y", "z"));
        assertSame(two.bind("x", "y"), two.bind(new String[] {"x", "y"}));
        assertNotSame(two.bind("x", "y"), two.bind("y", "x"));
    }

    @Test
    void thousandCombinationsStayApart() {
        Labelled<Counter> counters =
                registry.counter("requests").labels("route", "status").register();
        Set<Counter> distinct = Collections.newSetFromMap(new IdentityHashMap<>());

        for (int route = 0; route < 40; route++) {
            for (int status = 0; status < 25; status++) {
                Counter counter = counters.bind("/r" + route, "s" + status);
                counter.add(route * 100L + status);
                distinct.add(counter);
            }
        }

        assertEquals(1000, distinct.size());
        Snapshot snapshot = registry.snapshot();
        for (int route = 0; route < 40; route++) {
            for (int status = 0; status < 25; status++) {
                assertEquals(route * 100 + status, snapshot.value("requests", "/r" + route, "s" + status));
            }
        }
    }

    @Test
    void collidingHashesStayApart() {
        Labelled<Counter> counters = registry.counter("requests").labels("a").register();

        assertEquals("Aa".hashCode(), "BB".hashCode());
        counters.bind("Aa").add(1);
        counters.bind("BB").add(2);

        assertEquals(1, counters.bind("Aa").sum());
        assertEquals(2, counters.bind("BB").sum());
    }

    /** No wire can carry half a character: kept apart here, both would be one series there, with two values. */
    @Test
    void anUnpairedSurrogateIsTheReplacementCharacter() {
        Labelled<Counter> counters =
                registry.counter("requests").labels("a", "b", "c", "d").register();

        counters.bind("\uD83D", "x\uDE00y", "\uD83D\uDE00", "").add(1);
        counters.bind("\uDE00", "x\uD83Dy", "\uD83D\uDE00", "").add(2);

        assertSame(
                counters.bind("\uFFFD", "x\uFFFDy", "\uD83D\uDE00", ""),
                counters.bind("\uD83D", "x\uD83Dy", "\uD83D\uDE00", ""));
        assertEquals(3, counters.bind("\uFFFD", "x\uFFFDy", "\uD83D\uDE00", "").sum());
        assertEquals(
                1,
                registry.snapshot().points().stream()
                        .filter(point -> point.descriptor().name().equals("requests"))
                        .count());
        Observed observed = registry.observedGauge("o").labels("a").register();
        observed.add(() -> 1, "\uD83D").add(() -> 2, "\uDE00");
        assertEquals(2.0, registry.snapshot().value("o", "\uFFFD"));
    }

    @Test
    void lateLabelSetGoesToOverflow() {
        Labelled<Counter> counters =
                registry.counter("requests").labels("user").cardinalityLimit(2).register();
        counters.bind("a").increment();
        counters.bind("b").increment();

        counters.bind("c").increment();
        counters.bind("d").add(10);
        counters.bind("a").increment();

        assertSame(counters.bind("c"), counters.bind("d"));
        Snapshot snapshot = registry.snapshot();
        assertEquals(2.0, snapshot.value("requests", "a"));
        assertEquals(1.0, snapshot.value("requests", "b"));
        Point overflow = snapshot.find("requests", "true").orElseThrow();
        assertEquals("{otel_metric_overflow=\"true\"}", overflow.labels().toString());
        assertEquals(11.0, overflow.value());
        assertEquals(2.0, snapshot.value("evenkeel.dropped", "overflowed"), "records, not look-ups");
        assertTrue(snapshot.find("requests", "c").isEmpty());
    }

    @RepeatedTest(20)
    void racingThreadsNeverPassTheLimit() throws Exception {
        Labelled<Counter> counters =
                registry.counter("requests").labels("k").cardinalityLimit(100).register();
        int threads = 8;
        int perThread = 400;

        Threads.together(threads, t -> {
            for (int i = 0; i < perThread; i++) {
                counters.bind("k" + (i * (t + 1)) % 331).increment();
            }
        });

        double sum = 0;
        Set<Labels> labels = new HashSet<>();
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals("requests")) {
                sum += point.value();
                assertTrue(labels.add(point.labels()), () -> "listed twice: " + point.labels());
            }
        }
        assertEquals(101, labels.size(), "100 series and the overflow series");
        assertEquals(threads * perThread, sum);
    }

    @Test
    void wrongNumberOfValuesIsRefused() {
        Labelled<Counter> counters =
                registry.counter("requests").labels("route", "status").register();

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> counters.bind("/pay"));

        assertEquals(
                "Cannot find a series of \"requests\": it has 2 labels [route, status], and got 1 value [/pay]. A series "
                        + "needs one value for each label, in the declared order.",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> counters.bind("a", "b", "c"));
        assertThrows(IllegalArgumentException.class, () -> counters.bind("a", "b", "c", "d"));
    }

    @Test
    void overflowWarningNamesTheWorstLabel() {
        Labelled<Counter> counters = registry.counter("http.server.request.duration")
                .labels("route", "user_id")
                .cardinalityLimit(3)
                .register();
        for (int i = 0; i < 5; i++) {
            counters.bind("/pay", "u" + i);
        }

        assertEquals(
                "Instrument \"http.server.request.duration\" reached its cardinality limit of 3 series; measurements with new "
                        + "label sets now go to the overflow series {otel_metric_overflow=\"true\"}. Most distinct values: "
                        + "user_id (3). Drop or group that label, or raise cardinalityLimit(..). Logged once per instrument.",
                counters.warning());
    }

    @Test
    void missingValueIsRefused() {
        Labelled<Counter> counters =
                registry.counter("requests").labels("route", "status").register();

        assertEquals(
                "v2",
                assertThrows(NullPointerException.class, () -> counters.bind("/pay", null))
                        .getMessage());
    }
}
