package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.load.ManualPacer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs in milliseconds: the clock, the service and the load are fakes, engine and judge are real. */
class SoakEngineTest {
    @TempDir
    Path dir;

    private final ManualPacer pacer = new ManualPacer();
    private final FakeTarget target = new FakeTarget(pacer);
    private final FakeLoad load = new FakeLoad(pacer);
    private SoakPlan plan = plan(120);

    private static SoakPlan plan(int seconds) {
        return new SoakPlan(
                Duration.ofSeconds(20), Duration.ofSeconds(seconds), 200, Duration.ofSeconds(30), "evenkeel soak");
    }

    private SoakEngine engine(SoakListener listener) {
        return new SoakEngine(
                plan,
                target,
                (t, schedule) -> load,
                dir,
                null,
                listener,
                pacer,
                () -> 1_795_000_000_000L,
                Footprint.none());
    }

    private RunResult run() throws Exception {
        return engine(new SoakListener() {}).run();
    }

    /** Stops when a second of the run has passed. */
    private RunResult runUntil(double second) throws Exception {
        SoakEngine[] engine = new SoakEngine[1];
        engine[0] = engine(new SoakListener() {
            @Override
            public void tick(Progress progress) {
                if (progress.second() >= second) {
                    engine[0].requestStop();
                }
            }
        });
        return engine[0].run();
    }

