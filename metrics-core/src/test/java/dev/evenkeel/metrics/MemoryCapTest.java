package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MemoryCapTest {
    private static final long CAP = 256 * 1024;

    private final MetricRegistry registry =
            MetricRegistry.builder().maxBytes(CAP).cardinalityLimit(100_000).build();

    private double bytes() {
        return registry.snapshot().value("evenkeel.bytes");
    }

    private double rung(String rung) {
        return registry.snapshot().value("evenkeel.memory.ladder", rung);
    }

    @Test
    void recordersShareStripesPastTheCapAndLoseNothing() throws Exception {
        Labelled<Counter> counters = registry.counter("requests").labels("k").register();
        for (int i = 0; i < 300; i++) {
            counters.bind("k" + i);
        }
        int threads = 200;
        CountDownLatch allRecorded = new CountDownLatch(threads);

        Threads.together(threads, t -> {
            for (int i = 0; i < 300; i++) {
                counters.bind("k" + i).increment();
            }
            allRecorded.countDown();
            try {
                allRecorded.await(); // all alive together, so that no slab is adopted
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        for (int i = 0; i < 300; i++) {
            assertEquals(threads, counters.bind("k" + i).sum(), "k" + i);
        }
        assertTrue(rung("shared_stripe") > 0);
        assertTrue(bytes() <= CAP, () -> bytes() + " bytes");
    }

    @Test
    void newSeriesGoToOverflowPastTheCap() {
        Labelled<Counter> counters = registry.counter("requests").labels("k").register();

        for (int i = 0; i < 5000; i++) {
            counters.bind("k" + i).increment();
        }

        Snapshot snapshot = registry.snapshot();
        double sum = snapshot.points().stream()
                .filter(p -> p.descriptor().name().equals("requests"))
                .mapToDouble(Point::value)
                .sum();
        assertEquals(5000.0, sum);
        assertTrue(snapshot.value("requests", "true") > 0);
        assertTrue(rung("overflow_series") > 0);
        assertSame(counters.bind("new"), counters.bind("newer"));
        assertTrue(bytes() <= CAP, () -> bytes() + " bytes");
        registry.counter("a.new.family").register().increment();
        assertEquals(1.0, registry.snapshot().value("a.new.family"));
    }

    @Test
    void newHistogramsFallToOneDigitAndThenCountByOctave() {
        Labelled<Histogram> histograms =
                registry.histogram("size").digits(3).labels("k").register();
        int made = 60;

        for (int k = 0; k < made; k++) {
            Histogram histogram = histograms.bind("k" + k);
            for (long value = 1; value < 1L << 40; value *= 3) {
                histogram.record(value);
            }
        }

        assertTrue(rung("one_digit") > 0);
        assertTrue(rung("octave_only") > 0);
        assertTrue(bytes() <= CAP, () -> bytes() + " bytes");
        long count = 0;
        double sum = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals("size")) {
                HistogramPoint histogram = point.histogram();
                count += histogram.count();
                sum += histogram.sum();
                assertTrue(histogram.max() >= 1L << 38 && histogram.max() < 1L << 41);
            }
        }
        long values = 0;
        double expected = 0;
        for (long value = 1; value < 1L << 40; value *= 3) {
            values++;
            expected += value;
        }
        assertEquals(made * values, count);
        assertEquals(made * expected, sum);
    }

    @Test
    void familiesPastTheCapAreRefused() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i < 5000; i++) {
                registry.gauge("gauge." + i).register();
            }
        });

        assertTrue(e.getMessage().startsWith("Cannot register gauge \"gauge."), e.getMessage());
        assertTrue(
                e.getMessage()
                        .endsWith("memory is a promise it keeps. Raise maxBytes(..), or register fewer instruments."),
                e.getMessage());
        assertTrue(bytes() <= CAP, () -> bytes() + " bytes");
    }
}
