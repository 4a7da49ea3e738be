package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PauseDetectorTest {
    private static final long MILLI = 1_000_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50 * MILLI); // wraps on the way
    private final MetricRegistry registry =
            MetricRegistry.builder().nanoClock(now::get).build();

    private void sleepLasts(PauseDetector detector, long nanos) {
        detector.sleepBegins();
        now.addAndGet(nanos);
        detector.sleepEnds();
    }

    private HistogramPoint pauses() {
        return registry.snapshot().find("evenkeel.pause.duration").orElseThrow().histogram();
    }

    @Test
    void recordsWhatASleepLastedTooLong() {
        PauseDetector detector = PauseDetector.builder(registry).build();
        for (int i = 0; i < 100; i++) {
            sleepLasts(detector, 10 * MILLI + 80_000);
        }
        sleepLasts(detector, 260 * MILLI); // a pause of 250 to 260 ms

        assertEquals(1, pauses().count());
        assertEquals(250.0 * MILLI, pauses().sum());
        assertEquals(101, registry.snapshot().value("evenkeel.pause.wakeups"));
    }

    @Test
    void aPauseCountsFromTheShortestOn() {
        PauseDetector detector = PauseDetector.builder(registry)
                .every(Duration.ofMillis(2))
                .shortest(Duration.ofMillis(5))
                .build();

        sleepLasts(detector, 7 * MILLI - 1);
        assertEquals(0, pauses().count());
        sleepLasts(detector, 7 * MILLI);

        assertEquals(1, pauses().count());
        assertEquals(5.0 * MILLI, pauses().sum());
    }

    @Test
    void aSleepThatEndsEarlyIsNoPause() {
        PauseDetector detector = PauseDetector.builder(registry).build();

        sleepLasts(detector, 0);
        sleepLasts(detector, -5 * MILLI);

        assertEquals(0, pauses().count());
    }

    @Test
    void theTimersOfTheServiceStayAsTheyAre() {
        Timer timer = registry.timer("request.duration").register();
        timer.record(MILLI);
        PauseDetector detector = PauseDetector.builder(registry).build();

        sleepLasts(detector, 1_000 * MILLI);

        assertEquals(1, timer.read().count());
        assertEquals((double) MILLI, timer.read().sum());
    }

    @Test
    void theThreadIsADaemonAndEndsWithCloseOrWithTheRegistry() {
        MetricRegistry other = MetricRegistry.create();
        PauseDetector closed = PauseDetector.start(other);
        assertEquals(1, threads().filter(Thread::isDaemon).count());

        closed.close();
        closed.close();

        assertTrue(closed.awaitEnd(0));
        PauseDetector forgotten =
                PauseDetector.builder(other).every(Duration.ofMillis(1)).start();
        other.close();
        assertTrue(forgotten.awaitEnd(10_000));
        assertEquals(0, threads().count());
    }

    private static java.util.stream.Stream<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("evenkeel-pause-detector"));
    }

    @Test
    void sleepsOutsideTheBoundsAreRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> PauseDetector.builder(registry)
                .every(Duration.ofNanos(999_999)));

        assertEquals(
                "Cannot look for pauses every PT0.000999999S: below 1 ms a sleep is mostly the operating system's own lateness, and a"
                        + " pause of more than 10 s is an outage. Choose 1 ms to 10 s.",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> PauseDetector.builder(registry)
                .shortest(Duration.ofSeconds(11)));
    }
}