    private static ResourceResult resource(RunResult result, String name) {
        return result.resources().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aServiceThatStandsStillPasses() throws Exception {
        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertFalse(result.cutShort());
        assertEquals(List.of(), result.culprits());
        assertEquals(140, result.durationSeconds(), 1);
        assertEquals(200, result.load().achievedRate(), 1);
        assertTrue(target.closed && load.ended);
    }

    @Test
    void aPlantedDescriptorLeakFailsAndIsNamedFirst() throws Exception {
        target.fdsPerHour = 300;

        RunResult result = run();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertEquals(ResourceNames.OPEN_FDS, result.resources().get(0).name());
        assertEquals(300, result.resources().get(0).drift().slopePerHour(), 30);
        assertEquals("/tmp/planted-*", result.culprits().get(0).what());
        assertTrue(result.headline().startsWith("FAIL: open file descriptors grow by "), () -> result.headline());
        assertTrue(
                result.headline().contains("budget 72: 100 per million operations")
                        && result.headline().contains("Culprit: /tmp/planted-*, +"),
                () -> result.headline());
    }

    @Test
    void aPlantedThreadLeakFailsAndIsNamedFirst() throws Exception {
        target.threadsPerHour = 200;

        RunResult result = run();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertEquals(ResourceNames.THREADS, result.resources().get(0).name());
        assertEquals("planted-*", result.culprits().get(0).what());
    }

    @Test
    void aPlantedHeapLeakFailsAndIsNamedFirst() throws Exception {
        target.heapPerHour = 24e6;

        RunResult result = run();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertEquals(ResourceNames.HEAP_LIVE, result.resources().get(0).name());
        assertEquals("byte[]", result.culprits().get(0).what());
    }

    /** 16 KiB a time, 24 MiB an hour, on top of a buffer that comes and goes. */
    @Test
    void directBuffersDecideAMinutesRunBecauseReadingTheHeapCollects() throws Exception {
        target.spoil = values -> {
            double kept = Math.floor(24.0 * (1 << 20) * target.second() / 3600 / 16_384) * 16_384;
            values.put(ResourceNames.DIRECT_MEMORY, 148_152 + 8192 * (values.size() % 2) + kept);
            return values;
        };

        RunResult result = run();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertTrue(result.headline().startsWith("FAIL: direct buffers grow by "), result::headline);
    }

    /** As recorded of the reference service: 3 changes in 191 readings. */
    @Test
    void buffersThatHardlyEverChangeAreDecided() throws Exception {
        target.spoil = values -> {
            values.put(
                    ResourceNames.DIRECT_MEMORY, target.second() < 70 || target.second() > 110 ? 156_348.0 : 148_152.0);
            return values;
        };

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertTrue(resource(result, ResourceNames.DIRECT_MEMORY).deciding());
    }

    @Test
    void whereEachResourceStandsIsToldWhileTheRunGoesOn() throws Exception {
        List<Standing> last = new java.util.ArrayList<>();
        target.fdsPerHour = 3000;

        engine(new SoakListener() {
                    @Override
                    public void standings(List<Standing> soFar) {
                        last.clear();
                        last.addAll(soFar);
                    }
                })
                .run();

        assertEquals(
                List.of(ResourceNames.HEAP_LIVE, ResourceNames.OPEN_FDS, ResourceNames.THREADS),
                last.stream().map(Standing::name).toList(),
                "those that decide");
        assertEquals(Verdict.FAIL, last.get(1).verdict());
        assertEquals(3000, last.get(1).slopePerHour(), 300);
        assertEquals(72, last.get(1).budgetPerHour(), 1);
        assertTrue(last.get(1).readings().size() > 90, "the warm-up is shown too");
    }

    @Test
    void ofTwoLeaksTheOneFurthestBeyondItsBudgetComesFirst() throws Exception {
        target.fdsPerHour = 300;
        target.threadsPerHour = 400;

        RunResult result = run();

        assertEquals(
                List.of(ResourceNames.THREADS, ResourceNames.OPEN_FDS),
                result.resources().stream().limit(2).map(ResourceResult::name).toList());
        assertEquals(ResourceNames.THREADS, result.culprits().get(0).resource());
        assertTrue(result.headline().contains("Also, open file descriptors grow by"), () -> result.headline());
    }

    @Test
    void residentMemoryGrowsInAShortRunWithoutDecidingIt() throws Exception {
        RunResult result = run(); // the fake's grows by 3.6 GB an hour

        ResourceResult rss = resource(result, ResourceNames.RSS);
        assertFalse(rss.deciding());
        assertEquals(Verdict.FAIL, rss.drift().verdict());
        assertTrue(rss.why().contains("runs under one hour"), rss::why);
        assertEquals(Verdict.PASS, result.verdict());
    }

    @Test
    void aShortRunAlsoSaysWhatTheHourlyBudgetWouldSay() throws Exception {
        ResourceResult fds = resource(run(), ResourceNames.OPEN_FDS);

        assertNotNull(fds.hourly());
        assertEquals(2, fds.hourly().budget().perHour());
        assertEquals(Verdict.INCONCLUSIVE, fds.hourly().verdict());
        assertTrue(fds.hourly().secondsNeeded().isPresent());
    }

    @Test
    void aRunCutShortIsJudgedOnWhatItHas() throws Exception {
        target.fdsPerHour = 3000;

        RunResult result = runUntil(70);

        assertTrue(result.cutShort());
        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertEquals(70, result.durationSeconds(), 1);
        assertTrue(
                result.notes().stream()
                        .anyMatch(n -> n.startsWith("The run was cut short after 1 min 10 s of 2 min 20 s")),
                () -> result.notes().toString());
    }

    @Test
    void aLeakFarBeyondItsBudgetEndsTheRunEarlyAndSaysWhyAndAtWhichError() throws Exception {
        plan = plan(600).withEarlyStop();
        target.fdsPerHour = 1000;

        RunResult result = run();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertTrue(result.durationSeconds() < 20 + 330, () -> "ended after " + result.durationSeconds());
        assertFalse(result.cutShort());
        assertEquals("/tmp/planted-*", result.culprits().get(0).what());
        assertTrue(
                result.notes().stream()
                        .anyMatch(n -> n.startsWith("The run was ended early, after ")
                                && n.contains(" of 10 min 20 s: open file descriptors had grown beyond the budget")
                                && n.contains("at most 1 % of its runs")),
                () -> result.notes().toString());
        StoredRun stored = StoredRun.read(dir);
        assertTrue(stored.complete());
        assertEquals(result.headline(), stored.judge().headline());
        assertEquals(result.notes(), stored.judge().notes());
    }

    @Test
    void aServiceThatStandsStillPassesEarlyWhereThePlanAllowsIt() throws Exception {
        plan = plan(600).withEarlyStop();

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertTrue(
                result.durationSeconds() > 20 + 600 * 5 / 8.0 - 1 && result.durationSeconds() < 20 + 600 * 7 / 8.0,
                () -> "ended after " + result.durationSeconds());
        assertTrue(
                result.notes().stream().anyMatch(n -> n.contains("all that decides stayed within its budget")),
                () -> result.notes().toString());
        assertEquals(result.headline(), StoredRun.read(dir).judge().headline());
    }

    @Test
    void aLoadThatIsNotSoundKeepsARunFromPassingEarly() throws Exception {
        plan = plan(300).withEarlyStop();
        load.failedShare = 0.3;

        assertEquals(320, run().durationSeconds(), 1);
    }

    @Test
    void withoutThePlansLeaveARunGoesToItsEnd() throws Exception {
        plan = plan(300);
        target.fdsPerHour = 1000;

        assertEquals(320, run().durationSeconds(), 1);
    }

    @Test
    void twentyNineSamplesAreTooFewAndThirtyAreEnough() throws Exception {
        plan = new SoakPlan(Duration.ofSeconds(20), Duration.ofSeconds(120), 200, Duration.ZERO, "evenkeel soak");
        target.fdsPerHour = 36_000;

        RunResult result = runUntil(48.5); // samples at seconds 20 to 49, the one at 20 included

        assertEquals(30, resource(result, ResourceNames.OPEN_FDS).drift().samples());
        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
    }

    @Test
    void twentyNineSamplesAreTooFew() throws Exception {
        plan = new SoakPlan(Duration.ofSeconds(20), Duration.ofSeconds(120), 200, Duration.ZERO, "evenkeel soak");
        target.fdsPerHour = 36_000;

        RunResult result = runUntil(47.5);

        assertEquals(29, resource(result, ResourceNames.OPEN_FDS).drift().samples());
        assertEquals(Verdict.INCONCLUSIVE, result.verdict(), result.headline());
        assertTrue(result.cutShort());
    }

    @Test
    void aRunStoppedInItsWarmUpHasNothingToJudge() throws Exception {
        RunResult result = runUntil(8);

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertEquals(
                "INCONCLUSIVE: the run was stopped in its warm-up, before the first sample that counts.",
                result.headline());
        assertEquals(8, result.warmupSeconds(), 1);
    }

    @Test
    void aRunStoppedBeforeItsTargetStartsIsNoRun() {
        SoakEngine engine = engine(new SoakListener() {});
        engine.requestStop();

        assertThrows(InterruptedException.class, engine::run);

        assertTrue(target.closed);
    }

    @Test
    void anUnmarkedRestartIsInvalid() throws Exception {
        target.restartAtSecond = 60;

        RunResult result = run();

        assertEquals(Verdict.INVALID, result.verdict());
        assertTrue(result.headline().startsWith("INVALID: the service was restarted"), result::headline);
    }

    @Test
    void aCrashFailsTheRunAndSaysWhen() throws Exception {
        target.dieAtSecond = 63;
        target.exitCode = 3;

        RunResult result = run();

        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(
                result.headline()
                        .startsWith(
                                "FAIL: the service ended by itself after 1 min 3 s with exit code 3, out of memory."),
                result::headline);
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 130, 137, 143})
    void aServiceKilledFromOutsideMakesTheRunInvalid(int code) throws Exception {
        target.dieAtSecond = 63;
        target.exitCode = code;

        assertEquals(Verdict.INVALID, run().verdict());
    }

