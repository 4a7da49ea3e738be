package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.ExemplarSource;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvenkeelMeterRegistryTest {
    private final MockClock clock = new MockClock();
    private final MetricRegistry core = MetricRegistry.builder()
            .nanoClock(clock::monotonicTime)
            .wallClock(clock::wallTime)
            .build();
    private final EvenkeelMeterRegistry meters =
            EvenkeelMeterRegistry.builder(core).clock(clock).build();

    /** What the core shows, by name and labels; of a histogram count and sum. What it says of itself is left out. */
    private static TreeMap<String, String> shown(MetricRegistry core) {
        TreeMap<String, String> shown = new TreeMap<>();
        for (Point point : core.snapshot().points()) {
            if (!point.descriptor().name().startsWith("evenkeel.")) {
                HistogramReading reading = point.histogram();
                String value = reading == null
                        ? "" + point.value()
                        : reading.count() + " values, sum " + reading.sum() * reading.scale();
                String unit = point.descriptor().unit();
                shown.put(
                        point.descriptor().name() + point.labels(),
                        point.descriptor().kind() + " " + value + (unit.isEmpty() ? "" : " " + unit));
            }
        }
        return shown;
    }

    private static List<String> lines(String... lines) {
        return List.of(lines);
    }

    private static List<String> text(TreeMap<String, String> shown) {
        List<String> text = new ArrayList<>();
        shown.forEach((series, value) -> text.add(series + " = " + value));
        return text;
    }

    @Test
    void everyKindOfMeterIsSeenByTheCore() {
        meters.counter("jobs", "kind", "mail").increment(2.5);
        Timer.builder("call").description("Calls").register(meters).record(Duration.ofMillis(1500));
        DistributionSummary.builder("size").baseUnit("bytes").register(meters).record(300);
        DistributionSummary.builder("price").baseUnit("euros").register(meters).record(1.25);
        Gauge.builder("level", () -> 7).baseUnit("percent").register(meters);
        TimeGauge.builder("age", () -> 1500, TimeUnit.MILLISECONDS).register(meters);
        FunctionCounter.builder("hits", this, t -> 11).register(meters);
        FunctionTimer.builder("gc", this, t -> 3, t -> 250, TimeUnit.MILLISECONDS)
                .register(meters);
        LongTaskTimer tasks = LongTaskTimer.builder("sync").register(meters);
        tasks.start();
        tasks.start();
        clock.add(Duration.ofSeconds(4));
        Meter.builder(
                        "mine",
                        Meter.Type.OTHER,
                        List.of(
                                new Measurement(() -> 5.0, Statistic.COUNT),
                                new Measurement(() -> 6.0, Statistic.VALUE)))
                .register(meters);

        assertEquals(
                lines(
                        "age{} = GAUGE 1.5 s",
                        "call.max{} = GAUGE 1.5 s",
                        "call{} = HISTOGRAM 1 values, sum 1.5 s",
                        "gc.calls{} = COUNTER 3.0 {calls}",
                        "gc.time{} = COUNTER 0.25 s",
                        "hits{} = COUNTER 11.0",
                        "jobs{kind=\"mail\"} = COUNTER 2.5",
                        "level{} = GAUGE 7.0 %",
                        "mine.count{} = COUNTER 5.0",
                        "mine{} = GAUGE 6.0",
                        "price.max{} = GAUGE 1.25 {euros}",
                        "price{} = HISTOGRAM 1 values, sum 1.25 {euros}",
                        "size.max{} = GAUGE 300.0 By",
                        "size{} = HISTOGRAM 1 values, sum 300.0 By",
                        "sync.active{} = GAUGE 2.0 {tasks}",
                        "sync.duration{} = GAUGE 8.0 s",
                        "sync.max{} = GAUGE 4.0 s"),
                text(shown(core)));
        assertEquals(
                "Calls", core.snapshot().find("call").orElseThrow().descriptor().help());
    }

    @Test
    void oneNameMayHaveSeriesWithOtherTagKeys() {
        meters.counter("jobs").increment();
        meters.counter("jobs", "kind", "mail").increment(2);
        meters.counter("jobs", "kind", "mail", "queue", "fast").increment(3);
        meters.counter("jobs", "a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6", "g", "7", "h", "8", "i", "9")
                .increment(4);

        assertEquals(
                lines(
                        "jobs{a=\"1\", b=\"2\", c=\"3\", d=\"4\", e=\"5\", f=\"6\", g=\"7\", h=\"8\", i=\"9\"} = COUNTER 4.0",
                        "jobs{kind=\"mail\", queue=\"fast\"} = COUNTER 3.0",
                        "jobs{kind=\"mail\"} = COUNTER 2.0",
                        "jobs{} = COUNTER 1.0"),
                text(shown(core)));
    }

    @Test
    void namesAndTagsThatNoWireCanSpellAreSpelledAnew() {
        meters.counter("1 näme!", "my-tag", "ü \n", "my tag", "2", "0", "", CoreNames.OVERFLOW + "x", "3")
                .increment();
        meters.counter("", "", "empty").increment();

        assertEquals(
                lines(
                        "m_1_n_me_{_0=\"\", my_tag=\"2\", my_tag_2=\"ü \n\", otel_metric_overflowx=\"3\"} = COUNTER 1.0",
                        "m_{_=\"empty\"} = COUNTER 1.0"),
                text(shown(core)));
    }

    @Test
    void aNameThatTheCoreHasAsSomethingElseGetsItsKind() {
        core.counter("jobs").labels("kind").register().bind("own").increment();
        meters.counter("jobs", "kind", "mail").increment();
        meters.timer("jobs", "kind", "slow").record(Duration.ofSeconds(1));
        meters.gauge("jobs", Tags.of("kind", "waiting"), 4);

        assertEquals(
                lines(
                        "jobs.counter{kind=\"mail\"} = COUNTER 1.0",
                        "jobs.gauge{kind=\"waiting\"} = GAUGE 4.0",
                        "jobs.max{kind=\"slow\"} = GAUGE 1.0 s",
                        "jobs.timer{kind=\"slow\"} = HISTOGRAM 1 values, sum 1.0 s",
                        "jobs{kind=\"own\"} = COUNTER 1.0"),
                text(shown(core)));
    }

    @Test
    void aMeterThatTheCoreRefusesIsCountedAndTold() {
        core.gauge("jobs").register();
        core.gauge("jobs.counter").register();
        List<String> told = new ArrayList<>();
        meters.config().onMeterRegistrationFailed((id, reason) -> told.add(id.getName() + ": " + reason));

        meters.counter("jobs").increment();

        assertEquals(0, meters.counter("jobs").count());
        assertEquals(1, core.snapshot().value("evenkeel.micrometer.refused"));
        assertEquals(1, told.size());
        assertTrue(
                told.get(0).startsWith("jobs: Cannot register double counter \"jobs.counter\": a gauge of that name"),
                told.get(0));

        core.close();
        meters.timer("late").record(Duration.ofSeconds(1));
        assertEquals(0, meters.timer("late").count());
    }

    @Test
    void pastTheLimitAllIsCountedInTheOverflowSeriesAndNoIdIsKept() {
        MetricRegistry small = MetricRegistry.create();
        EvenkeelMeterRegistry limited =
                EvenkeelMeterRegistry.builder(small).cardinalityLimit(3).build();
        for (int i = 0; i < 1000; i++) {
            limited.counter("jobs", "user", "u" + i).increment();
            limited.timer("calls", "user", "u" + i).record(Duration.ofSeconds(1));
            limited.summary("sizes", "user", "u" + i).record(2);
        }

        Tags overflow = Tags.of(CoreNames.OVERFLOW, "true");
        assertEquals(4, limited.get("jobs").counters().size());
        assertEquals(997, limited.get("jobs").tags(overflow).counter().count());
        assertEquals(997, limited.get("calls").tags(overflow).timer().count());
        assertEquals(997, limited.get("calls").tags(overflow).timer().totalTime(TimeUnit.SECONDS));
        assertEquals(1994, limited.get("sizes").tags(overflow).summary().totalAmount());
        assertEquals(
                1000,
                limited.get("jobs").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum());
        assertEquals(997, small.snapshot().find("calls", "true").orElseThrow().value());
        assertEquals(3 * 997, small.snapshot().value("evenkeel.dropped", "overflowed"));
        assertSame(limited.counter("jobs", "user", "u1"), limited.counter("jobs", "user", "u1"));

        limited.remove(limited.get("calls").tags("user", "u1").timer());
        limited.timer("calls", "user", "late").record(Duration.ofSeconds(1));
        assertEquals(1, limited.get("calls").tags("user", "late").timer().count());
    }

    @Test
    void theLimitCountsWhatFiltersLeaveOfTheTags() {
        EvenkeelMeterRegistry limited =
                EvenkeelMeterRegistry.builder(core).cardinalityLimit(2).build();
        limited.config().meterFilter(MeterFilter.ignoreTags("user")).commonTags("app", "shop");
        for (int i = 0; i < 50; i++) {
            limited.counter("jobs", "user", "u" + i).increment();
        }
        assertEquals(lines("jobs{app=\"shop\"} = COUNTER 50.0"), text(shown(core)));
    }

    @Test
    void theCoresMemoryIsALimitToo() {
        MetricRegistry small = MetricRegistry.builder().maxBytes(128 * 1024).build();
        EvenkeelMeterRegistry limited = EvenkeelMeterRegistry.builder(small)
                .cardinalityLimit(100_000)
                .maximum(false)
                .build();
        for (int i = 0; i < 10_000; i++) {
            limited.counter("jobs", "user", "u" + i).increment();
        }
        int kept = limited.get("jobs").counters().size();
        assertTrue(kept < 2_000, "meters kept: " + kept);
        assertEquals(
                10_000,
                small.snapshot().points().stream()
                        .filter(point -> point.descriptor().name().equals("jobs"))
                        .mapToDouble(Point::value)
                        .sum());
    }

    @Test
    void aRemovedMeterIsShownNoMoreAndStartsAnew() {
        Timer timer = meters.timer("call");
        timer.record(Duration.ofSeconds(3));
        Gauge gauge = Gauge.builder("level", () -> 7).register(meters);
        Timer watched = Timer.builder("watched")
                .publishPercentiles(0.5)
                .serviceLevelObjectives(Duration.ofMillis(100))
                .register(meters);
        Counter counter = meters.counter("jobs");
        counter.increment(4);
        assertEquals(
                new TreeSet<>(List.of(
                        "call.max{}",
                        "call{}",
                        "jobs{}",
                        "level{}",
                        "watched.histogram{le=\"0.1\"}",
                        "watched.max{}",
                        "watched.percentile{phi=\"0.5\"}",
                        "watched{}")),
                shown(core).keySet());

        for (Meter meter : List.of(timer, gauge, watched, counter)) {
            meters.remove(meter);
        }

        // A counter of doubles cannot be taken back by the core: its series stays, and a new meter begins at zero.
        assertEquals(lines("jobs{} = COUNTER 4.0"), text(shown(core)));
        assertNotSame(timer, meters.timer("call"));
        assertEquals(0, meters.timer("call").count());
        assertEquals(0, meters.counter("jobs").count());
        meters.counter("jobs").increment();
        assertEquals(1, meters.counter("jobs").count());
        meters.timer("call").record(Duration.ofSeconds(1));
        assertEquals(1, meters.timer("call").count());
        assertEquals(1, meters.timer("call").totalTime(TimeUnit.SECONDS));
        assertEquals("HISTOGRAM 1 values, sum 1.0 s", shown(core).get("call{}"));
    }

    @Test
    void percentilesAreOfTheWindowAndObjectivesOfAll() {
        Timer timer = Timer.builder("call")
                .publishPercentiles(0.5, 0.99)
                .serviceLevelObjectives(Duration.ofMillis(100), Duration.ofSeconds(2))
                .distributionStatisticExpiry(Duration.ofSeconds(30))
                .distributionStatisticBufferLength(3)
                .register(meters);
        for (int i = 0; i < 100; i++) {
            timer.record(Duration.ofMillis(i < 98 ? 50 : 1000));
        }
        clock.add(Duration.ofSeconds(1));

        TreeMap<String, String> shown = shown(core);
        assertEquals(0.05, value(shown, "call.percentile{phi=\"0.5\"}"), 0.0005);
        assertEquals(1, value(shown, "call.percentile{phi=\"0.99\"}"), 0.01);
        assertEquals(98, value(shown, "call.histogram{le=\"0.1\"}"));
        assertEquals(100, value(shown, "call.histogram{le=\"2\"}"));
        assertEquals(1, value(shown, "call.max{}"));

        for (int i = 0; i < 5; i++) {
            clock.add(Duration.ofSeconds(10));
            core.tick();
            shown = shown(core);
        }
        assertEquals(0, value(shown, "call.percentile{phi=\"0.99\"}"), "nothing was recorded in the window");
        assertEquals(0, value(shown, "call.max{}"));
        assertEquals(98, value(shown, "call.histogram{le=\"0.1\"}"));
    }

    private static double value(TreeMap<String, String> shown, String series) {
        return Double.parseDouble(shown.getOrDefault(series, "? NaN").split(" ")[1]);
    }

    @Test
    void aWindowBelongsToTheNameAndALaterMeterWithoutItShowsAll() {
        meters.timer("call", "route", "/a").record(Duration.ofSeconds(1));
        Timer later =
                Timer.builder("call").tags("route", "/b").publishPercentiles(1).register(meters);
        later.record(Duration.ofSeconds(1));
        clock.add(Duration.ofHours(1));

        assertEquals(1, later.takeSnapshot().percentileValues()[0].value(TimeUnit.SECONDS), 0.01);
    }

    @Test
    void amountsAreRoundedToTheResolutionOfTheName() {
        DistributionSummary usual = meters.summary("usual");
        DistributionSummary small =
                DistributionSummary.builder("small").minimumExpectedValue(0.001).register(meters);
        for (int i = 0; i < 1000; i++) {
            usual.record(0.1234567);
            small.record(0.0012345678);
        }
        usual.record(Double.NaN);
        usual.record(-1);

        assertEquals(1000, usual.count());
        assertEquals(123.4567, usual.totalAmount(), 1000 * 0.0005);
        assertEquals(1.2345678, small.totalAmount(), 1000 * 0.000005);
        assertEquals(0.1234567, usual.max(), "a maximum is exact");

        usual.record(Double.MAX_VALUE);
        assertEquals(1001, usual.count());
        assertEquals(1, core.snapshot().value("evenkeel.dropped", "clamped"));
    }

    @Test
    void exemplarsComeFromTheCoresSource() {
        MetricRegistry traced = MetricRegistry.builder()
                .exemplars(new ExemplarSource() {
                    @Override
                    public boolean sampled() {
                        return true;
                    }

                    @Override
                    public String traceId() {
                        return "0af7651916cd43dd8448eb211c80319c";
                    }

                    @Override
                    public String spanId() {
                        return "b7ad6b7169203331";
                    }
                })
                .build();
        EvenkeelMeterRegistry.of(traced).timer("call").record(Duration.ofSeconds(2));

        HistogramReading reading = traced.snapshot().find("call").orElseThrow().histogram();
        assertEquals(1, reading.exemplars().size());
        assertEquals(
                "0af7651916cd43dd8448eb211c80319c", reading.exemplars().get(0).traceId());
        assertEquals(2.0, reading.exemplars().get(0).value());
    }

    @Test
    void bothDirectionsAtOnceAreNoLoop() {
        AtomicLong own = new AtomicLong(5);
        core.observedGauge("own.level").register().add(own::get);
        core.counter("own.jobs").register().add(3);
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        CompositeMeterRegistry both = new CompositeMeterRegistry();
        both.add(meters).add(other);
        both.timer("call").record(Duration.ofSeconds(1));
        both.counter("jobs").increment(2);

        try (EvenkeelMeterBinder binder =
                EvenkeelMeterBinder.builder(core).freshness(Duration.ZERO).build()) {
            binder.bindTo(meters);
            binder.bindTo(both);
            TreeSet<String> before = new TreeSet<>(shown(core).keySet());
            int metersBefore = meters.getMeters().size();
            for (int i = 0; i < 5; i++) {
                assertEquals(0, binder.refresh(), "new series in round " + i);
            }

            assertEquals(before, shown(core).keySet());
            assertEquals(new TreeSet<>(List.of("call.max{}", "call{}", "jobs{}", "own.jobs{}", "own.level{}")), before);
            assertEquals(metersBefore, meters.getMeters().size());
            assertEquals(5, meters.get("own.level").gauge().value());
            assertEquals(3, other.get("own.jobs").functionCounter().count());
            assertEquals(2, other.get("jobs").counter().count(), "recorded there once, by the composite");
            assertEquals(2, meters.get("jobs").counter().count());
        }
    }

    @Test
    void whatIsRecordedHereReachesAnotherRegistryThroughABinder() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        EvenkeelMeterBinder binder = EvenkeelMeterBinder.of(core);
        meters.timer("call", "route", "/a").record(Duration.ofSeconds(1));
        binder.bindTo(other);

        assertEquals(1, other.get("call").tags("route", "/a").functionTimer().count());
        assertEquals(1, other.get("call").functionTimer().totalTime(TimeUnit.SECONDS));
    }

    @Test
    void closeLeavesTotalsAndTakesCallbacks() {
        meters.counter("jobs").increment(2);
        meters.gauge("level", 7);
        meters.close();
        meters.close();

        assertEquals(lines("jobs{} = COUNTER 2.0"), text(shown(core)));
        meters.counter("late").increment();
        assertEquals(lines("jobs{} = COUNTER 2.0"), text(shown(core)));
        assertFalse(core.isClosed());
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> EvenkeelMeterRegistry.builder(core)
                .cardinalityLimit(0));
        assertThrows(IllegalArgumentException.class, () -> EvenkeelMeterRegistry.builder(core)
                .expiry(Duration.ofMillis(10)));
    }
}
