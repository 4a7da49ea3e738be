package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlidingRateTest {
    private static final long SECOND = 1_000_000_000L;

    /** Not zero, and near the end of long: only differences may matter. */
    private static final long ORIGIN = Long.MAX_VALUE - 100 * SECOND;

    private final AtomicLong now = new AtomicLong(ORIGIN);
    private final MetricRegistry registry =
            MetricRegistry.builder().nanoClock(now::get).build();

    private void pass(long nanos) {
        now.addAndGet(nanos);
    }

    @Test
    void readsTheLastMinuteByDefault() {
        SlidingRate rate = registry.rate("requests").register();
        for (int second = 0; second < 200; second++) {
            rate.add(second < 100 ? 10 : 1);
            pass(SECOND);
            registry.tick();
        }

        RateReading reading = rate.read();

        assertEquals(60, reading.count());
        assertEquals(60 * SECOND, reading.nanos());
        assertEquals(ORIGIN + 200 * SECOND, reading.endNanos());
        assertEquals(1.0, reading.perSecond());
        assertEquals(1.0, registry.snapshot().value("requests"));
        assertEquals(
                "1/s",
                registry.snapshot().find("requests").orElseThrow().descriptor().unit());
        assertEquals(0, rate.lateTicks());
    }

    @Test
    void nothingIsReadAtTheMomentOfRegistration() {
        SlidingRate rate = registry.rate("requests").register();
        rate.add(5);

        RateReading reading = rate.read();

        assertEquals(new RateReading(0, ORIGIN, ORIGIN), reading);
        assertEquals(0.0, reading.perSecond());
        assertEquals(0.0, registry.snapshot().value("requests"));
    }

    @Test
    void youngWindowStartsAtRegistration() {
        SlidingRate rate = registry.rate("requests").register();
        rate.add(5);
        pass(SECOND / 2);

        RateReading reading = rate.read();

        assertEquals(new RateReading(5, ORIGIN, ORIGIN + SECOND / 2), reading);
        assertEquals(10.0, reading.perSecond());
    }

    @Test
    void windowAfterIdleHourKeepsNextEvents() {
        SlidingRate rate = registry.rate("requests").register();
        for (int second = 0; second < 100; second++) {
            rate.add(7);
            pass(SECOND);
            registry.tick();
        }

        pass(3600 * SECOND);
        rate.add(3);
        RateReading first = rate.read(); // nobody knows when in that hour they came
        rate.add(20);
        pass(SECOND);
        registry.tick();
        RateReading second = rate.read();

        assertEquals(new RateReading(3, ORIGIN + 100 * SECOND, ORIGIN + 3700 * SECOND), first);
        assertEquals(new RateReading(20, ORIGIN + 3700 * SECOND, ORIGIN + 3701 * SECOND), second);
        assertEquals(1, rate.lateTicks());
        assertEquals(1.0, registry.snapshot().value("evenkeel.window.late_ticks"));
    }

    @Test
    void idleHourWithTicksReadsZero() {
        SlidingRate rate = registry.rate("requests").register();
        rate.add(1000);
        for (int second = 0; second < 3600; second++) {
            pass(SECOND);
            registry.tick();
        }

        assertEquals(0, rate.read().count());
        assertEquals(60 * SECOND, rate.read().nanos());
    }

    /** Every reading against a list of all events and of all readings that were taken. */
    @Test
    void agreesWithAModel() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            int slices = 1 + random.nextInt(12);
            long slice = (1 + random.nextInt(3)) * SECOND;
            now.set(ORIGIN + random.nextInt(1_000_000));
            SlidingRate rate = registry.rate("rate" + seed)
                    .window(Duration.ofNanos(slice * slices), slices)
                    .register();
            Model model = new Model(slice, slices, now.get());
            for (int step = 0; step < 400; step++) {
                int what = random.nextInt(100);
                if (what < 45) {
                    long n = random.nextInt(5);
                    rate.add(n);
                    model.total += n;
                } else if (what < 85) {
                    pass(what < 84 ? random.nextInt((int) SECOND) * 2L : random.nextInt(7200) * SECOND);
                } else if (what < 95) {
                    registry.tick();
                    model.take(now.get());
                } else {
                    assertEquals(model.read(now.get()), rate.read(), "seed " + seed + ", step " + step);
                    model.take(now.get());
                }
            }
            assertEquals(model.late, rate.lateTicks(), "seed " + seed);
        }
    }

    /** The rule of the window in its plainest form: everything is kept and searched. */
    private static final class Model {
        final long slice;
        final long window;
        final long start;
        final List<long[]> taken = new ArrayList<>();
        long total;
        long late;

        Model(long slice, int slices, long start) {
            this.slice = slice;
            this.window = slice * slices;
            this.start = start;
            taken.add(new long[] {start, 0});
        }

        void take(long at) {
            long last = (taken.get(taken.size() - 1)[0] - start) / slice;
            long current = (at - start) / slice;
            if (current > last) {
                late += current > last + 1 ? 1 : 0;
                taken.add(new long[] {at, total});
            }
        }

        RateReading read(long at) {
            long[] then = null;
            for (long[] reading : taken) {
                long age = at - reading[0];
                if (age >= window && age <= window + slice) {
                    then = reading; // the youngest that is old enough
                }
            }
            for (int i = 0; then == null && i < taken.size(); i++) {
                long age = at - taken.get(i)[0];
                if (age > 0 && age < window) {
                    then = taken.get(i); // the oldest that is younger
                }
            }
            for (int i = taken.size() - 1; then == null && i >= 0; i--) {
                if (at - taken.get(i)[0] > 0) {
                    then = taken.get(i); // the last before a gap
                }
            }
            return then == null ? new RateReading(0, at, at) : new RateReading(total - then[1], then[0], at);
        }
    }

    @Test
    void labelledRatesKeepApart() {
        Labelled<SlidingRate> rates = registry.rate("requests")
                .window(Duration.ofSeconds(10), 10)
                .labels("route")
                .register();
        rates.bind("/a").add(20);
        rates.bind("/b").increment();
        rates.bind("/b").add(-1);
        pass(2 * SECOND);

        Snapshot snapshot = registry.snapshot();

        assertEquals(10.0, snapshot.value("requests", "/a"));
        assertEquals(0.5, snapshot.value("requests", "/b"));
        assertEquals(1.0, snapshot.value("evenkeel.dropped", "negative"));
    }

    @Test
    void readersThatRaceNeverSeeNegativeCounts() throws Exception {
        MetricRegistry real = MetricRegistry.create();
        SlidingRate rate =
                real.rate("requests").window(Duration.ofMillis(20), 20).register();
        AtomicBoolean negative = new AtomicBoolean();
        AtomicLong events = new AtomicLong();

        Threads.together(8, t -> {
            for (int i = 0; i < 4_000; i++) {
                if (t < 4) {
                    rate.increment();
                    events.incrementAndGet();
                } else if (t == 4) {
                    real.tick();
                } else if (t == 5) {
                    negative.compareAndSet(false, real.snapshot().value("requests") < 0);
                } else {
                    RateReading reading = rate.read();
                    negative.compareAndSet(false, reading.count() < 0 || reading.nanos() < 0);
                }
            }
        });

        assertFalse(negative.get());
        assertEquals(16_000, events.get());
    }

    @Test
    void samplerTakesSlicesAndEndsOnClose() throws Exception {
        MetricRegistry real = MetricRegistry.create();
        SlidingRate rate =
                real.rate("requests").window(Duration.ofMillis(50), 50).register();
        Thread thread;
        try (WindowSampler sampler = WindowSampler.start(real, Duration.ofMillis(1))) {
            thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("evenkeel-window-sampler"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(thread.isDaemon());
            rate.add(5);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            // No read takes a slice here: the five leave the window only when the sampler does.
            while (sliceIsDue(real, rate) && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertTrue(System.nanoTime() < deadline, "no slice was taken");
            sampler.close();
        }

        assertFalse(thread.isAlive());
    }

    private static boolean sliceIsDue(MetricRegistry registry, SlidingRate rate) {
        return rate.due(registry.core().nanoClock().nanos());
    }

    @Test
    void samplerEndsWhenTheRegistryIsClosed() throws Exception {
        MetricRegistry real = MetricRegistry.create();
        try (WindowSampler sampler = WindowSampler.start(real, Duration.ofMillis(1))) {
            real.close();

            assertTrue(sampler.awaitEnd(20_000), "still running");
        }
    }

    @Test
    void samplerOutsideItsRangeIsRefused() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> WindowSampler.start(registry, Duration.ofNanos(5)));

        assertEquals(
                "Cannot take slices every PT0.000000005S: a slice is 1 ms to 24 hours long. Pass the length of your "
                        + "shortest slice, such as 1 s.",
                e.getMessage());
    }

    @Test
    void windowThatIsNoMultipleIsRefused() {
        assertEquals(
                "Cannot give \"requests\" a window of PT1S in 7 slices: its 1000000000 ns do not divide into equal slices, "
                        + "and a window is a whole number of them. Choose a number of slices that divides the window.",
                refusal(Duration.ofSeconds(1), 7));
    }

    @Test
    void windowThatIsTooShortIsRefused() {
        assertEquals(
                "Cannot give \"requests\" a window of PT0.005S in 10 slices: a slice would be shorter than 1 ms, and whoever "
                        + "takes the slices would be late for most of them. Choose a longer window, or fewer slices.",
                refusal(Duration.ofMillis(5), 10));
        assertTrue(refusal(Duration.ZERO, 1).contains("shorter than 1 ms"));
        assertTrue(refusal(Duration.ofSeconds(-1), 1).contains("shorter than 1 ms"));
    }

    @Test
    void windowThatIsTooLongIsRefused() {
        assertEquals(
                "Cannot give \"requests\" a window of PT48H in 60 slices: a window is at most 24 hours, since a restart "
                        + "empties it. Choose a shorter one; longer spans belong to what stores the readings.",
                refusal(Duration.ofDays(2), 60));
        assertTrue(refusal(Duration.ofSeconds(Long.MAX_VALUE), 60).contains("at most 24 hours"));
    }

    @Test
    void wrongNumberOfSlicesIsRefused() {
        assertEquals(
                "Cannot give \"requests\" a window of PT1M in 0 slices: a window has 1 to 1000 slices, each of which costs "
                        + "16 bytes a series. 60 slices keep the window to 2 % of its length.",
                refusal(Duration.ofMinutes(1), 0));
        assertTrue(refusal(Duration.ofMinutes(1), 1001).contains("1 to 1000 slices"));
    }

    private String refusal(Duration length, int slices) {
        return assertThrows(IllegalArgumentException.class, () -> registry.rate("requests")
                        .window(length, slices))
                .getMessage();
    }

    @Test
    void onlyRatesHaveWindows() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> registry.counter("requests")
                .window(Duration.ofMinutes(1), 60));

        assertEquals(
                "Cannot give counter \"requests\" a window: it counts since it was registered. Leave window(..) out, or use "
                        + "a rate.",
                e.getMessage());
    }

    @Test
    void otherWindowUnderTheSameNameIsRefused() {
        registry.rate("requests").register();

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> registry.rate("requests")
                .window(Duration.ofSeconds(10), 10)
                .register());

        assertEquals(
                "Cannot register rate \"requests\" (unit 1/s, no labels, window of PT10S in 10 slices): it exists as (unit "
                        + "1/s, no labels, window of PT1M in 60 slices). One name has one instrument, and it keeps what "
                        + "it was registered with. Rename one of them, or ask for the existing one as it is.",
                e.getMessage());
    }

    @Test
    void afterCloseTheWindowIsEmpty() {
        SlidingRate rate = registry.rate("requests").register();
        rate.add(5);
        pass(SECOND);

        registry.close();
        rate.increment();
        registry.tick();

        assertEquals(0, rate.read().count());
        assertEquals(1.0, registry.snapshot().value("evenkeel.dropped", "late"));
    }
}
