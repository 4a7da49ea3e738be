package dev.evenkeel.cli.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftFleetTest {
    private static final String QUERY = "process_open_fds{job=\"shop\"}";
    private static final String STARTS = "process_start_time_seconds";

    @TempDir
    private Path folder = Path.of("");

    private FakeStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FakeStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static String replica(int i) {
        return "\"job\":\"shop\",\"instance\":\"10.0.0." + i + ":8080\"";
    }

    /** About 100 descriptors with noise, and what it grows by in an hour. */
    private void add(int i, double perHour) {
        Random random = new Random(100 + i);
        store.add(QUERY, replica(i), s -> Math.rint(100 + perHour * s / 3600 + 2 * random.nextGaussian()));
        store.add(STARTS, replica(i), s -> 1_000);
    }

    private CommandLineRun run(String... more) {
        return over("24h", "5m", more);
    }

    private CommandLineRun over(String range, String step, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "drift",
                "--prometheus",
                store.url(),
                "--query",
                QUERY,
                "--range",
                range,
                "--step",
                step,
                "--budget-per-hour",
                "2",
                "--resolution",
                "1"));
        all.addAll(List.of(more));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void oneLeakingReplicaIsNamedFirst() throws IOException {
        for (int i = 1; i <= 20; i++) {
            add(i, i == 13 ? 6 : 0);
        }
        Path json = folder.resolve("fleet.json");
        Path report = folder.resolve("fleet.md");

        CommandLineRun run = run("--limit", "1024", "--json", json.toString(), "--out", report.toString());

        assertEquals(3, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("fleet: FAIL. 1 of 20 series grows beyond the budget."), run::out);
        String firstRow = run.out()
                .lines()
                .dropWhile(line -> !line.startsWith("series"))
                .skip(1)
                .findFirst()
                .orElse("");
        assertTrue(firstRow.startsWith("instance=10.0.0.13:8080"), run::out);
        assertTrue(run.out().contains("instance=10.0.0.13:8080 may meet the limit of 1024 first"), run::out);
        String written = Files.readString(json);
        assertTrue(written.contains("\"withstood_correction\": 1"), written);
        assertTrue(Files.readString(report).startsWith("# Drift of a fleet: FAIL\n"));
    }

    @Test
    void steadyFleetPasses() {
        for (int i = 1; i <= 20; i++) {
            add(i, 0);
        }

        CommandLineRun run = run("--quiet");

        assertEquals("PASS\n", run.out());
        assertEquals(0, run.code());
    }

    @Test
    void restartSplitsASeriesSoThatASawtoothIsSeenAsTheLeakItIs() {
        Random random = new Random(5);
        // Grows by 8 an hour and falls back at each of five restarts: over the day as a whole it hardly rises.
        store.add(QUERY, replica(1), s -> Math.rint(100 + 8 * (s % 14_400) / 3600 + random.nextGaussian()));
        store.add(STARTS, replica(1), s -> Math.floor(s / 14_400));

        CommandLineRun split = run();
        CommandLineRun whole = run("--restarts", "none");

        assertEquals(3, split.code(), () -> split.out() + split.err());
        assertTrue(split.out().contains("1 restarted"), split::out);
        assertTrue(whole.code() != 3, whole::out);
        assertTrue(whole.out().contains("1 without a series that tells of restarts"), whole::out);
    }

    @Test
    void shortPartsAreLeftOutAndSaid() {
        add(1, 0);
        store.add(QUERY, replica(2), s -> s > 86_400 - 20 * 300 ? 100 : Double.NaN);
        store.add(STARTS, replica(2), s -> 5);

        CommandLineRun run = run();

        assertEquals(0, run.code(), run::out);
        assertTrue(run.out().contains("1 left out (under 30 readings between restarts)"), run::out);
    }

    @Test
    void fleetOfNothingButYoungSeriesIsUndecided() {
        store.add(QUERY, replica(2), s -> s > 86_400 - 20 * 300 ? 100 : Double.NaN);

        assertEquals(4, run().code());
    }

    @Test
    void undecidedSeriesBeyondTheShareLeaveTheFleetUndecided() {
        for (int i = 1; i <= 10; i++) {
            add(i, i <= 2 ? 2 : 0);
        }

        assertEquals(4, run().code(), () -> run().out());
        assertEquals(0, run("--undecided", "20").code());
    }

    @Test
    void whatTheStoreSaysIsPassedOn() {
        store.answerInstead(
                422,
                "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query processing would load too many samples"
                        + " into memory\"}");

        CommandLineRun run = run();

        assertEquals(5, run.code());
        assertTrue(run.err().contains("status 422") && run.err().contains("too many samples"), run::err);
    }

    @Test
    void anotherPageThanAStoreIsSaidToBeOne() {
        store.answerInstead(200, "<html>Welcome</html>");

        CommandLineRun run = run();

        assertEquals(5, run.code());
        assertTrue(run.err().contains("Is this the URL of a Prometheus?"), run::err);
    }

    @Test
    void queryWithoutSeriesIsNoPass() {
        CommandLineRun run = run();

        assertEquals(5, run.code());
        assertTrue(run.err().contains("has no series"), run::err);
    }

    @Test
    void nobodyListeningIsUnfit() {
        store.close();

        CommandLineRun run = run();

        assertEquals(5, run.code());
        assertTrue(run.err().contains("does not answer"), run::err);
    }

    @Test
    void moreReadingsThanAStoreAnswersWithIsAUsageError() {
        CommandLineRun run = over("30d", "60s");

        assertEquals(2, run.code());
        assertTrue(run.err().contains("11000 at most"), run::err);
    }

    @Test
    void tokenOfAFileIsSent() throws IOException {
        add(1, 0);
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");

        run("--bearer-token-file", token.toString());

        assertEquals(List.of("Bearer s3cret", "Bearer s3cret"), store.authorizations);
    }
}
