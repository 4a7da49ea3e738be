package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.load.ManualPacer;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose log is read back: whole, cut off, damaged, gone on with. The clock and the service are fakes. */
class StoredRunTest {
    @TempDir
    Path dir;

    private final ManualPacer pacer = new ManualPacer();
    private FakeTarget target = new FakeTarget(pacer);
    private final FakeLoad load = new FakeLoad(pacer);
    private SoakPlan plan = new SoakPlan(
            Duration.ofSeconds(20), Duration.ofSeconds(120), 200, Duration.ofSeconds(30), "evenkeel soak");

    private SoakEngine engine(StoredRun stored, SoakListener listener) {
        return new SoakEngine(
                stored == null ? plan : stored.plan(),
                target,
                (t, schedule) -> load,
                dir,
                stored,
                listener,
                pacer,
                () -> 1_795_000_000_000L,
                Footprint.none());
    }

    private RunResult run() throws Exception {
        return engine(null, new SoakListener() {}).run();
    }

    /** What a killed harness leaves: the first lines of the log, and a part of the next. */
    private void killAfter(double second) throws Exception {
        run();
        Path file = dir.resolve(RunLog.FILE);
        List<String> lines = Files.readAllLines(file);
        int cut = 0;
        while (!lines.get(cut).contains(" sample\t") || !lines.get(cut).contains("\tto=" + (long) second + ".")) {
            cut++;
        }
        Files.writeString(
                file, String.join("\n", lines.subList(0, cut)) + "\n" + lines.get(cut).substring(0, 60));
    }

    private static int samples(StoredRun stored) throws IOException {
        int[] count = new int[1];
        stored.forEachRow(row -> count[0]++);
        return count[0];
    }

    private static String json(RunResult result, Path dir) throws IOException {
        ReportWriter.writeAll(result, dir);
        return Files.readString(dir.resolve(ReportWriter.JSON));
    }

    @Test
    void aStoredRunIsJudgedAgainToTheLetter() throws Exception {
        target.fdsPerHour = 300;
        RunResult ran = run();

        StoredRun stored = StoredRun.read(dir);
        RunResult judged = stored.judge();

        assertEquals(json(ran, dir.resolve("a")), json(judged, dir.resolve("b")));
        assertEquals(
                Files.readString(dir.resolve("a").resolve(ReportWriter.HTML)),
                Files.readString(dir.resolve("b").resolve(ReportWriter.HTML)));
        assertEquals(Verdict.FAIL, judged.verdict());
        assertTrue(stored.complete());
        String csv = Files.readString(dir.resolve(SampleLog.FILE));
        stored.writeSamples();
        assertEquals(csv, Files.readString(dir.resolve(SampleLog.FILE)));
    }

    @Test
    void aKilledRunLosesTheSampleItWroteAndIsJudgedOnTheRest() throws Exception {
        target.fdsPerHour = 3000;
        killAfter(70);

        StoredRun stored = StoredRun.read(dir);
        RunResult result = stored.judge();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertTrue(result.cutShort());
        assertFalse(stored.complete());
        assertEquals(69, samples(stored), "all but the one that was being written");
        assertTrue(
                result.notes().stream()
                        .anyMatch(n -> n.equals(
                                "The harness was killed after 1 min 9 s, while it wrote a sample, which is lost.")),
                () -> result.notes().toString());
    }

    @Test
    void aRunKilledInAFaultLeavesTheFaultOut() throws Exception {
        killAfter(37); // the first fault of the steady phase is on from 35

        RunResult result = StoredRun.read(dir).judge();

        Mark fault = result.marks().stream()
                .filter(m -> m.kind() == Mark.Kind.FAULT && m.fromSecond() > 30)
                .findFirst()
                .orElseThrow();
        assertEquals(35, fault.fromSecond(), 0.5);
        assertEquals(36, fault.toSecond(), 0.5);
    }

