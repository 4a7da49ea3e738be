package dev.evenkeel.cli.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.soak.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeCommandTest {
    private static final long AT = 1_700_000_000_000L;

    @TempDir
    Path dir;

    @Test
    void aStoredRunIsJudgedAndAllReportsAreWritten() throws IOException {
        RunFiles.write(dir, AT, 660, 1, 600);
        Files.delete(dir.resolve("samples.csv"));

        CommandLineRun run = CommandLineRun.of("judge", dir.toString(), "--json", dir.resolve("v.json").toString());

        assertEquals(3, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("FAIL: open file descriptors grow by "), run::out);
        for (String file : new String[] {"samples.csv", "report.html", "summary.md", "junit.xml", "verdict.json"}) {
            assertTrue(Files.exists(dir.resolve(file)), file);
        }
        assertEquals(Files.readString(dir.resolve("verdict.json")), Files.readString(dir.resolve("v.json")));
    }

    @Test
    void aReleaseWantsAFreshRunOfTheSameCommit() throws IOException {
        RunFiles.write(dir, AT, 660, 1, 0);

        CommandLineRun other = CommandLineRun.of("judge", dir.toString(), "--of-commit", "abc");
        CommandLineRun old = CommandLineRun.of("judge", dir.toString(), "--newer-than", "1s");

        assertEquals(5, other.code(), other::err);
        assertTrue(other.err().contains("of no known commit, not of abc"), other::err);
        assertEquals(5, old.code(), old::err);
        assertTrue(old.err().contains("Soak again before you rely on it"), old::err);
    }

    @Test
    void aDirectoryWithoutARunIsUnfit() {
        CommandLineRun judge = CommandLineRun.of("judge", dir.toString());
        CommandLineRun mark = CommandLineRun.of("mark", dir.toString(), "--restart", "deploy");

        assertEquals(5, judge.code(), judge::err);
        assertTrue(judge.err().contains("there is no run to read"), judge::err);
        assertEquals(5, mark.code(), mark::err);
    }

    @Test
    void aMarkNeedsToSayWhatItMarks() {
        assertEquals(2, CommandLineRun.of("mark", dir.toString()).code());
    }

    @Test
    void aPilotTellsWhatLongerRunsWouldSee() throws IOException {
        RunFiles.write(dir, AT, 660, 1, 0);

        CommandLineRun run = CommandLineRun.of(
                "plan", dir.toString(), "--for", "10m", "--for", "10h", "--json", dir.resolve("p.json").toString());

        assertEquals(0, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().contains("Live heap") && run.out().contains("Threads"), run::out);
        String json = Files.readString(dir.resolve("p.json"));
        double[] visible = java.util.regex.Pattern.compile("\"per_hour\": ([0-9.]+)")
                .matcher(json)
                .results()
                .mapToDouble(m -> Double.parseDouble(m.group(1)))
                .toArray();
        assertEquals(6, visible.length, json);
        assertTrue(visible[1] < visible[0], "a longer run sees less");
    }

    @Test
    void aPilotThatIsTooShortIsUnfit() throws IOException {
        RunFiles.write(dir, AT, 85, 1, 0);

        CommandLineRun run = CommandLineRun.of("plan", dir.toString());

        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().contains("too short"), run::err);
    }
}
