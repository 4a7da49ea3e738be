package dev.evenkeel.metrics.slo;

import static dev.evenkeel.metrics.slo.VirtualProcess.DAY;
import static dev.evenkeel.metrics.slo.VirtualProcess.HOUR;
import static dev.evenkeel.metrics.slo.VirtualProcess.MINUTE;
import static dev.evenkeel.metrics.slo.VirtualProcess.SECOND;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SloMonitorTest {
    private static final double EXACT = 1e-9;

    @Test
    void everyWindowShowsItsOwnBurnRate() {
        VirtualProcess process = new VirtualProcess();
        process.run(4 * DAY, 1000, 1); // burns at 1

        process.run(5 * MINUTE, 1000, 20);

        SloReading reading = process.read();
        assertEquals(20, reading.burnRate(SloWindow.MINUTES_5), EXACT);
        assertEquals((25 * 1 + 5 * 20) / 30.0, reading.burnRate(SloWindow.MINUTES_30), EXACT);
        assertEquals((55 * 1 + 5 * 20) / 60.0, reading.burnRate(SloWindow.HOUR_1), EXACT);
        // These start at a slice of 2 and of 15 minutes; the 5 minutes of errors are within all of them.
        assertEquals((115 + 5 * 20) / 120.0, reading.burnRate(SloWindow.HOURS_2), 0.02);
        assertEquals((355 + 5 * 20) / 360.0, reading.burnRate(SloWindow.HOURS_6), 0.01);
        assertEquals((1435 + 5 * 20) / 1440.0, reading.burnRate(SloWindow.DAY_1), 0.01);
        assertEquals((4315 + 5 * 20) / 4320.0, reading.burnRate(SloWindow.DAYS_3), 0.01);
    }

    @Test
    void theBudgetIsExactUntilThePeriodHasPassed() {
        VirtualProcess process = new VirtualProcess();

        process.run(2 * DAY, 1000, 0);
        process.run(HOUR, 1000, 7);

        long ticks = (2 * DAY + HOUR) / (10 * SECOND);
        long bad = 7 * HOUR / (10 * SECOND);
        SloReading reading = process.read();
        assertEquals(1000 * ticks, reading.total());
        assertEquals(1000 * ticks - bad, reading.good());
        assertEquals(1 - bad / (ticks * 1000 * 0.001), reading.errorBudgetRemaining(), EXACT);
        assertEquals(2 * DAY + HOUR, reading.observedMillis());
    }

    @Test
    void whatIsOlderThanThePeriodIsForgottenWithinASlice() {
        VirtualProcess process = new VirtualProcess();
        process.run(10 * MINUTE, 100, 100);
        process.run(30 * DAY - 10 * MINUTE, 100, 0);
        assertEquals(100 * 60, process.read().total() - process.read().good(), "as old as the period");

        process.run(2 * HOUR + 10 * MINUTE, 100, 0);

        SloReading reading = process.read();
        assertEquals(1.0, reading.errorBudgetRemaining());
        assertEquals(30 * DAY, reading.observedMillis());
        long perPeriod = 100 * 30 * DAY / (10 * SECOND);
        assertTrue(
                reading.total() >= perPeriod && reading.total() <= perPeriod + 100 * 2 * HOUR / (10 * SECOND),
                reading::toString);
    }

    @Test
    void anOverspentBudgetIsNegative() {
        VirtualProcess process = new VirtualProcess();

        process.run(HOUR, 1000, 3);

        assertEquals(-2, process.read().errorBudgetRemaining(), EXACT);
        assertEquals(-2, process.snapshot().value("slo.error_budget.remaining", "s"), EXACT);
    }

    @Test
    void withoutTrafficThereIsNoBurnRateNoAlertAndAFullBudget() {
        VirtualProcess process = new VirtualProcess();

        process.run(2 * DAY, 0, 0);

        SloReading reading = process.read();
        for (SloWindow window : SloWindow.values()) {
            assertTrue(Double.isNaN(reading.burnRate(window)), window.label());
        }
        assertEquals(1.0, reading.errorBudgetRemaining());
        assertEquals(2 * DAY, reading.observedMillis(), "it was watched all the same");
        assertTrue(process.snapshot().find("slo.burn_rate", "s", "5m").isEmpty(), "absent, not zero");
        assertEquals(0.0, process.snapshot().value("slo.alert.firing", "s", "page_fast"));
        assertEquals(List.of(), process.alerts);
    }

    @Test
    void aBreachIsToldOnceAndOnceMoreAfterItsEnd() {
        VirtualProcess process = new VirtualProcess();
        process.run(7 * DAY, 1000, 0);

        process.run(HOUR, 1000, 100); // burns at 100
        List<SloAlert> during = List.copyOf(process.alerts);
        process.run(6 * HOUR, 1000, 0);

        // 14.4 % of an hour, 6 % of six; 3 % of a day and 1 % of three are the same.
        List<SloAlertLevel> levels = during.stream().map(SloAlert::level).toList();
        assertEquals(List.of(SloAlertLevel.PAGE_FAST, SloAlertLevel.PAGE_SLOW), levels.subList(0, 2));
        assertEquals(4, levels.size(), levels::toString);
        assertTrue(levels.contains(SloAlertLevel.TICKET_FAST) && levels.contains(SloAlertLevel.TICKET_SLOW));
        assertTrue(during.stream().allMatch(SloAlert::firing));
        List<SloAlert> after = process.alerts.subList(during.size(), process.alerts.size());
        assertEquals(4, after.size(), after::toString);
        assertFalse(after.stream().anyMatch(SloAlert::firing));
        SloAlert first = during.get(0);
        assertEquals(14.4, first.threshold(), EXACT);
        assertTrue(first.longBurnRate() >= 14.4 && first.longBurnRate() < 15, first::toString);
        // 14.4 % of an hour at a burn rate of 100 is 8 min 38.4 s.
        assertEquals(
                VirtualProcess.START_MILLIS + 7 * DAY + 8 * MINUTE + 40 * SECOND,
                first.epochMillis(),
                10 * SECOND + 1.0);
    }

    @Test
    void theShortWindowEndsAnAlertSoonAfterTheErrors() {
        VirtualProcess process = new VirtualProcess();
        process.run(DAY, 1000, 0);
        process.run(HOUR, 1000, 100);
        long ended = VirtualProcess.START_MILLIS + DAY + HOUR;

        process.run(10 * MINUTE, 1000, 0);

        SloAlert end = process.alerts.stream()
                .filter(alert -> alert.level() == SloAlertLevel.PAGE_FAST && !alert.firing())
                .findFirst()
                .orElseThrow();
        // Below 0.8 x 14.4: when 88.5 % of five minutes are clean.
        assertEquals(ended + 265 * SECOND, end.epochMillis(), 10 * SECOND);
    }

    @Test
    void aRateThatMovesAroundTheLevelIsOneBreach() {
        VirtualProcess process = new VirtualProcess();
        process.run(DAY, 10_000, 0);
        process.run(HOUR, 10_000, 150); // burns at 15

        for (int i = 0; i < 40; i++) {
            process.run(5 * MINUTE, 10_000, i % 2 == 0 ? 130 : 155); // 13 and 15.5 around 14.4
        }

        assertEquals(
                List.of(true),
                process.alerts.stream()
                        .filter(alert -> alert.level() == SloAlertLevel.PAGE_FAST)
                        .map(SloAlert::firing)
                        .toList());
    }

    @Test
    void anAlertEndsWhenTrafficEnds() {
        VirtualProcess process = new VirtualProcess();
        process.run(DAY, 1000, 0);
        process.run(30 * MINUTE, 1000, 500);
        assertEquals(1.0, process.snapshot().value("slo.alert.firing", "s", "page_fast"));

        process.run(6 * MINUTE, 0, 0);

        assertEquals(0.0, process.snapshot().value("slo.alert.firing", "s", "page_fast"));
    }

    @Test
    void oneUnluckyRequestWakesNobodyUp() {
        VirtualProcess process = new VirtualProcess(null, slo -> slo.target(0.999), monitor -> monitor);
        process.run(3 * HOUR, 0, 0);

        process.record(2, 2);
        process.run(10 * SECOND, 0, 0);
        assertEquals(1000, process.read().burnRate(SloWindow.MINUTES_5), EXACT);
        assertEquals(List.of(), process.alerts, "two");

        process.record(1, 1);
        process.run(10 * SECOND, 0, 0);
        assertEquals(4, process.alerts.size(), "the third");
    }

    @Test
    void aLevelThatNoOutageReachesIsLeftOut() {
        VirtualProcess process =
                new VirtualProcess(null, slo -> slo.target(0.9).minimumBadEvents(1), monitor -> monitor);
        process.run(DAY, 100, 0);

        process.run(DAY, 100, 100);

        assertEquals(10, process.read().burnRate(SloWindow.HOUR_1), EXACT);
        assertTrue(process.alerts.stream().noneMatch(alert -> alert.level() == SloAlertLevel.PAGE_FAST));
        assertTrue(process.alerts.stream().anyMatch(alert -> alert.level() == SloAlertLevel.PAGE_SLOW));
        assertTrue(process.snapshot().find("slo.alert.firing", "s", "page_fast").isEmpty());
    }

    @Test
    void levelsFollowThePeriod() {
        Slo month = Slo.availability("month", () -> 0, () -> 0).target(0.999).build();
        Slo week = Slo.availability("week", () -> 0, () -> 0)
                .target(0.999)
                .period(Duration.ofDays(7))
                .build();

        assertEquals(14.4, month.alertThreshold(SloAlertLevel.PAGE_FAST), EXACT);
        assertEquals(6, month.alertThreshold(SloAlertLevel.PAGE_SLOW), EXACT);
        assertEquals(3, month.alertThreshold(SloAlertLevel.TICKET_FAST), EXACT);
        assertEquals(1, month.alertThreshold(SloAlertLevel.TICKET_SLOW), EXACT);
        assertEquals(3.36, week.alertThreshold(SloAlertLevel.PAGE_FAST), EXACT);
        assertEquals(1, week.alertThreshold(SloAlertLevel.TICKET_SLOW), EXACT, "never below 1");
    }

    @Test
    void latencyCountsWhatIsAtOrBelowTheBucketsEnd() {
        AtomicLong nanos = new AtomicLong();
        MetricRegistry registry = MetricRegistry.create();
        Timer pay = registry.timer("pay").register();
        Timer refund = registry.timer("refund").register();
        Slo slo = Slo.latency("fast", Duration.ofMillis(300), pay, refund)
                .target(0.99)
                .build();
        SloMonitor monitor = SloMonitor.builder(registry)
                .add(slo)
                .wallClock(() -> nanos.get() / 1_000_000)
                .nanoClock(nanos::get)
                .build();

        long edge = slo.thresholdNanos();
        assertTrue(edge >= 300_000_000 && edge <= 303_000_000, "at most 1 % up: " + edge);
        pay.record(edge);
        refund.record(1);
        pay.record(edge + 1);
        nanos.addAndGet(10_000_000_000L);
        monitor.tick();

        SloReading reading = monitor.read("fast");
        assertEquals(2, reading.good());
        assertEquals(3, reading.total());
        assertEquals((1 / 3.0) / 0.01, reading.burnRate(SloWindow.HOUR_1), EXACT);
        assertEquals(edge / 1e9, registry.snapshot().value("slo.threshold", "fast"));
    }

    @Test
    void anEventThatTurnsBadLateIsCountedBad() {
        AtomicLong nanos = new AtomicLong();
        MetricRegistry registry = MetricRegistry.create();
        Counter all = registry.counter("all").register();
        Counter failed = registry.counter("failed").register();
        all.increment(); // is on its way when the monitor starts: none of ours
        SloMonitor monitor = SloMonitor.builder(registry)
                .add(Slo.availabilityByErrors("s", failed::sum, all::sum)
                        .target(0.9)
                        .build())
                .wallClock(() -> nanos.get() / 1_000_000)
                .nanoClock(nanos::get)
                .build();

        failed.increment();
        assertEquals(0, monitor.read("s").total());
        all.add(10);
        assertEquals(10, monitor.read("s").good(), "the first failure was of an event before");
        nanos.addAndGet(10_000_000_000L);
        failed.increment();

        assertEquals(9, monitor.read("s").good());
        assertEquals(10, monitor.read("s").total());
        assertEquals(0, registry.snapshot().value("slo.source.resets", "s"));
    }

    @Test
    void aSourceThatThrowsOrFallsIsCountedAndNotGuessed() {
        AtomicLong nanos = new AtomicLong();
        AtomicLong all = new AtomicLong(1000);
        AtomicBoolean broken = new AtomicBoolean();
        MetricRegistry registry = MetricRegistry.create();
        SloMonitor monitor = SloMonitor.builder(registry)
                .add(Slo.availability("s", all::get, () -> {
                            if (broken.get()) {
                                throw new IllegalStateException("no");
                            }
                            return all.get();
                        })
                        .target(0.9)
                        .build())
                .wallClock(() -> nanos.get() / 1_000_000)
                .nanoClock(nanos::get)
                .build();

        all.set(1010);
        broken.set(true);
        nanos.addAndGet(10_000_000_000L);
        monitor.tick();
        assertEquals(0, monitor.read("s").total());
        assertEquals(0, monitor.read("s").observedMillis());
        broken.set(false);
        nanos.addAndGet(10_000_000_000L);
        monitor.tick();
        assertEquals(10, monitor.read("s").total());
        assertEquals(20_000, monitor.read("s").observedMillis(), "the counter counted all the time");
        all.set(3);
        assertEquals(10, monitor.read("s").total());
        all.set(5);
        assertEquals(12, monitor.read("s").total());

        assertEquals(3, registry.snapshot().value("slo.source.errors", "s"));
        assertEquals(1, registry.snapshot().value("slo.source.resets", "s"));
    }

    @Test
    void aListenerThatThrowsIsCountedAndTheOthersAreTold() {
        VirtualProcess process = new VirtualProcess(
                null,
                slo -> slo.target(0.999),
                monitor -> monitor.listener(alert -> {
                    throw new IllegalStateException("no pager");
                }));

        process.run(10 * MINUTE, 1000, 1000);

        assertEquals(4, process.snapshot().value("slo.listener.errors"));
    }

    @Test
    void aCollectReadsWhenNobodyTicks() {
        VirtualProcess process = new VirtualProcess();
        process.record(1000, 10);

        process.pass(9 * SECOND);
        assertTrue(process.snapshot().find("slo.burn_rate", "s", "5m").isEmpty());
        process.pass(SECOND);

        assertEquals(10, process.snapshot().value("slo.burn_rate", "s", "5m"), EXACT);
    }

    @Test
    void aSuspendedMachineSawNothing() {
        VirtualProcess process = new VirtualProcess();
        process.run(HOUR, 10, 0);

        process.setDateBy(5 * HOUR); // the nanosecond clock stood still
        process.run(HOUR, 10, 0);

        assertEquals(2 * HOUR, process.read().observedMillis());
        assertEquals(VirtualProcess.START_MILLIS + 7 * HOUR, process.read().epochMillis());
    }

    @Test
    void aClockThatIsSetBackChangesNothingInARunningProcess() {
        VirtualProcess process = new VirtualProcess();
        process.run(HOUR, 1000, 1);

        process.setDateBy(-3 * DAY);
        process.run(HOUR, 1000, 5);

        assertEquals(2 * HOUR, process.read().observedMillis());
        assertEquals(5, process.read().burnRate(SloWindow.HOUR_1), EXACT);
        assertEquals(3, process.read().burnRate(SloWindow.HOURS_2), 0.1);
        assertEquals(1, process.snapshot().value("slo.clock.steps_back"));
        process.setDateBy(3 * DAY); // corrected
        process.run(HOUR, 1000, 0);
        assertEquals(3 * HOUR, process.read().observedMillis());
        assertEquals(1, process.snapshot().value("slo.clock.steps_back"));
    }

    @Test
    void closedGaugesAreAbsent() {
        VirtualProcess process = new VirtualProcess();
        process.run(MINUTE, 10, 0);

        process.monitor.close();
        process.monitor.close();
        process.monitor.tick();

        assertTrue(process.snapshot().find("slo.objective", "s").isEmpty());
        assertEquals(60, process.read().total(), "the last reading stays");
    }

    @Test
    void impossibleObjectivesAreRefused() {
        Slo.Builder slo = Slo.availability("checkout", () -> 0, () -> 0);
        Timer two = MetricRegistry.create().timer("two").register();
        Timer three = MetricRegistry.create().timer("three").digits(1).register();

        assertAll(
                () -> assertEquals(
                        "Cannot give SLO \"checkout\" the target 99.9: a target is a share from 0.5 to 0.999999, and what it "
                                + "leaves to 1 is the error budget. For 99.9 % pass 0.999.",
                        assertThrows(IllegalArgumentException.class, () -> slo.target(99.9))
                                .getMessage()),
                () -> assertThrows(IllegalArgumentException.class, () -> slo.target(1)),
                () -> assertThrows(IllegalArgumentException.class, () -> slo.target(Double.NaN)),
                () -> assertThrows(IllegalStateException.class, slo::build),
                () -> assertThrows(IllegalArgumentException.class, () -> slo.period(Duration.ofDays(2))),
                () -> assertThrows(IllegalArgumentException.class, () -> slo.period(Duration.ofDays(367))),
                () -> assertThrows(IllegalArgumentException.class, () -> slo.minimumBadEvents(0)),
                () -> assertThrows(IllegalArgumentException.class, () -> Slo.availability("a b", () -> 0, () -> 0)),
                () -> assertThrows(IllegalArgumentException.class, () -> Slo.latency("l", Duration.ZERO, two)),
                () -> assertThrows(IllegalArgumentException.class, () -> Slo.latency("l", Duration.ofDays(4), two)),
                () -> assertThrows(IllegalArgumentException.class, () -> Slo.latency("l", Duration.ofMillis(1))),
                () -> assertThrows(
                        IllegalArgumentException.class, () -> Slo.latency("l", Duration.ofMillis(1), two, three)),
                () -> assertThrows(IllegalStateException.class, () -> SloMonitor.builder(MetricRegistry.create())
                        .build()),
                () -> assertThrows(IllegalArgumentException.class, () -> SloMonitor.builder(MetricRegistry.create())
                        .add(slo.target(0.9).build())
                        .add(slo.build())),
                () -> assertThrows(IllegalArgumentException.class, () -> SloMonitor.builder(MetricRegistry.create())
                        .saveEvery(Duration.ofSeconds(9))));
    }
}