    @Test
    void aChangedLineIsLeftOutAndSaid() throws Exception {
        run();
        Path file = dir.resolve(RunLog.FILE);
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("\tto=50.")) {
                lines.set(i, lines.get(i).replace("v.open_fds=8", "v.open_fds=9"));
            }
        }
        Files.write(file, lines);

        RunResult result = StoredRun.read(dir).judge();

        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(
                result.notes().stream().anyMatch(n -> n.startsWith("1 entry of the log failed the checksum")),
                () -> result.notes().toString());
    }

    @Test
    void whatIsNoLogIsSaidInASentence() throws Exception {
        assertTrue(
                assertThrows(UnfitException.class, () -> StoredRun.read(dir))
                        .getMessage()
                        .contains("is not there, so there is no run to read"),
                "no file");
        Files.writeString(dir.resolve(RunLog.FILE), "# evenkeel run, schema 9\n");
        assertTrue(
                assertThrows(UnfitException.class, () -> StoredRun.read(dir))
                        .getMessage()
                        .contains("of a later release"),
                "another schema");
        Files.write(dir.resolve(RunLog.FILE), new byte[] {(byte) 0xff, 0, 13, 10, 7});
        assertThrows(UnfitException.class, () -> StoredRun.read(dir), "bytes");
        Files.writeString(dir.resolve(RunLog.FILE), RunLog.SCHEMA_LINE + "\n00000000 began\n");
        assertTrue(
                assertThrows(UnfitException.class, () -> StoredRun.read(dir))
                        .getMessage()
                        .contains("does not say what was run"),
                "a damaged first entry");
    }

    @Test
    void aKilledRunGoesOnAndBothPartsAreJudged() throws Exception {
        plan = new SoakPlan(Duration.ofSeconds(20), Duration.ofSeconds(300), 200, Duration.ofSeconds(30), "evenkeel soak");
        killAfter(170);
        target = new FakeTarget(pacer);

        RunResult result = engine(StoredRun.read(dir), new SoakListener() {}).run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertFalse(result.cutShort());
        assertEquals(170 + 20 + 150, result.durationSeconds(), 2, "the rest of the plan, after a warm-up of its own");
        assertTrue(result.marks().stream().anyMatch(m -> m.kind() == Mark.Kind.RESTART));
        assertEquals(json(result, dir.resolve("a")), json(StoredRun.read(dir).judge(), dir.resolve("b")));
        assertThrows(
                UnfitException.class,
                () -> SoakEngine.resume(StoredRun.read(dir), target, new SoakListener() {}),
                "nothing is left of it");
    }

    @Test
    void aLeakInAPartOfAResumedRunFails() throws Exception {
        killAfter(70);
        target = new FakeTarget(pacer);
        target.fdsPerHour = 900;

        RunResult result = engine(StoredRun.read(dir), new SoakListener() {}).run();

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        assertEquals("/tmp/planted-*", result.culprits().get(0).what());
    }

    @Test
    void plannedRestartsSplitTheRunAndALeakDoesNotHideBehindThem() throws Exception {
        plan = new SoakPlan(
                Duration.ofSeconds(10),
                List.of(new SoakPlan.Phase("steady", Duration.ofSeconds(500), 200)),
                FaultPlan.NONE,
                Duration.ofSeconds(1),
                Map.of(),
                List.of(Duration.ofSeconds(160), Duration.ofSeconds(330)),
                "evenkeel soak");
        assertEquals(Verdict.PASS, run().verdict());
        assertEquals(2, target.restarts);

        Files.delete(dir.resolve(RunLog.FILE));
        Files.delete(dir.resolve(SampleLog.FILE));
        target = new FakeTarget(pacer);
        target.fdsPerHour = 900;
        RunResult leaky = run();

        assertEquals(Verdict.FAIL, leaky.verdict(), leaky.headline());
        assertEquals("/tmp/planted-*", leaky.culprits().get(0).what());
    }

    @Test
    void anAnnouncedRestartIsMarkedAndJudgedInParts() throws Exception {
        SoakListener announce = new SoakListener() {
            private boolean told;

            @Override
            public void tick(Progress progress) {
                if (progress.second() > 160 && !told) {
                    told = true;
                    try {
                        MarkFile.tell(dir, Mark.Kind.RESTART, "deploy 1.4.2");
                    } catch (IOException | UnfitException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        };
        plan = new SoakPlan(Duration.ofSeconds(20), Duration.ofSeconds(300), 200, Duration.ZERO, "evenkeel soak");
        target.restartAtSecond = 170;

        RunResult result = engine(null, announce).run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertTrue(
                result.marks().stream()
                        .anyMatch(m -> m.kind() == Mark.Kind.RESTART && m.label().equals("restart: deploy 1.4.2")),
                () -> result.marks().toString());
    }

    @Test
    void aServiceThatAnswersNothingAnyMoreIsInvalidAndWhatCameBeforeIsKept() throws Exception {
        target.samplesFailFrom = 60;
        load.perSecond = 200;
        SoakListener hang = new SoakListener() {
            @Override
            public void tick(Progress progress) {
                if (progress.second() >= 60) {
                    load.perSecond = 0;
                }
            }
        };

        RunResult result = engine(null, hang).run();

        assertEquals(Verdict.INVALID, result.verdict());
        assertTrue(result.headline().contains("answered nothing any more from 1 min"), result::headline);
        assertTrue(samples(StoredRun.read(dir)) >= 60);
    }

    @Test
    void aFullDiskEndsTheRunWhichIsJudgedOnWhatThereIs() throws Exception {
        target.fdsPerHour = 3000;
        RunRecord run = new RunRecord(plan);
        ByteArrayOutputStream disk = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                if (disk.size() + len > 40_000) {
                    throw new IOException("No space left on device");
                }
                disk.write(b, off, len);
            }
        };
        try (RunRecorder out =
                new RunRecorder(run, new RunLog(full), SampleLog.create(dir.resolve(SampleLog.FILE)))) {
            out.add(new RunEntry.Began(plan, 0));
            int second = 0;
            while (out.failure().isEmpty()) {
                second++;
                Map<String, Double> values = new HashMap<>();
                values.put(ResourceNames.OPEN_FDS, 80.0 + second);
                load.begin(pacer.nanos());
                pacer.advanceMillis(1000);
                out.add(new RunEntry.Sample(
                        second - 1, second, Double.NaN, second, 0, second > 20, second > 20, false, "", "1", false,
                        load.interval(), values));
            }
            out.add(new RunEntry.Ended(second, RunEntry.Ending.LOG_FAILED, 0));
            assertTrue(out.failure().contains("No space left on device"), out.failure());
            assertTrue(out.failure().contains("--resume"), out.failure());
        }

        RunResult result = Judge.judge(run);

        assertTrue(result.cutShort());
        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        Files.writeString(
                dir.resolve(RunLog.FILE), RunLog.SCHEMA_LINE + "\n" + disk.toString(StandardCharsets.UTF_8));
        assertTrue(samples(StoredRun.read(dir)) >= 50);
    }

    @Test
    void notANumberAndHugeReadingsDoNotPassAndDoNotBreakAnything() throws Exception {
        target.spoil = values -> {
            values.put(ResourceNames.OPEN_FDS, Double.NaN);
            values.put(ResourceNames.THREADS, 1e300 * (1 + values.size()));
            return values;
        };

        RunResult result = run();

        assertTrue(
                result.notes().stream()
                        .anyMatch(n -> n.equals("Open file descriptors could not be read here, so nothing is said of it.")),
                () -> result.notes().toString());
        assertEquals(json(result, dir.resolve("a")), json(StoredRun.read(dir).judge(), dir.resolve("b")));
    }

    @Test
    void aBudgetOfThePlanDecidesInPlaceOfThePolicy() throws Exception {
        target.fdsPerHour = 300;
        plan = new SoakPlan(
                plan.warmup(),
                plan.phases(),
                plan.faults(),
                plan.sampleEvery(),
                Map.of(
                        ResourceNames.OPEN_FDS, new BudgetRule(600, BudgetRule.Per.HOUR),
                        ResourceNames.THREADS, new BudgetRule(400, BudgetRule.Per.MILLION_OPERATIONS)),
                List.of(),
                plan.command());

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        for (ResourceResult r : result.resources()) {
            if (r.name().equals(ResourceNames.OPEN_FDS)) {
                assertEquals("set by the plan: 600 per hour", r.drift().budget().reason());
            }
        }
        assertEquals(plan, StoredRun.read(dir).plan());
    }

    @Test
    void aHarnessThatNeedsMoreThanATenthOfAProcessorRefusesTheVerdict() throws Exception {
        target.spoil = values -> {
            values.put(ResourceNames.HARNESS_CPU, 0.4);
            return values;
        };

        RunResult result = run();

        assertEquals(Verdict.INVALID, result.verdict());
        assertTrue(result.headline().contains("the harness itself used 0.4 of a processor"), result::headline);
    }

    @Test
    void phasesOfDifferentRatesAreMarkedAndTheLogKeepsTheSamplesSeldom() throws Exception {
        plan = new SoakPlan(
                Duration.ofSeconds(20),
                List.of(
                        new SoakPlan.Phase("low", Duration.ofSeconds(200), 100),
                        new SoakPlan.Phase("high", Duration.ofSeconds(200), 300)),
                FaultPlan.NONE,
                Duration.ofSeconds(5),
                Map.of(),
                List.of(),
                "evenkeel soak");

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertEquals(200, result.load().targetRate());
        assertTrue(
                result.marks().stream().anyMatch(m -> m.label().equals("phase high") && Math.abs(m.fromSecond() - 220) < 1),
                () -> result.marks().toString());
        assertEquals(84, samples(StoredRun.read(dir)), 1);
        assertEquals(100 * 220 + 10 * 300 + 1, plan.schedule(0, 0).dueBefore(230_000_000_001L), 1);
    }
}
