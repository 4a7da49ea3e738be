package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.metrics.MetricRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplerScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    /** Near the end of long: only differences may matter. */
    private static final long ORIGIN = Long.MAX_VALUE - 20 * SECOND;

    private final AtomicLong now = new AtomicLong(ORIGIN);
    private final MetricRegistry registry = MetricRegistry.create();
    private final SamplerSchedule schedule = unstarted(42);

    @AfterEach
    void close() {
        schedule.close();
        registry.close();
    }

    private SamplerSchedule unstarted(long seed) {
        return SamplerSchedule.builder(registry).nanoClock(now::get).seed(seed).unstarted();
    }

    /** Goes on in steps of a millisecond, so that each tick comes when it is due. */
    private void pass(SamplerSchedule of, long nanos) {
        long end = now.get() + nanos;
        while (now.get() - end < 0) {
            now.addAndGet(Math.min(1_000_000, end - now.get()));
            of.tick();
        }
    }

    @Test
    void runsOncePerPeriodAfterAFirstDelayWithinIt() {
        List<Long> runs = new ArrayList<>();
        schedule.every(Duration.ofSeconds(1), "a", () -> runs.add(now.get() - ORIGIN));

        pass(schedule, 60 * SECOND); // past the end of long

        assertEquals(60, runs.size());
        assertTrue(runs.get(0) > 0 && runs.get(0) <= SECOND, () -> "first after " + runs.get(0));
        for (int i = 1; i < runs.size(); i++) {
            assertEquals(SECOND, runs.get(i) - runs.get(i - 1));
        }
        assertEquals(0, late("a"));
    }

    @Test
    void firstDelaysOfAFleetAreSpreadOverThePeriod() {
        Set<Long> tenths = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SamplerSchedule one = unstarted(seed);
            long start = now.get();
            AtomicLong first = new AtomicLong(-1);
            one.every(Duration.ofSeconds(1), "a", () -> first.compareAndSet(-1, now.get() - start));
            pass(one, SECOND);
            tenths.add((first.get() - 1) / (SECOND / 10));
            one.close();
        }

        assertEquals(Set.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), tenths);
    }

    @Test
    void sameSeedGivesTheSameDelay() {
        assertEquals(firstDelay(7), firstDelay(7));
        assertNotEquals(firstDelay(7), firstDelay(8));
    }

    private long firstDelay(long seed) {
        SamplerSchedule one = unstarted(seed);
        long start = now.get();
        AtomicLong first = new AtomicLong(-1);
        one.every(Duration.ofSeconds(1), "a", () -> first.compareAndSet(-1, now.get() - start));
        pass(one, SECOND);
        return first.get();
    }

    @Test
    void missedTicksAreCountedAndNotMadeUpFor() {
        List<Long> runs = new ArrayList<>();
        schedule.every(Duration.ofSeconds(1), "a", () -> runs.add(now.get()));
        pass(schedule, SECOND);
        long first = runs.get(0);

        now.set(first + 10 * SECOND + 300_000_000L); // ticks 1 to 9 are missed, number 10 is 0.3 s late
        schedule.tick();
        pass(schedule, 700_000_000L);

        assertEquals(
                List.of(first, first + 10 * SECOND + 300_000_000L, first + 11 * SECOND), runs, "the phase is kept");
        assertEquals(9, late("a"));
        assertTrue(schedule.wakeDelayNanos() < 1_000_000, "it was in time again");
    }

    @Test
    void aTickLateByLessThanAPeriodIsNotCounted() {
        AtomicInteger runs = new AtomicInteger();
        schedule.every(Duration.ofSeconds(1), "a", runs::incrementAndGet);
        pass(schedule, SECOND);

        long untilDue = SECOND - 1;
        now.addAndGet(untilDue);
        schedule.tick();

        assertEquals(2, runs.get());
        assertEquals(0, late("a"));
    }

    @Test
    void wakeDelayIsThatOfTheSchedulerAndNotOfTheSamplerBefore() {
        AtomicLong ranAt = new AtomicLong();
        schedule.every(Duration.ofSeconds(1), "slow", () -> {
            ranAt.compareAndSet(0, now.get());
            now.addAndGet(5 * SECOND);
        });
        pass(schedule, SECOND);
        long step = schedule.wakeDelayNanos(); // less than the millisecond that pass() goes on by

        now.set(ranAt.get() + 6 * SECOND + 123);
        schedule.tick();

        assertTrue(step < 1_000_000, () -> "first delay " + step);
        assertEquals(step + 123, schedule.wakeDelayNanos());
        assertEquals(10, late("slow"), "5 missed during each of two runs");
    }

    @Test
    void aFailureIsCountedLoggedOnceAMinuteAndDoesNotEndAnything() {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        schedule.every(Duration.ofSeconds(1), "bad", () -> {
            runs.incrementAndGet();
            if (runs.get() % 2 == 0) {
                throw new IllegalStateException("planted");
            }
            throw new StackOverflowError("planted");
        });
        schedule.every(Duration.ofSeconds(1), "good", others::incrementAndGet);

        int logged;
        try (LogCapture log = LogCapture.of(SamplerSchedule.class)) {
            pass(schedule, 90 * SECOND);
            logged = log.count("Sampler \"bad\" failed; ");
        }

        assertEquals(90, runs.get());
        assertEquals(90, others.get());
        assertEquals(90, errors("bad"));
        assertEquals(0, errors("good"));
        assertEquals(2, logged, "one a minute");
    }

    @Test
    void aClosedTaskRunsNoMoreAndLeavesTheOthers() {
        AtomicInteger a = new AtomicInteger();
        AtomicInteger b = new AtomicInteger();
        SamplerSchedule.Task task = schedule.every(Duration.ofSeconds(1), "a", a::incrementAndGet);
        schedule.every(Duration.ofSeconds(1), "b", b::incrementAndGet);
        pass(schedule, 3 * SECOND);

        task.close();
        task.close();
        pass(schedule, 3 * SECOND);

        assertEquals(3, a.get());
        assertEquals(6, b.get());
    }

    @Test
    void aSamplerMayScheduleAndCloseSamplers() {
        AtomicInteger inner = new AtomicInteger();
        AtomicReference<SamplerSchedule.Task> self = new AtomicReference<>();
        self.set(schedule.every(Duration.ofSeconds(1), "outer", () -> {
            schedule.every(Duration.ofSeconds(1), "inner", inner::incrementAndGet);
            self.get().close();
        }));

        pass(schedule, 10 * SECOND);

        assertTrue(inner.get() == 9 || inner.get() == 10, () -> "ran " + inner);
    }

    @Test
    void badSettingsAreRefused() {
        IllegalArgumentException tooShort = assertThrows(
                IllegalArgumentException.class, () -> schedule.every(Duration.ofNanos(999_999), "a", () -> {}));
        assertEquals(
                "Cannot run sampler \"a\" every PT0.000999999S: a period is 1 ms to 24 hours, and all samplers share one "
                        + "thread. Pass a period in that range, such as PT30S.",
                tooShort.getMessage());
        assertThrows(IllegalArgumentException.class, () -> schedule.every(Duration.ofDays(2), "a", () -> {}));
        assertThrows(IllegalArgumentException.class, () -> schedule.every(Duration.ofSeconds(1), " ", () -> {}));
        schedule.every(Duration.ofMillis(1), "a", () -> {}).close();
        schedule.every(Duration.ofHours(24), "a", () -> {}).close();
    }

    @Test
    void samplersAreBounded() {
        for (int i = 0; i < SamplerSchedule.MOST_TASKS; i++) {
            schedule.every(Duration.ofSeconds(1), "a", () -> {});
        }

        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> schedule.every(Duration.ofSeconds(1), "one more", () -> {}));
        assertTrue(e.getMessage().contains("runs 256 samplers already"), e.getMessage());
    }

    @Test
    void closedScheduleRefusesSamplers() {
        schedule.close();

        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> schedule.every(Duration.ofSeconds(1), "a", () -> {}));
        assertEquals(
                "Cannot schedule sampler \"a\": the schedule is closed, and it would never run. Add samplers before "
                        + "close(), or start a new schedule.",
                e.getMessage());
    }

    @Test
    void tickOfNoSamplerAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicInteger runs = new AtomicInteger();
        schedule.every(Duration.ofMillis(1), "a", runs::incrementAndGet);
        pass(schedule, 5 * SECOND);

        long before = threads.getCurrentThreadAllocatedBytes();
        pass(schedule, 5 * SECOND);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertEquals(10_000, runs.get());
        assertTrue(bytes < 5_000, () -> bytes + " B in 5,000 ticks"); // the reading itself allocates
    }

    @Test
    void theThreadIsADaemonWithNothingInheritedAndItsCostIsShown() throws Exception {
        CountDownLatch burnt = new CountDownLatch(1);
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicLong burntNanos = new AtomicLong();
        try (SamplerSchedule real = SamplerSchedule.start(registry)) {
            real.every(Duration.ofMillis(1), "burner", () -> {
                if (thread.compareAndSet(null, Thread.currentThread())) {
                    long start = threadCpuNanos();
                    while (threadCpuNanos() - start < 20_000_000) {
                        Thread.onSpinWait();
                    }
                    burntNanos.set(threadCpuNanos() - start);
                } else {
                    burnt.countDown();
                }
            });
            assertTrue(burnt.await(20, TimeUnit.SECONDS), "no second run");
        }

        assertEquals("evenkeel-sampler", thread.get().getName());
        assertTrue(thread.get().isDaemon());
        assertNull(thread.get().getContextClassLoader());
        assertFalse(thread.get().isAlive(), "close() waits for it");
        double cpu = registry.snapshot().value("evenkeel.sampler.cpu_time", "burner");
        assertTrue(cpu >= burntNanos.get() / 1e9 && cpu < 5, () -> cpu + " s against " + burntNanos);
        assertTrue(late("burner") >= 19, () -> "late " + late("burner"));
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void theThreadEndsWhenTheRegistryIsClosed() {
        MetricRegistry forgotten = MetricRegistry.create();
        SamplerSchedule real = SamplerSchedule.start(forgotten);
        real.every(Duration.ofMillis(1), "a", () -> {});

        forgotten.close();

        assertTrue(real.awaitEnd(20_000), "still running");
        assertThrows(IllegalStateException.class, () -> real.every(Duration.ofSeconds(1), "b", () -> {}));
    }

    @Test
    void aSamplerThatIsInterruptedDoesNotEndTheOthers() throws Exception {
        CountDownLatch ten = new CountDownLatch(10);
        try (SamplerSchedule real = SamplerSchedule.start(registry)) {
            real.every(Duration.ofMillis(1), "a", () -> {
                Thread.currentThread().interrupt();
                ten.countDown();
            });

            assertTrue(ten.await(20, TimeUnit.SECONDS), () -> ten.getCount() + " to go");
        }
    }

    @Test
    void closeInterruptsASamplerThatBlocks() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        SamplerSchedule real = SamplerSchedule.start(registry);
        real.every(Duration.ofMillis(1), "blocker", () -> {
            blocked.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(blocked.await(20, TimeUnit.SECONDS));

        real.close();

        assertTrue(real.awaitEnd(20_000), "still blocked");
    }

    @Test
    void aSamplerMayCloseItsSchedule() {
        SamplerSchedule real = SamplerSchedule.start(registry);
        real.every(Duration.ofMillis(1), "a", real::close);

        assertTrue(real.awaitEnd(20_000), "still running");
    }

    private double late(String sampler) {
        return registry.snapshot().value("evenkeel.sampler.late_ticks", sampler);
    }

    private double errors(String sampler) {
        return registry.snapshot().value("evenkeel.sampler.errors", sampler);
    }
}
