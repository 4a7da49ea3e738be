package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reading's stamp, by which an exporter knows that it need not read. */
class HistogramStampTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void staysWhileNothingIsRecordedAndChangesWithEachRecord() {
        Histogram histogram = registry.histogram("h").register();
        List<Long> stamps = new ArrayList<>();
        for (long value : new long[] {0, 0, 1, 5, 0, Long.MAX_VALUE, -1}) {
            stamps.add(stamp("h"));
            assertEquals(stamp("h"), stamp("h"));
            histogram.record(value);
        }
        stamps.add(stamp("h"));

        assertEquals(stamps.size(), stamps.stream().distinct().count(), stamps::toString);
    }

    @Test
    void changesWithRecordsOfThreadsThatShareCells() {
        Histogram histogram = registry.histogram("h").register();
        long before = stamp("h");
        histogram.recordShared(0);
        long zero = stamp("h");
        histogram.recordShared(7);

        assertNotEquals(before, zero);
        assertNotEquals(zero, stamp("h"));
    }

    @Test
    void staysWhenTheCellsOfDeadThreadsAreFolded() throws InterruptedException {
        Histogram histogram = registry.histogram("h").register();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long value = i;
            Thread thread = new Thread(() -> histogram.record(value));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long before = stamp("h"); // and this collect folds
        for (int i = 0; i < 3; i++) {
            assertEquals(before, stamp("h"));
        }
        assertEquals(40, histogram.read().count());
    }

    @Test
    void aSeriesThatBeginsAnewHasAnother() {
        Labelled<Histogram> labelled = registry.histogram("h").labels("k").register();
        Histogram histogram = labelled.bind("a");
        histogram.record(9);
        long before = stamp("h");
        labelled.evict("a");
        histogram.record(0);
        registry.snapshot(); // lists it again
        long after = stamp("h");
        histogram.record(9);

        assertNotEquals(before, after);
        assertNotEquals(before, stamp("h"));
    }

    @Test
    void deltasWindowsAndCopiesHaveNone() {
        registry.histogram("plain").register().record(5);
        registry.histogram("windowed")
                .windows(SlidingWindow.of(Duration.ofSeconds(10), 10))
                .register()
                .record(5);
        try (MetricReader reader = registry.deltaReader()) {
            registry.histogram("plain").register().record(5);
            reader.collect(visitor("plain", reading -> assertEquals(HistogramReading.NO_STAMP, reading.stamp())));
        }

        assertEquals(HistogramReading.NO_STAMP, stamp("windowed"));
        assertEquals(
                HistogramReading.NO_STAMP,
                registry.histogram("plain").register().read().stamp());
    }

    @Test
    void oneThatWasReadAlreadyHasNoneForItsCountsMayBeOlder() {
        registry.histogram("h").register().record(5);
        registry.collect(visitor("h", reading -> {
            assertEquals(1, reading.count());
            assertEquals(HistogramReading.NO_STAMP, reading.stamp());
        }));
    }

    @Test
    void allCountsAtOnceAreThoseOneByOne() {
        Random random = new Random(7);
        Histogram histogram = registry.histogram("h").register();
        for (int i = 0; i < 5000; i++) {
            histogram.record((long) (1e6 * Math.exp(3 * random.nextGaussian())));
        }
        histogram.record(0);
        long[] values = {
            -1, 0, 1, 127, 128, 1_000, 999_999, 1_000_000, 1_000_000, 1L << 40, (1L << 48) - 1, Long.MAX_VALUE
        };
        long[] single = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            single[i] = histogram.read().countAtOrBelow(values[i]);
        }
        long[] ofCopy = new long[values.length];
        long[] ofCollect = new long[values.length];

        histogram.read().countsAtOrBelow(values, ofCopy);
        registry.collect(visitor("h", reading -> reading.countsAtOrBelow(values, ofCollect)));

        assertArrayEquals(single, ofCopy);
        assertArrayEquals(single, ofCollect);
        assertEquals(5001, ofCollect[values.length - 1]);
    }

    @Test
    void countsAtOrBelowAreOfOneMomentWithCountSumAndExtremes() {
        Histogram histogram = registry.histogram("h").register();
        histogram.record(5);
        histogram.record(1_000);
        long[] values = {10};
        long[] into = new long[1];

        registry.collect(visitor("h", reading -> {
            reading.countsAtOrBelow(values, into);
            assertEquals(HistogramReading.NO_STAMP, reading.stamp());
            histogram.record(7); // comes too late for this one
            assertEquals(1, into[0]);
            assertEquals(2, reading.count());
            assertEquals(1_005, reading.sum());
            assertEquals(5, reading.min());
            assertEquals(1_003, reading.max());
            assertEquals(2, reading.digits());
            assertEquals(3, reading.bucketCount()); // and who looks at buckets now sees them as they are now
            assertEquals(3, reading.count());
        }));
    }

    @Test
    void whatWasRecordedBeforeTheStartIsNotCountedAtOrBelow() {
        Labelled<Histogram> labelled = registry.histogram("h").labels("k").register();
        Histogram histogram = labelled.bind("a");
        histogram.record(9);
        long[] values = {10};
        long[] into = new long[1];
        registry.collect(visitor("h", reading -> reading.countsAtOrBelow(values, into)));
        assertEquals(1, into[0]);
        labelled.evict("a");
        registry.snapshot(); // ends its life
        histogram.record(3);
        histogram.record(4);
        registry.snapshot(); // lists it again

        registry.collect(visitor("h", reading -> {
            reading.countsAtOrBelow(values, into);
            assertEquals(3, reading.min());
        }));

        assertEquals(2, into[0]);
    }

    private long stamp(String name) {
        long[] found = {0};
        registry.collect(visitor(name, reading -> found[0] = reading.stamp()));
        return found[0];
    }

    private static CollectVisitor visitor(String name, Consumer<HistogramReading> each) {
        return new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {}

            @Override
            public void longCounter(Series series, long value) {}

            @Override
            public void doubleCounter(Series series, double value) {}

            @Override
            public void gauge(Series series, double value) {}

            @Override
            public void histogram(Series series, HistogramReading reading) {
                if (series.descriptor().name().equals(name)) {
                    each.accept(reading);
                }
            }
        };
    }
}
