package dev.evenkeel.cli.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command with a real PostgreSQL, for a few seconds; ten minutes are {@code ./evenkeel pool-baseline}. */
@Timeout(300)
class PoolBaselineIT {
    @TempDir
    static Path shared;

    private static Parts parts;

    @TempDir
    Path dir;

    @BeforeAll
    static void startOnce() throws Exception {
        parts = Parts.start(null, shared.resolve("parts.log"));
    }

    @AfterAll
    static void stop() {
        parts.close();
    }

    private CommandLineRun run(String... more) {
        String[] arguments = new String[9 + more.length];
        String[] given = {
            "pool-baseline",
            "--minutes",
            "0.05",
            "--jdbc-url",
            parts.jdbcUrl(),
            "--out",
            dir.resolve("out").toString(),
            "--json",
            dir.resolve("result.json").toString()
        };
        System.arraycopy(given, 0, arguments, 0, given.length);
        System.arraycopy(more, 0, arguments, given.length, more.length);
        return CommandLineRun.of(arguments);
    }

    private static long sum(String json, String field) {
        long sum = 0;
        int found = 0;
        for (Matcher m = Pattern.compile("\"" + field + "\": (\\d+)").matcher(json); m.find(); found++) {
            sum += Long.parseLong(m.group(1));
        }
        assertTrue(found >= 5, () -> field + " is not in " + json);
        return sum;
    }

    @Test
    void threeSecondsOfTheBaselineAreCountedAndTooShortForAVerdict() throws Exception {
        CommandLineRun run = run();

        String json = Files.readString(dir.resolve("result.json"));
        assertEquals(4, run.code(), () -> run.out() + run.err());
        assertTrue(json.startsWith("{\n  \"schema\": 1,\n  \"verdict\": \"INCONCLUSIVE\","), json);
        // Two seconds at 50 + 2 x 20 calls; some of those due at the end are counted in the second after.
        assertEquals(180, sum(json, "calls"), 30);
        assertEquals(0, sum(json, "failed"));
        assertEquals(0, sum(json, "given_up"));
        assertEquals(Files.readString(dir.resolve("out/pool-baseline.json")), json);
        String report = Files.readString(dir.resolve("out/pool-baseline.md"));
        assertTrue(report.contains("| database, HikariCP |"), report);
        assertTrue(report.contains("| slow upstream, BoundedHttpClient |"), report);
        assertTrue(report.contains("| leakDetectionThreshold | 10 s |"), report);
        assertEquals(
                3,
                Files.readAllLines(dir.resolve("out/samples.csv")).size(),
                "a head and two seconds after the warm-up");
    }

    @Test
    void poolsOfOneMakeCallersWaitAndFail() throws Exception {
        CommandLineRun run = run("--connections", "1", "--permits", "1");

        String json = Files.readString(dir.resolve("result.json"));
        assertEquals(3, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("FAIL: "), run.out());
        assertTrue(sum(json, "waits") > 0, json);
    }
}