    @Test
    void aLoadFarBelowItsRateCannotPass() throws Exception {
        load.perSecond = 150;

        RunResult result = run();

        assertEquals(Verdict.INCONCLUSIVE, result.verdict(), result.headline());
        assertTrue(
                result.notes().stream().anyMatch(n -> n.startsWith("Only 150 of 200 requests per second")),
                () -> result.notes().toString());
    }

    @Test
    void aServiceThatFailsItsRequestsCannotPass() throws Exception {
        load.failedShare = 0.3;

        assertEquals(Verdict.INCONCLUSIVE, run().verdict());
    }

    @Test
    void notOneCompletedRequestIsInvalid() throws Exception {
        load.perSecond = 0;

        assertEquals(Verdict.INVALID, run().verdict());
    }

    @Test
    void aLateGeneratorIsReported() throws Exception {
        load.latenessMicros = 80_000;

        RunResult result = run();

        assertEquals(80, result.load().latenessP99Millis(), 1);
        assertTrue(
                result.notes().stream().anyMatch(n -> n.startsWith("The load generator itself was late")),
                () -> result.notes().toString());
    }

    @Test
    void faultsAreMarkedWithTheirRecoveryAndLiveSetsKeepOutOfThem() throws Exception {
        RunResult result = run();

        List<Mark> faults = result.marks().stream()
                .filter(mark -> mark.kind() == Mark.Kind.FAULT)
                .toList();
        assertEquals(
                List.of(8.0, 35.0, 65.0, 95.0, 125.0),
                faults.stream().map(m -> Math.floor(m.fromSecond())).toList());
        assertEquals(List.of("slow 250", "normal"), target.faults.subList(0, 2));
        assertEquals("normal", target.faults.get(target.faults.size() - 1));
        double origin = 0.2; // the first request is due this long after the target's clock begins
        for (Mark mark : faults) {
            assertTrue(mark.toSecond() - mark.fromSecond()
                    >= plan.faults().lastSeconds() + plan.faults().recoverySeconds());
            assertTrue(
                    target.liveSetSeconds.stream()
                            .map(s -> s - origin)
                            .noneMatch(s -> s > mark.fromSecond() + 0.1 && s < mark.toSecond()),
                    "live set in " + mark);
        }
    }

