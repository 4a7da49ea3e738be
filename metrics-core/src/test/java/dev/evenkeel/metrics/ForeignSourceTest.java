package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForeignSourceTest {
    private static final long START = 1_700_000_000_000L;

    private final MetricRegistry registry = MetricRegistry.create();
    private double calls = 3;
    private FixedBuckets sizes = FixedBuckets.of(new double[] {1, 5}, new long[] {1, 2, 4}, 20.5);
    private final ForeignSource source = to -> {
        to.family("their_calls", Kind.COUNTER, "", "Calls.");
        to.value(calls, START, "path", "/a");
        to.value(9, ForeignVisitor.UNKNOWN_START, "path", "/b", "zone", "\uD83D");
        to.family("their_level", Kind.GAUGE, "By", "Level.");
        to.value(-2.5, START);
        to.family("their_sizes", Kind.HISTOGRAM, "", "Sizes.");
        to.histogram(sizes, START);
    };

    @AfterEach
    void close() {
        registry.close();
    }

    /** Series and what they showed, the registry's own left out. */
    private static final class Seen implements CollectVisitor {
        final Map<String, Object> values = new LinkedHashMap<>();
        final Map<String, Series> series = new LinkedHashMap<>();
        final List<String> families = new ArrayList<>();

        private void add(Series one, Object value) {
            if (!one.descriptor().name().startsWith("evenkeel.")) {
                values.put(one.toString(), value);
                series.put(one.toString(), one);
            }
        }

        @Override
        public void family(MetricDescriptor family) {
            if (!family.name().startsWith("evenkeel.")) {
                families.add(family.name());
            }
        }

        @Override
        public void longCounter(Series one, long value) {
            add(one, value);
        }

        @Override
        public void doubleCounter(Series one, double value) {
            add(one, value);
        }

        @Override
        public void gauge(Series one, double value) {
            add(one, value);
        }

        @Override
        public void histogram(Series one, HistogramReading reading) {
            add(one, reading.count());
        }

        @Override
        public void fixedHistogram(Series one, FixedBuckets buckets) {
            add(one, buckets);
        }
    }

    private Seen collect() {
        Seen seen = new Seen();
        registry.collect(seen);
        return seen;
    }

    private double leftOut(String reason) {
        return registry.snapshot().value("evenkeel.foreign.left_out", reason);
    }

    @Test
    void aSourceIsShownAfterOurOwnWithItsLabelsAndStarts() {
        registry.counter("zz").register();
        registry.addForeign(source);
        registry.addForeign(source);

        Seen seen = collect();

        assertEquals(List.of("zz", "their_calls", "their_level", "their_sizes"), seen.families);
        assertEquals(3.0, seen.values.get("their_calls{path=\"/a\"}"));
        assertEquals(9.0, seen.values.get("their_calls{path=\"/b\", zone=\"\uFFFD\"}"));
        assertEquals(-2.5, seen.values.get("their_level{}"));
        assertSame(sizes, seen.values.get("their_sizes{}"));
        assertEquals(START, series(seen, "their_calls{path=\"/a\"}").startEpochMillis());
        assertEquals(
                ManagementFactory.getRuntimeMXBean().getStartTime(),
                series(seen, "their_calls{path=\"/b\", zone=\"\uFFFD\"}").startEpochMillis());
        assertEquals(
                new MetricDescriptor("their_level", "By", "Level.", Kind.GAUGE, List.of(), 1),
                series(seen, "their_level{}").descriptor());
        assertEquals(5, collect().values.size());
        assertEquals(4.0, registry.snapshot().value("evenkeel.foreign.series"));
        Point histogram = registry.snapshot().find("their_sizes").orElseThrow();
        assertEquals(4.0, histogram.value());
    }

    private static Series series(Seen seen, String name) {
        Series series = seen.series.get(name);
        assertNotNull(series, name);
        return series;
    }

    @Test
    void theSeriesStayTheSameFromCollectToCollect() {
        registry.addForeign(source);
        Seen first = collect();

        Seen second = collect();

        first.series.forEach((name, series) -> {
            assertSame(series, second.series.get(name));
            assertSame(series.descriptor(), series(second, name).descriptor());
        });
    }

    @Test
    void whatASourceShowsNoMoreIsForgottenAndItsMemoryGivenBack() {
        AtomicReference<ForeignSource> now = new AtomicReference<>(source);
        registry.addForeign(to -> now.get().read(to));
        double halfway = 0;
        for (int i = 0; i < 1000; i++) {
            now.set(source);
            collect();
            now.set(to -> {});
            collect();
            halfway = i == 500 ? registry.snapshot().value("evenkeel.bytes") : halfway;
        }

        assertEquals(Map.of(), collect().values);
        double bytes = registry.snapshot().value("evenkeel.bytes");
        assertTrue(
                bytes - halfway < 50_000, "500 times 4 series more than halfway: " + halfway + " then, now " + bytes);
        assertEquals(0.0, registry.snapshot().value("evenkeel.foreign.series"));
    }

    @Test
    void aSourceThatFailsCostsItselfAlone() {
        registry.counter("ours").register().add(2);
        registry.addForeign(to -> {
            source.read(to);
            throw new StackOverflowError("theirs");
        });
        registry.addForeign(to -> {
            to.family("well", Kind.GAUGE, "", "");
            to.value(1, START);
        });

        assertEquals(Map.of("ours{}", 2L, "well{}", 1.0), collect().values);
        assertEquals(2.0, registry.snapshot().value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void pastTheLimitSeriesAreLeftOutAndCounted() {
        registry.addForeign(
                to -> {
                    to.family("many", Kind.GAUGE, "", "");
                    for (int i = 0; i < 5; i++) {
                        to.value(i, START, "i", "" + i);
                    }
                },
                3);

        assertEquals(3, collect().values.size());
        assertEquals(4.0, leftOut("limit"), "two in each collect");
        assertThrows(IllegalArgumentException.class, () -> registry.addForeign(source, 0));
    }

    @Test
    void ofOneNameTheFirstIsShown() {
        registry.counter("their_calls").register().add(1);
        registry.addForeign(source);
        registry.addForeign(to -> {
            to.family("their_level", Kind.GAUGE, "By", "Level.");
            to.value(77, START);
            to.family("twice", Kind.GAUGE, "", "");
            to.value(1, START, "a", "b");
            to.value(2, START, "a", "b");
            to.family("twice", Kind.GAUGE, "", "");
            to.value(3, START);
        });

        Map<String, Object> values = collect().values;

        assertEquals(1L, values.get("their_calls{}"));
        assertFalse(values.containsKey("their_calls{path=\"/a\"}"));
        assertEquals(-2.5, values.get("their_level{}"));
        assertEquals(1.0, values.get("twice{a=\"b\"}"));
        assertFalse(values.containsKey("twice{}"));
        assertEquals(2 * 5.0, leftOut("name"), "in two collects");
    }

    @Test
    void whatNoWireCouldShowIsLeftOutAndCounted() {
        registry.addForeign(to -> {
            to.value(1, START); // before any family
            to.family("", Kind.GAUGE, "", "");
            to.value(1, START);
            to.family("g", Kind.GAUGE, "", "");
            to.value(1, START, "a");
            to.value(1, START, "a", "1", "a", "2");
            to.value(1, START, "", "1");
            to.histogram(sizes, START);
            to.family("h", Kind.HISTOGRAM, "", "");
            to.value(1, START);
            to.family("u", Kind.UP_DOWN_COUNTER, "", "");
        });

        assertEquals(Map.of(), collect().values);
        assertEquals(2 * 9.0, leftOut("unfit"), "in two collects");
    }

    @Test
    void memoryThatIsSpentLeavesThemOut() {
        try (MetricRegistry small = MetricRegistry.builder().maxBytes(1 << 17).build()) {
            small.addForeign(to -> {
                to.family("many", Kind.GAUGE, "", "");
                for (int i = 0; i < 2000; i++) {
                    to.value(i, START, "i", "" + i);
                }
            });
            small.snapshot();
            Snapshot snapshot = small.snapshot();

            double shown = snapshot.value("evenkeel.foreign.series");
            assertTrue(shown > 0 && shown < 2000, shown + " series");
            assertTrue(snapshot.value("evenkeel.bytes") <= 1 << 17);
            assertEquals(2 * (2000 - shown), snapshot.value("evenkeel.foreign.left_out", "memory"));
        }
    }

    @Test
    void aDeltaReaderGetsWhatCame() {
        registry.addForeign(source);
        MetricReader reader = registry.deltaReader();
        calls = 5;
        sizes = FixedBuckets.of(new double[] {1, 5}, new long[] {1, 3, 6}, 30);
        Seen delta = new Seen();
        reader.collect(delta);

        assertEquals(2.0, delta.values.get("their_calls{path=\"/a\"}"));
        assertFalse(delta.values.containsKey("their_calls{path=\"/b\", zone=\"\uFFFD\"}"), "no change");
        assertEquals(-2.5, delta.values.get("their_level{}"));
        assertCounts(delta, 9.5, 0, 1, 2);

        calls = 1; // cleared
        sizes = FixedBuckets.of(new double[] {1, 5}, new long[] {0, 0, 6}, 99);
        Seen cleared = new Seen();
        reader.collect(cleared);

        assertEquals(1.0, cleared.values.get("their_calls{path=\"/a\"}"));
        assertCounts(cleared, 99, 0, 0, 6);
        reader.close();
        registry.removeForeign(source);
    }

    private static void assertCounts(Seen seen, double sum, long... atOrBelow) {
        FixedBuckets buckets = (FixedBuckets) seen.values.get("their_sizes{}");
        assertNotNull(buckets);
        long[] found = new long[buckets.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = buckets.countAtOrBelow(i);
        }
        assertArrayEquals(atOrBelow, found);
        assertEquals(sum, buckets.sum());
    }

    @Test
    void aSourceThatCollectsTheRegistryDoesNotLoop() {
        List<Boolean> reading = new ArrayList<>();
        List<Integer> nested = new ArrayList<>();
        registry.counter("ours").register().add(1);
        registry.addForeign(to -> {
            reading.add(registry.isReadingForeign());
            nested.add(collect().values.size());
            source.read(to);
        });

        Seen seen = collect();

        assertEquals(6 - 1, seen.values.size());
        assertEquals(List.of(true), reading);
        assertEquals(List.of(1), nested, "the nested collect shows our own alone");
        assertFalse(registry.isReadingForeign());
    }

    @Test
    void collectOwnLeavesSourcesOut() {
        registry.addForeign(source);
        Seen own = new Seen();
        registry.collectOwn(own);

        assertEquals(Map.of(), own.values);
        assertFalse(registry.isReadingForeign());
        assertEquals(4, collect().values.size());
    }

    @Test
    void aRemovedSourceAndAClosedRegistryShowNothing() {
        registry.addForeign(source);
        assertEquals(4, collect().values.size());

        assertTrue(registry.removeForeign(source));
        assertFalse(registry.removeForeign(source));
        assertEquals(Map.of(), collect().values);

        registry.addForeign(source);
        registry.close();
        assertEquals(Map.of(), collect().values);
        assertThrows(IllegalStateException.class, () -> registry.addForeign(source));
    }

    @Test
    void descriptorsAreThoseOfTheRegistryAlone() {
        registry.addForeign(source);
        registry.observedGauge("aa").unit("By").register(); // without a series
        collect();

        List<String> names =
                registry.descriptors().stream().map(MetricDescriptor::name).toList();

        assertEquals("aa", names.get(0));
        assertEquals(names.stream().sorted().toList(), names);
        assertTrue(names.contains("evenkeel.foreign.left_out"));
        assertFalse(names.contains("their_calls"));
    }

    @Test
    void bucketsThatAreNoneAreRefused() {
        for (double[] bounds : new double[][] {{2, 1}, {1, 1}, {Double.NaN, 2}, {1, Double.POSITIVE_INFINITY}}) {
            assertThrows(IllegalArgumentException.class, () -> FixedBuckets.of(bounds, new long[] {0, 0, 0}, 0));
        }
        IllegalArgumentException falling = assertThrows(
                IllegalArgumentException.class, () -> FixedBuckets.of(new double[] {1}, new long[] {2, 1}, 0));
        assertEquals(
                "Cannot show a histogram of the bounds [1.0] and the counts [2, 1]: bounds are finite and ascending, counts are"
                        + " cumulative and one more, that of all values. Sort the bounds and add the counts up.",
                falling.getMessage());
        assertThrows(IllegalArgumentException.class, () -> FixedBuckets.of(new double[] {1}, new long[] {1}, 0));
    }
}
