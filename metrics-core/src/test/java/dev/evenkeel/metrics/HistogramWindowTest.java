package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistogramWindowTest {
    private static final long SECOND = 1_000_000_000L;

    /** Near the end of long: only differences may matter. */
    private static final long ORIGIN = Long.MAX_VALUE - 100 * SECOND;

    private static final SlidingWindow TEN_SECONDS = SlidingWindow.of(Duration.ofSeconds(10), 10);
    private static final SlidingWindow MINUTE = SlidingWindow.of(Duration.ofMinutes(1), 6);

    private final AtomicLong now = new AtomicLong(ORIGIN);
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final MetricRegistry registry =
            MetricRegistry.builder().nanoClock(now::get).wallClock(wall::get).build();

    private void pass(long nanos) {
        now.addAndGet(nanos);
    }

    @Test
    void eachWindowHoldsItsOwnPast() {
        Timer timer = registry.timer("t").windows(TEN_SECONDS, MINUTE).register();
        for (int second = 1; second <= 200; second++) {
            timer.record(second);
            pass(SECOND);
            registry.tick();
        }

        WindowReading ten = timer.read(TEN_SECONDS);
        WindowReading minute = timer.read(MINUTE);

        assertEquals(10, ten.count());
        assertEquals(191 + 192 + 193 + 194 + 195 + 196 + 197 + 198 + 199 + 200, ten.sum());
        assertEquals(191, ten.min());
        assertEquals(200, ten.max());
        assertEquals(195, ten.valueAtQuantile(0.5));
        assertEquals(Duration.ofSeconds(10), ten.covered());
        assertEquals(ORIGIN + 200 * SECOND, ten.endNanos());
        assertEquals(ten.endNanos() - ten.startNanos(), 10 * SECOND);
        assertEquals(1.0, ten.perSecond());
        assertEquals(1e-9, ten.scale());
        assertEquals(TEN_SECONDS, ten.window());
        assertTrue(ten.isWhole() && minute.isWhole());
        assertEquals(minute.covered().toSeconds(), minute.count());
        assertEquals(200, timer.read().count());
        assertEquals(0.0, registry.snapshot().value("evenkeel.window.late_ticks"));
    }

    @Test
    void windowOfNothingIsEmptyAndWhole() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        WindowReading atOnce = histogram.read(TEN_SECONDS);
        pass(3 * SECOND);
        WindowReading young = histogram.read(TEN_SECONDS);
        pass(3600 * SECOND);
        WindowReading old = histogram.read(TEN_SECONDS);

        assertEquals(Duration.ZERO, atOnce.covered());
        assertEquals(Duration.ofSeconds(3), young.covered());
        assertFalse(young.isWhole());
        assertEquals(Duration.ofSeconds(10), old.covered());
        assertTrue(old.isWhole());
        assertEquals(0, old.count());
        assertEquals(0, old.bucketCount());
    }

    @Test
    void windowAfterIdleHourKeepsNextValues() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        for (int second = 0; second < 50; second++) {
            histogram.record(7);
            pass(SECOND);
            registry.tick();
        }

        pass(3600 * SECOND);
        histogram.record(3);
        WindowReading first = histogram.read(TEN_SECONDS); // nobody knows when in that hour it came
        histogram.record(20);
        pass(SECOND);
        WindowReading second = histogram.read(TEN_SECONDS);

        assertEquals(1, first.count());
        assertEquals(ORIGIN + 50 * SECOND, first.startNanos());
        assertEquals(ORIGIN + 3650 * SECOND, first.endNanos());
        assertFalse(first.isWhole());
        assertEquals(1, second.count());
        assertEquals(20, second.max());
        assertEquals(Duration.ofSeconds(1), second.covered());
        assertEquals(1.0, registry.snapshot().value("evenkeel.window.late_ticks"));
    }

    @Test
    void idleHourWithTicksReadsZeroAndCostsNothingASlice() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        histogram.record(5);
        for (int second = 0; second < 30; second++) {
            pass(SECOND);
            registry.tick();
        }
        long before = registry.core().budget().used();
        for (int second = 0; second < 3600; second++) {
            pass(SECOND);
            registry.tick();
        }

        assertEquals(0, histogram.read(TEN_SECONDS).count());
        assertEquals(Duration.ofSeconds(10), histogram.read(TEN_SECONDS).covered());
        assertEquals(before, registry.core().budget().used());
    }

    @Test
    void wallClockStepsChangeNothing() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        for (int second = 0; second < 30; second++) {
            histogram.record(second);
            wall.addAndGet(second % 2 == 0 ? -7_200_000 : 86_400_000);
            pass(SECOND);
            registry.tick();
        }

        WindowReading reading = histogram.read(TEN_SECONDS);

        assertEquals(10, reading.count());
        assertEquals(20, reading.min());
    }

    @Test
    void burstBeforeTheEdgeLeavesWithItsSlice() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        pass(SECOND - 1);
        for (int i = 0; i < 1000; i++) {
            histogram.record(1_000_000);
        }
        pass(1);
        registry.tick();
        histogram.record(1);

        for (int second = 1; second < 10; second++) {
            pass(SECOND);
            registry.tick();
        }
        WindowReading inside = histogram.read(TEN_SECONDS);
        pass(SECOND);
        registry.tick();
        WindowReading outside = histogram.read(TEN_SECONDS);

        assertEquals(1001, inside.count());
        assertEquals(1, outside.count());
        assertEquals(1, outside.max());
    }

    /** Every reading against a list of all values and when they came. */
    @Test
    void agreesWithAModel() {
        for (long seed = 1; seed <= 120; seed++) {
            Random random = new Random(seed);
            int slices = 1 + random.nextInt(12);
            long slice = (1 + random.nextInt(3)) * SECOND;
            now.set(ORIGIN + random.nextInt(1_000_000));
            SlidingWindow window = SlidingWindow.of(Duration.ofNanos(slice * slices), slices);
            SlidingWindow other = SlidingWindow.of(Duration.ofSeconds(7), 14);
            Histogram histogram = registry.histogram("h" + seed)
                    .digits(1 + random.nextInt(3))
                    .windows(other, window)
                    .register();
            List<long[]> recorded = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                pass(1 + random.nextInt(1000)); // no two steps at one moment
                int what = random.nextInt(100);
                if (what < 55) {
                    long value = random.nextLong() >>> (16 + random.nextInt(47));
                    histogram.record(value);
                    recorded.add(new long[] {now.get(), value});
                } else if (what < 85) {
                    pass(what < 84 ? random.nextInt((int) SECOND) * 2L : random.nextInt(7200) * SECOND);
                } else if (what < 95) {
                    registry.tick();
                } else {
                    String message = "seed " + seed + ", step " + step;
                    check(histogram.read(window), recorded, message);
                    check(histogram.read(other), recorded, message);
                }
            }
        }
    }

    private void check(WindowReading reading, List<long[]> recorded, String message) {
        int digits = reading.toHdrHistogram().getNumberOfSignificantValueDigits();
        org.HdrHistogram.Histogram expected = new org.HdrHistogram.Histogram(1, Histogram.highestValue(), digits);
        double sum = 0;
        for (long[] record : recorded) {
            if (record[0] - reading.startNanos() > 0) {
                expected.recordValue(record[1]);
                sum += record[1];
            }
        }
        assertEquals(now.get(), reading.endNanos(), message);
        assertTrue(reading.startNanos() - reading.endNanos() <= 0, message);
        assertEquals(expected, reading.toHdrHistogram(), message);
        assertEquals(expected.getTotalCount(), reading.count(), message);
        assertEquals(sum, reading.sum(), Math.abs(sum) * 1e-12, message);
    }

    @Test
    void regularTicksKeepEveryWindowWhole() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Histogram histogram =
                    registry.histogram("w" + seed).windows(TEN_SECONDS, MINUTE).register();
            for (int step = 0; step < 2000; step++) {
                if (random.nextInt(5) == 0) {
                    histogram.record(random.nextInt(1000));
                }
                pass(SECOND / 8 + random.nextInt((int) SECOND / 2));
                registry.tick();
                if (step > 400) {
                    assertTrue(histogram.read(TEN_SECONDS).isWhole(), "seed " + seed + ", step " + step);
                    assertTrue(histogram.read(MINUTE).isWhole(), "seed " + seed + ", step " + step);
                }
            }
        }
    }

    @Test
    void collectsTakeSlicesToo() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        try (MetricReader reader = registry.deltaReader()) {
            for (int second = 0; second < 30; second++) {
                histogram.record(second);
                pass(SECOND);
                if (second % 2 == 0) {
                    registry.snapshot();
                } else {
                    reader.snapshot();
                }
            }
        }

        WindowReading reading = histogram.read(TEN_SECONDS);

        assertEquals(10, reading.count());
        assertEquals(20, reading.min());
    }

    @Test
    void labelledWindowsKeepApart() {
        Labelled<Timer> timers =
                registry.timer("t").windows(TEN_SECONDS).labels("route").register();
        timers.bind("/a").record(100);
        timers.bind("/b").record(200);
        timers.bind("/b").record(300);
        pass(2 * SECOND);

        assertEquals(1, timers.bind("/a").read(TEN_SECONDS).count());
        assertEquals(2, timers.bind("/b").read(TEN_SECONDS).count());
        assertEquals(500.0, timers.bind("/b").read(TEN_SECONDS).sum());
    }

    @Test
    void evictedSeriesStartsAnewAndGivesItsSlicesBack() {
        SlidingWindow fine = SlidingWindow.of(Duration.ofSeconds(1000), 1000);
        Labelled<Histogram> histograms =
                registry.histogram("h").windows(TEN_SECONDS, fine).labels("k").register();
        Histogram held = histograms.bind("a");
        registry.snapshot();
        for (int second = 0; second < 5; second++) {
            held.record(second);
            pass(SECOND);
            registry.tick();
        }
        long full = registry.core().budget().used();

        assertTrue(histograms.evict("a"));
        registry.snapshot();
        assertTrue(registry.core().budget().used() < full - 8 * 1000, "slices of 8 bytes each and more");
        pass(SECOND);
        held.record(77);
        registry.snapshot();

        WindowReading reading = held.read(TEN_SECONDS);
        assertEquals(1, reading.count());
        assertEquals(ORIGIN + 5 * SECOND, reading.startNanos());
        assertEquals(77, reading.max());
    }

    @Test
    void windowsWithoutRoomForSlicesGetShorterAndSayIt() {
        long cap = 1 << 18;
        MetricRegistry small =
                MetricRegistry.builder().maxBytes(cap).nanoClock(now::get).build();
        SlidingWindow window = SlidingWindow.of(Duration.ofSeconds(200), 200);
        Histogram histogram = small.histogram("h").windows(window).register();
        Random random = new Random(1);
        long sinceStart = 0;
        for (int second = 0; second < 300; second++) {
            for (int i = 0; i < 1000; i++) {
                histogram.record(random.nextLong() >>> (44 + random.nextInt(10)));
                sinceStart++;
            }
            pass(SECOND);
            small.tick();
        }

        WindowReading reading = histogram.read(window);

        assertEquals(sinceStart, histogram.read().count());
        assertFalse(reading.isWhole());
        assertTrue(reading.covered().toSeconds() >= 2, reading.toString());
        assertTrue(reading.covered().toSeconds() < 200, reading.toString());
        assertEquals(1000 * reading.covered().toSeconds(), reading.count());
        assertTrue(small.snapshot().value("evenkeel.memory.ladder", "short_window") > 0);
        assertTrue(small.core().budget().used() <= cap);
    }

    @Test
    void windowThatIsNotKeptIsRefused() {
        Histogram none = registry.histogram("none").register();
        Histogram one = registry.histogram("one").windows(TEN_SECONDS).register();

        assertThrows(IllegalArgumentException.class, () -> none.read(TEN_SECONDS));
        assertEquals(
                "Cannot read a window of PT1M in 6 slices of \"one\": it keeps slices for [PT10S in 10 slices], and the past of "
                        + "others is gone. Register it with .windows(..) that has this one.",
                assertThrows(IllegalArgumentException.class, () -> one.read(MINUTE))
                        .getMessage());
    }

    @Test
    void impossibleWindowsAreRefused() {
        assertEquals(
                "Cannot give \"h\" the windows [PT10S in 10 slices, PT10S in 10 slices]: a histogram has at most 8, each "
                        + "another, and each keeps its own slices. Drop some.",
                assertThrows(IllegalArgumentException.class, () -> registry.histogram("h")
                                .windows(TEN_SECONDS, TEN_SECONDS))
                        .getMessage());
        assertEquals(
                "Cannot give \"c\" windows: only histograms and timers keep any number of them. Leave windows(..) out; a rate "
                        + "has window(..).",
                assertThrows(IllegalArgumentException.class, () -> registry.counter("c")
                                .windows(TEN_SECONDS))
                        .getMessage());
        assertEquals(
                "Cannot make a window of PT1S in 7 slices: its 1000000000 ns do not divide into equal slices, and a window is "
                        + "a whole number of them. Choose a number of slices that divides the window.",
                assertThrows(IllegalArgumentException.class, () -> SlidingWindow.of(Duration.ofSeconds(1), 7))
                        .getMessage());
    }

    @Test
    void otherWindowsUnderTheSameNameAreRefused() {
        registry.histogram("h").windows(TEN_SECONDS).register();

        assertEquals(
                "Cannot register histogram \"h\" (unit none, no labels): it exists as (unit none, no labels, windows of PT10S "
                        + "in 10 slices). One name has one instrument, and it keeps what it was registered with. Rename one "
                        + "of them, or ask for the existing one as it is.",
                assertThrows(IllegalArgumentException.class, () -> registry.histogram("h")
                                .register())
                        .getMessage());
    }

    @Test
    void afterCloseTheWindowIsEmpty() {
        Histogram histogram = registry.histogram("h").windows(TEN_SECONDS).register();
        histogram.record(5);
        pass(SECOND);
        registry.tick();

        registry.close();
        histogram.record(6);
        pass(SECOND);
        registry.tick();

        assertEquals(0, histogram.read(TEN_SECONDS).count());
        assertEquals(Duration.ZERO, histogram.read(TEN_SECONDS).covered());
    }

    @Test
    void readersThatRaceSeeWholeReadings() throws Exception {
        MetricRegistry real = MetricRegistry.create();
        SlidingWindow window = SlidingWindow.of(Duration.ofMillis(20), 20);
        Histogram histogram = real.histogram("h").windows(window).register();

        Threads.together(8, t -> {
            for (int i = 0; i < 3_000; i++) {
                if (t < 4) {
                    histogram.record(i & 1023);
                } else if (t == 4) {
                    real.tick();
                } else {
                    WindowReading reading = histogram.read(window);
                    long sum = 0;
                    for (int b = 0; b < reading.bucketCount(); b++) {
                        assertTrue(reading.bucketCountAt(b) > 0);
                        sum += reading.bucketCountAt(b);
                    }
                    assertEquals(sum, reading.count());
                    assertTrue(reading.endNanos() - reading.startNanos() >= 0);
                }
            }
        });

        assertEquals(12_000, histogram.read().count());
    }

    /** A tick takes no lock that an eviction takes: it may meet the list of series while some leave it. */
    @Test
    void ticksAndEvictionsMayMeet() throws Exception {
        MetricRegistry real = MetricRegistry.create();
        SlidingWindow window = SlidingWindow.of(Duration.ofMillis(4), 4);
        Labelled<Histogram> histograms =
                real.histogram("h").windows(window).labels("k").register();

        Threads.together(3, t -> {
            for (int i = 0; i < 1_500; i++) {
                if (t == 0) {
                    for (int k = 0; k < 4; k++) {
                        histograms.bind("k" + k).record(i);
                    }
                    histograms.evict("k" + (i & 3));
                    real.snapshot();
                } else {
                    real.tick();
                }
            }
        });

        long shown = 0;
        for (Point point : real.snapshot().points()) {
            shown += point.descriptor().name().equals("h") ? (long) point.value() : 0;
        }
        assertEquals(6_000, shown + histograms.evicted().total());
    }
}