    @Test
    void everyPauseOfOursIsMarkedForTheReader() throws Exception {
        RunResult result = run();

        List<Mark> pauses = result.marks().stream()
                .filter(mark -> mark.kind() == Mark.Kind.EVENT)
                .toList();
        assertEquals(target.liveSetSeconds.size() + 2, pauses.size(), "each live set, and the evidence at both ends");
    }

    @Test
    void latencyInAFaultIsTheFaultsAndShowsOverTimeOnly() throws Exception {
        load.latencyMicros = () -> !target.faults.isEmpty()
                        && target.faults.get(target.faults.size() - 1).startsWith("slow")
                ? 2_000_000
                : 3000;

        RunResult result = run();

        assertEquals(3, result.load().intendedMillis().max(), 0.01);
        assertEquals(
                2000, java.util.Arrays.stream(result.load().p99Millis()).max().orElseThrow(), 2);
        assertEquals(24_000, result.load().completed(), 250, "all count, in a fault or not");
    }

    @Test
    void slowLiveSetReadingsTakeATenthOfTheTimeAtMost() throws Exception {
        target.liveSetMillis = 700;

        run();

        for (int i = 1; i < target.liveSetSeconds.size(); i++) {
            double gap = target.liveSetSeconds.get(i) - target.liveSetSeconds.get(i - 1);
            assertTrue(gap >= 6.9, "readings " + gap + " s apart");
        }
    }

    @Test
    void everyPauseOfOursIsToldToTheLoad() throws Exception {
        run();

        assertEquals(target.liveSetSeconds.size() + 2, load.pauses, "each live set, and evidence twice");
        assertFalse(load.paused);
    }

    @Test
    void missedSamplesAreGapsAndCounted() throws Exception {
        target.samplesFailFrom = 50;
        target.samplesFailTo = 53;

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertTrue(result.notes().contains("3 samples could not be read and are missing."), () -> result.notes()
                .toString());
    }

    @Test
    void aRowASecondIsInTheLog() throws Exception {
        run();

        List<String> lines = Files.readAllLines(dir.resolve("samples.csv"));
        assertEquals(142, lines.size(), "schema, header, 140 seconds");
        assertTrue(lines.get(20).contains(",warmup,"), lines.get(20));
        assertTrue(lines.get(30).contains(",steady,"), lines.get(30));
        try (Stream<String> rows = lines.stream()) {
            assertEquals(4 + 1, rows.filter(row -> row.contains("fault-begin")).count());
        }
    }

    @Test
    void theSameRunGivesTheSameResult() throws Exception {
        String first = run().headline();
        ManualPacer again = new ManualPacer();

        SoakEngine second = new SoakEngine(
                plan,
                new FakeTarget(again),
                (t, schedule) -> new FakeLoad(again),
                dir.resolve("again"),
                null,
                new SoakListener() {},
                again,
                () -> 0,
                Footprint.none());

        assertEquals(first, second.run().headline());
    }

    @Test
    void aLogThatCannotBeWrittenIsAnIoError() throws IOException {
        Files.writeString(dir.resolve("samples.csv"), "");

        assertThrows(IOException.class, this::run);

        assertTrue(target.closed);
    }
}
