package dev.evenkeel.metrics.slo;

import static dev.evenkeel.metrics.slo.VirtualProcess.DAY;
import static dev.evenkeel.metrics.slo.VirtualProcess.HOUR;
import static dev.evenkeel.metrics.slo.VirtualProcess.MINUTE;
import static dev.evenkeel.metrics.slo.VirtualProcess.SECOND;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SloStateTest {
    private static final double EXACT = 1e-9;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("state/slo.state");
    }

    private VirtualProcess process(double target) {
        return process(slo -> slo.target(target).minimumBadEvents(1), Duration.ofMinutes(1));
    }

    /** One that writes at its end, as good as never before: hours of minutes would wait for the disk. */
    private VirtualProcess lazy(double target) {
        return process(slo -> slo.target(target).minimumBadEvents(1), Duration.ofDays(1));
    }

    private VirtualProcess process(UnaryOperator<Slo.Builder> objective, Duration saveEvery) {
        return new VirtualProcess(file, objective, monitor -> monitor.saveEvery(saveEvery));
    }

    @Test
    void aRestartKeepsBudgetBurnRatesAndSpan() {
        VirtualProcess process = lazy(0.999);
        process.run(30 * MINUTE, 1000, 2);
        SloReading before = process.read();

        process.close();
        process.start();

        SloReading after = process.read();
        assertEquals(before.toString(), after.toString());
        process.run(10 * MINUTE, 1000, 2);
        assertEquals(2, process.read().burnRate(SloWindow.HOUR_1), EXACT);
        assertEquals(40 * 6 * 1000, process.read().total());
        assertEquals(0, process.snapshot().value("slo.state.errors"));
        process.close();
    }

    @Test
    void timeThatTheProcessWasDownIsNeitherGoodNorSeen() {
        VirtualProcess process = lazy(0.999);
        process.run(HOUR, 1000, 1);
        process.close();
        process.pass(DAY);

        process.start();
        process.run(HOUR, 1000, 1);

        SloReading reading = process.read();
        assertEquals(2 * HOUR, reading.observedMillis());
        assertEquals(7200.0, process.snapshot().value("slo.observed_span", "s"));
        assertEquals(0, reading.errorBudgetRemaining(), EXACT);
        assertEquals(1, reading.burnRate(SloWindow.DAY_1), EXACT);
        process.close();
    }

    @Test
    void aKillLosesWhatCameAfterTheLastWriteAndSaysSo() {
        VirtualProcess process = process(0.999);
        process.run(MINUTE, 1000, 0); // written at its end
        process.run(50 * SECOND, 1000, 1000); // not written

        process.kill();
        process.pass(10 * SECOND);
        process.start();

        SloReading reading = process.read();
        assertEquals(6000, reading.total());
        assertEquals(6000, reading.good());
        assertEquals(MINUTE, reading.observedMillis());
        process.close();
    }

    @Test
    void aKillBetweenWriteAndRenameLeavesTheOldState() throws IOException {
        VirtualProcess process = process(0.999);
        process.run(MINUTE, 1000, 5);
        process.close();
        byte[] whole = Files.readAllBytes(file);
        try (SloStateFile killed = SloStateFile.open(file)) {
            killed.writeTemporary("evenkeel-slo 1\nslo s\nobjec".getBytes(US_ASCII));
        }

        process.start();

        assertArrayEquals(whole, Files.readAllBytes(file));
        assertEquals(6000, process.read().total());
        assertEquals(5970, process.read().good());
        process.run(MINUTE, 1000, 0);
        process.kill();
        process.start();
        assertEquals(12_000, process.read().total(), "what was left over is in nobody's way");
        process.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a flipped digit", "cut short", "another schema", "another file", "empty"})
    void aStateThatCannotBeUsedIsSetAsideAndNothingIsGuessed(String damage) throws IOException {
        VirtualProcess process = process(0.999);
        process.run(MINUTE, 1000, 5);
        process.close();
        String whole = Files.readString(file);
        String damaged =
                switch (damage) {
                    case "a flipped digit" -> whole.replace("5970 6000", "5970 7000");
                    case "cut short" -> whole.substring(0, whole.length() / 2);
                    case "another schema" -> withChecksum(whole.replace("evenkeel-slo 1\n", "evenkeel-slo 2\n"));
                    case "another file" -> "root:x:0:0\n";
                    default -> "";
                };
        assertFalse(damaged.equals(whole));
        Files.writeString(file, damaged);

        process.start();

        assertEquals(0, process.read().total());
        assertEquals(0, process.read().observedMillis());
        assertEquals(1.0, process.read().errorBudgetRemaining());
        assertEquals(1, process.snapshot().value("slo.state.errors"));
        assertEquals(damaged, Files.readString(folder.resolve("state/slo.state.unusable")));
        process.run(MINUTE, 1000, 0);
        process.close();
        process.start();
        assertEquals(6000, process.read().total(), "a good one has taken its place");
        process.close();
    }

    private static String withChecksum(String text) {
        String body = text.substring(0, text.lastIndexOf("crc32c"));
        return new String(SloState.withChecksum(new StringBuilder(body)), US_ASCII);
    }

    @Test
    void aChangedObjectiveStartsAnewAndTheOthersDoNot() throws IOException {
        VirtualProcess process = new VirtualProcess(file, slo -> slo.target(0.999), monitor -> monitor.saveEvery(
                        Duration.ofDays(1))
                .add(Slo.availability("other", () -> 7, () -> 7).target(0.9).build()));
        process.run(HOUR, 1000, 5);
        process.close();
        VirtualProcess changed = new VirtualProcess(file, slo -> slo.target(0.99), monitor -> monitor.saveEvery(
                        Duration.ofDays(1))
                .add(Slo.availability("other", () -> 7, () -> 7).target(0.9).build()));

        assertEquals(0, changed.read().observedMillis());
        assertEquals(0, changed.read().total());
        assertEquals(0, changed.snapshot().value("slo.state.errors"), "it is no error");
        // The other one goes on from an hour later than this clock shows: what is known does not become unknown.
        assertEquals(HOUR, changed.monitor.read("other").observedMillis());
        changed.close();
        assertTrue(Files.readString(file).contains("objective availability target=0.99 "));
    }

    @Test
    void aClockThatWasSetBackBetweenTwoLivesLosesNothing() {
        VirtualProcess process = lazy(0.999);
        process.run(2 * HOUR, 1000, 4);
        process.close();
        process.setDateBy(-10 * DAY);

        process.start();

        assertEquals(1, process.snapshot().value("slo.clock.steps_back"));
        assertEquals(2 * HOUR, process.read().observedMillis());
        process.run(HOUR, 1000, 0);
        assertEquals(3 * HOUR, process.read().observedMillis());
        assertEquals(0, process.read().burnRate(SloWindow.HOUR_1), EXACT);
        assertEquals(2, process.read().burnRate(SloWindow.HOURS_2), 0.1);
        assertEquals(1 - 4 * 2 / 3.0, process.read().errorBudgetRemaining(), EXACT);
        process.close();
    }

    @Test
    void anAbsenceLongerThanThePeriodLeavesNothing() {
        VirtualProcess process = lazy(0.999);
        process.run(HOUR, 1000, 900);
        process.close();
        process.pass(33 * DAY);

        process.start();
        process.run(MINUTE, 1000, 0);

        assertEquals(6000, process.read().total());
        assertEquals(1.0, process.read().errorBudgetRemaining());
        assertEquals(MINUTE, process.read().observedMillis());
        process.close();
    }

    @Test
    void twoMonitorsDoNotShareAFile() throws IOException {
        VirtualProcess process = process(0.999);
        process.run(MINUTE, 1000, 0);

        MetricRegistry other = MetricRegistry.create();
        SloMonitor second = SloMonitor.builder(other)
                .add(Slo.availability("s", () -> 0, () -> 0).target(0.999).build())
                .stateFile(file)
                .build();
        byte[] before = Files.readAllBytes(file);
        second.close();

        assertEquals(1, other.snapshot().value("slo.state.errors"));
        assertArrayEquals(before, Files.readAllBytes(file));
        process.close();
        process.start();
        assertEquals(6000, process.read().total());
        process.close();
    }

    @Test
    void aMonitorThatCannotBeBuiltLetsGoOfItsFile() {
        MetricRegistry closed = MetricRegistry.create();
        closed.close();

        assertThrows(IllegalStateException.class, () -> SloMonitor.builder(closed)
                .add(Slo.availability("s", () -> 0, () -> 0).target(0.9).build())
                .stateFile(file)
                .build());

        VirtualProcess process = process(0.9);
        assertEquals(0, process.snapshot().value("slo.state.errors"));
        process.close();
    }

    @Test
    void aFileThatCannotBeWrittenStopsNobody() throws IOException {
        Files.createDirectories(folder.resolve("state/slo.state.tmp")); // where the new content would go
        VirtualProcess process = process(0.999);

        process.run(2 * MINUTE, 1000, 1);

        assertEquals(12_000, process.read().total());
        assertEquals(2, process.snapshot().value("slo.state.errors"), "one for each write");
        process.close();
    }

    @Test
    void aFolderThatCannotBeMadeStopsNobody() throws IOException {
        Files.writeString(folder.resolve("state"), "a file where the folder should be");
        VirtualProcess process = process(0.999);

        process.run(2 * MINUTE, 1000, 1);

        assertEquals(12_000, process.read().total());
        assertEquals(1, process.snapshot().value("slo.state.errors"), "said once, not tried again");
        process.close();
    }

    @Test
    void fortyRestartsInThirtyDaysLoseExactlyWhatTheyMust() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        // 3 h between writes instead of a minute: the kills lose more, and the disk is asked 240 times, not 43 200.
        VirtualProcess process = process(slo -> slo.target(0.99).minimumBadEvents(1), Duration.ofHours(3));
        long ticksLeft = 30 * DAY / (10 * SECOND);
        long total = 0;
        long bad = 0;
        long seenMillis = 0;
        String story = "seed " + seed;
        for (int life = 0; life <= 40; life++) {
            long ticks = life == 40 ? ticksLeft / 2 : 1 + random.nextInt((int) (ticksLeft / (42 - life)));
            ticksLeft -= ticks;
            long perTick = 50 + random.nextInt(100);
            long badPerTick = random.nextInt(10) == 0 ? random.nextInt(20) : random.nextInt(2);
            process.run(ticks * 10 * SECOND, perTick, badPerTick);
            long kept = ticks;
            String end = life == 40
                    ? "none"
                    : List.of("close", "kill", "kill while writing").get(random.nextInt(3));
            if (life < 40) {
                if (end.equals("close")) {
                    process.close();
                } else {
                    process.kill();
                    kept = ticks - ticks % 1080; // writes come every three hours of a life
                }
                if (end.equals("kill while writing")) {
                    try (SloStateFile killed = SloStateFile.open(file)) {
                        killed.writeTemporary(new byte[random.nextInt(1000)]);
                    }
                }
                long down = random.nextInt(60) * SECOND * (1 + random.nextInt(20));
                if (random.nextInt(8) == 0) {
                    // The clock is set back, past the last thing that was written.
                    process.setDateBy(-4 * HOUR - down);
                }
                process.pass(down);
                ticksLeft -= down / (10 * SECOND);
                process.start();
            }
            total += kept * perTick;
            bad += kept * badPerTick;
            seenMillis += kept * 10 * SECOND;
            story += "\n" + ticks + " ticks, " + end;

            SloReading reading = process.read();

            String soFar = story;
            assertEquals(total, reading.total(), () -> soFar);
            assertEquals(total - bad, reading.good(), () -> soFar);
            assertEquals(seenMillis, reading.observedMillis(), () -> soFar);
            double expected = total == 0 ? 1 : 1 - bad / (total * 0.01);
            assertEquals(expected, reading.errorBudgetRemaining(), EXACT, () -> soFar);
        }
        process.close();
    }
}
