package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleSignalTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 15 * SECOND);
    private final MetricRegistry registry = MetricRegistry.create();
    private final SamplerSchedule schedule =
            SamplerSchedule.builder(registry).nanoClock(now::get).seed(5).unstarted();
    private double load = 0.2;
    private long delayNanos = 100_000;
    private long depth;

    @AfterEach
    void close() {
        schedule.close();
        registry.close();
    }

    private IdleSignal.Builder builder() {
        return IdleSignal.builder().nanoClock(now::get).platform(() -> load, 4, () -> delayNanos);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now.addAndGet(SECOND);
            schedule.tick();
        }
    }

    @Test
    void idleAfterTheQuietTimeAndNotBefore() {
        IdleSignal idle = builder().start(registry, schedule);
        assertEquals("busy: nothing was read yet", idle.reason());

        pass(10);
        boolean early = idle.isIdle();
        String reason = idle.reason();
        pass(1);

        assertFalse(early);
        assertEquals("busy: all signals are low, for 9 s of 10 s", reason);
        assertTrue(idle.isIdle());
        assertEquals("idle: all signals have been low for 10 s", idle.reason());
        assertEquals(1, registry.snapshot().value("evenkeel.idle"));
        assertEquals(0.05, registry.snapshot().value("evenkeel.idle.load_per_processor"));
        assertEquals(0.0001, registry.snapshot().value("evenkeel.idle.scheduling_delay"));
    }

    @Test
    void eachSignalEndsItAtOnceAndTheQuietTimeBeginsAnew() {
        IdleSignal idle = builder()
                .queue("orders", () -> depth, 10)
                .quietTime(Duration.ofSeconds(3))
                .start(registry, schedule);
        pass(5);
        assertTrue(idle.isIdle());

        load = 4 * 0.76;
        pass(1);
        assertEquals("busy: load average per processor 0.7600 is above 0.5000", idle.reason());
        load = 0;
        pass(3);
        assertFalse(idle.isIdle(), "quiet for two seconds");
        pass(1);
        assertTrue(idle.isIdle());

        delayNanos = 15_000_001;
        pass(1);
        assertEquals("busy: scheduling delay in seconds 0.01500 is above 0.01000", idle.reason());
        delayNanos = 0;
        pass(4);
        assertTrue(idle.isIdle());

        depth = 16;
        pass(1);
        assertEquals("busy: depth of queue \"orders\" 16.00 is above 10.00", idle.reason());
        assertEquals(16, registry.snapshot().value("evenkeel.idle.queue_depth", "orders"));
        assertEquals(0, registry.snapshot().value("evenkeel.idle"));
    }

    @Test
    void betweenTheTwoLevelsNothingChanges() {
        load = 4 * 0.6; // above 0.5, below 0.75
        IdleSignal idle = builder().quietTime(Duration.ofSeconds(1)).start(registry, schedule);
        pass(20);
        assertFalse(idle.isIdle(), "it never came to the level");

        load = 4 * 0.5;
        pass(2);
        assertTrue(idle.isIdle());
        load = 4 * 0.75;
        pass(20);

        assertTrue(idle.isIdle(), "it has not passed 1.5 times the level");
    }

    @Test
    void aQueueThatMustBeEmptyIsBusyWithItsFirstElement() {
        IdleSignal idle =
                builder().queue("orders", () -> depth).quietTime(Duration.ZERO).start(registry, schedule);
        pass(1);
        assertTrue(idle.isIdle());

        depth = 1;
        pass(1);

        assertFalse(idle.isIdle());
    }

    @Test
    void aQueueThatCannotBeReadIsBusyAndCounted() {
        IdleSignal idle = builder()
                .queue("broken", () -> {
                    if (depth > 0) {
                        throw new IllegalStateException("planted");
                    }
                    return 0;
                })
                .quietTime(Duration.ZERO)
                .start(registry, schedule);
        pass(1);
        assertTrue(idle.isIdle());

        depth = 1;
        try (LogCapture log = LogCapture.of(SamplerSchedule.class)) {
            pass(1);
            assertEquals(1, log.count("Sampler \"idle\" failed"));
        }

        assertFalse(idle.isIdle());
        assertTrue(idle.reason().startsWith("busy: a queue that cannot be read"), idle.reason());
        assertEquals(1, registry.snapshot().value("evenkeel.sampler.errors", "idle"));
    }

    @Test
    void withoutALoadAverageTheOtherSignalsDecide() {
        load = -1;
        IdleSignal idle = builder().quietTime(Duration.ZERO).start(registry, schedule);
        pass(1);
        assertTrue(idle.isIdle());
        assertTrue(registry.snapshot().find("evenkeel.idle.load_per_processor").isEmpty());

        delayNanos = SECOND;
        pass(1);

        assertFalse(idle.isIdle());
    }

    @Test
    void anOldReadingIsNoneAtAll() {
        IdleSignal idle = builder().quietTime(Duration.ZERO).start(registry, schedule);
        pass(1);
        assertTrue(idle.isIdle());

        now.addAndGet(5 * SECOND); // the schedule is stuck

        assertFalse(idle.isIdle());
        assertEquals("busy: the last reading is 5.0 s old", idle.reason());
    }

    @Test
    void closedIsBusyAndAbsent() {
        IdleSignal idle = builder().quietTime(Duration.ZERO).start(registry, schedule);
        pass(1);

        idle.close();
        idle.close();
        pass(1);

        assertFalse(idle.isIdle());
        assertEquals("busy: the signal is closed", idle.reason());
        assertTrue(registry.snapshot().find("evenkeel.idle").isEmpty());
    }

    @Test
    void theDelayIsHowLateTheScheduleWakesUp() {
        IdleSignal idle = IdleSignal.builder()
                .nanoClock(now::get)
                .quietTime(Duration.ZERO)
                .loadPerProcessor(1e9)
                .start(registry, schedule);
        pass(2);
        double early = registry.snapshot().value("evenkeel.idle.scheduling_delay");

        now.addAndGet(SECOND + 300_000_000L);
        schedule.tick();

        assertEquals(early + 0.3, registry.snapshot().value("evenkeel.idle.scheduling_delay"), 1e-9);
        assertFalse(idle.isIdle());
    }

    @Test
    void processorsAreThoseOfTheMachine(@TempDir Path root) throws IOException {
        Path online = root.resolve("sys/devices/system/cpu/online");
        Files.createDirectories(online.getParent());
        Files.writeString(online, "0-3,8,10-11\n");

        assertEquals(
                7, IdleSignal.builder().root(root).start(registry, schedule).processors());
        Files.writeString(online, "none\n");
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                IdleSignal.builder().root(root).start(registry, schedule).processors());
    }

    @Test
    void badSettingsAreRefused() {
        IdleSignal.Builder builder = IdleSignal.builder().queue("a", () -> 0);
        assertThrows(IllegalArgumentException.class, () -> builder.queue("a", () -> 0));
        assertThrows(IllegalArgumentException.class, () -> builder.queue("b", () -> 0, -1));
        assertThrows(IllegalArgumentException.class, () -> builder.loadPerProcessor(0));
        assertThrows(IllegalArgumentException.class, () -> builder.loadPerProcessor(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> builder.quietTime(Duration.ofHours(2)));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> builder.schedulingDelay(Duration.ofNanos(1)));
        assertEquals(
                "Cannot set a scheduling delay of PT0.000000001S: it is PT0.001S to PT1H. Pass a value in that range.",
                e.getMessage());
    }
}
