package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void emptyHistogramReadsAsZeros() {
        HistogramReading reading = registry.histogram("size").register().read();

        assertEquals(0, reading.count());
        assertEquals(0.0, reading.sum());
        assertEquals(0, reading.min());
        assertEquals(0, reading.max());
        assertEquals(0, reading.bucketCount());
        assertEquals(0, reading.valueAtQuantile(0.99));
        assertEquals(0, reading.countAtOrBelow(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyBucketAgreesWithHdrHistogram(int digits) {
        long seed = 20_261_121;
        Random random = new Random(seed);
        Histogram ours = registry.histogram("size").digits(digits).register();
        org.HdrHistogram.Histogram theirs = new org.HdrHistogram.Histogram(1, Histogram.highestValue(), digits);
        double sum = 0;

        for (int i = 0; i < 50_000; i++) {
            long value = i < 1000 ? i : random.nextLong() >>> 16 + random.nextInt(48);
            ours.record(value);
            theirs.recordValue(value);
            sum += value;
        }

        HistogramReading reading = ours.read();
        String message = "seed " + seed + ", " + digits + " digits";
        assertEquals(50_000, reading.count(), message);
        assertEquals(sum, reading.sum(), sum * 1e-12, message);
        assertEquals(theirs, reading.toHdrHistogram(), message);
        for (int i = 0; i < reading.bucketCount(); i++) {
            long low = reading.bucketLow(i);
            assertEquals(theirs.getCountAtValue(low), reading.bucketCountAt(i), message);
            assertEquals(theirs.lowestEquivalentValue(low), low, message);
            assertEquals(theirs.highestEquivalentValue(low), reading.bucketHigh(i), message);
            assertEquals(theirs.getCountBetweenValues(0, low), reading.countAtOrBelow(low), message);
        }
        for (double q : new double[] {0, 0.001, 0.5, 0.9, 0.99, 0.999, 1}) {
            // At 0 HdrHistogram returns the low end of the lowest bucket; we return the high end for every quantile.
            if (q > 0) {
                assertEquals(theirs.getValueAtPercentile(q * 100), reading.valueAtQuantile(q), message + ", q " + q);
            }
        }
    }

    @Test
    void valuesOutsideTheRangeAreClampedAndCounted() {
        Histogram histogram = registry.histogram("size").register();

        histogram.record(-1);
        histogram.record(Long.MIN_VALUE);
        histogram.record(0);
        histogram.record(Histogram.highestValue());
        histogram.record(Histogram.highestValue() + 1);
        histogram.record(Long.MAX_VALUE);

        HistogramReading reading = histogram.read();
        assertEquals(6, reading.count());
        assertEquals(4, histogram.clamped());
        assertEquals(3, reading.countAtOrBelow(0));
        assertEquals(0, reading.min());
        assertEquals(Histogram.highestValue(), reading.max());
        assertEquals(3.0 * Histogram.highestValue(), reading.sum());
        assertEquals(4, registry.snapshot().value("evenkeel.dropped", "clamped"));
    }

    @Test
    void readingsAreCumulativeAndStayAsTheyAre() {
        Histogram histogram = registry.histogram("size").register();
        histogram.record(10);
        HistogramReading first = histogram.read();
        histogram.record(20);

        HistogramReading second = histogram.read();

        assertEquals(1, first.count());
        assertEquals(2, second.count());
        assertEquals(30.0, second.sum());
    }

    @Test
    void outlierOnEitherSideKeepsWhatIsCounted() {
        Histogram histogram = registry.histogram("size").register();

        histogram.record(1_000_000);
        histogram.record(1);
        histogram.record(1_000_000_000_000L);
        histogram.record(1_000_000);

        HistogramReading reading = histogram.read();
        assertEquals(4, reading.count());
        assertEquals(3, reading.bucketCount());
        assertEquals(2, reading.bucketCountAt(1));
        assertEquals(1, reading.countAtOrBelow(1));
        assertEquals(3, reading.countAtOrBelow(1_000_000));
    }

    @Test
    void timerRecordsNanosecondsAndShowsSeconds() {
        Timer timer = registry.timer("request.duration").register();

        timer.record(100_000_000);
        timer.recordSince(System.nanoTime());

        Point point = registry.snapshot().find("request.duration").orElseThrow();
        assertEquals("s", point.descriptor().unit());
        assertEquals(1e-9, point.descriptor().scale());
        assertEquals(2.0, point.value());
        HistogramReading reading = timer.read();
        assertEquals(1e-9, reading.scale());
        assertEquals(0.1, reading.max() * reading.scale(), 0.001);
        assertTrue(timer.clamped() == 0);
    }

    @Test
    void timerTimesByTheInjectedClock() throws Exception {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        MetricRegistry clocked = MetricRegistry.builder().nanoClock(now::get).build();
        Labelled<Timer> timers = clocked.timer("t").labels("route").register();
        Timer timer = timers.bind("/a");

        long start = timer.start();
        now.addAndGet(7);
        assertEquals(7, timer.stop(start));
        timer.time(() -> {
            now.addAndGet(11);
        });
        String answer = timer.time(() -> {
            now.addAndGet(13);
            return "done";
        });

        assertEquals("done", answer);
        assertEquals(3, timer.read().count());
        assertEquals(31.0, timer.read().sum());
        assertEquals(0, timer.clamped());
    }

    @Test
    void taskThatThrowsIsTimedToo() {
        AtomicLong now = new AtomicLong();
        Timer timer =
                MetricRegistry.builder().nanoClock(now::get).build().timer("t").register();

        assertThrows(
                IllegalStateException.class,
                () -> timer.time((Runnable) () -> {
                    now.addAndGet(5);
                    throw new IllegalStateException("no");
                }));
        assertThrows(
                IOException.class,
                () -> timer.time((Callable<String>) () -> {
                    now.addAndGet(6);
                    throw new IOException("no");
                }));

        assertEquals(2, timer.read().count());
        assertEquals(11.0, timer.read().sum());
    }

    @Test
    void durationsOfAnyLengthAreRecorded() {
        Timer timer = registry.timer("t").register();

        timer.record(Duration.ofMillis(3));
        timer.record(Duration.ZERO);
        timer.record(Duration.ofNanos(-1));
        timer.record(Duration.ofSeconds(Long.MIN_VALUE));
        timer.record(Duration.ofSeconds(Long.MAX_VALUE));
        timer.record(Duration.ofDays(365L * 292));

        HistogramReading reading = timer.read();
        assertEquals(6, reading.count());
        assertEquals(3_000_000.0 + 2.0 * Histogram.highestValue(), reading.sum());
        assertEquals(4, timer.clamped());
        assertEquals(3, reading.countAtOrBelow(0));
        assertEquals(Histogram.highestValue(), reading.max());
    }

    @Test
    void quantileOutsideItsRangeIsRefused() {
        HistogramReading reading = registry.histogram("size").register().read();

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> reading.valueAtQuantile(99));

        assertEquals(
                "Cannot read quantile 99.0: a quantile lies between 0.0 and 1.0. For the 99th percentile pass 0.99.",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> reading.valueAtQuantile(Double.NaN));
    }
}
