package dev.evenkeel.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.soak.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private static final long AT = 1_795_000_000_000L;

    @TempDir
    Path dir;

    private CommandLineRun compare(String... more) {
        String[] all = new String[3 + more.length];
        all[0] = "compare";
        all[1] = dir.resolve("a").toString();
        all[2] = dir.resolve("b").toString();
        System.arraycopy(more, 0, all, 3, more.length);
        return CommandLineRun.of(all);
    }

    @Test
    void twoRunsOfTheSameDoNotDiffer() throws IOException {
        RunFiles.write(dir.resolve("a"), AT, 660, 1, 0, 1, 1);
        RunFiles.write(dir.resolve("b"), AT, 660, 1, 0, 1, 2);

        CommandLineRun run = compare();

        assertEquals(0, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("NOT WORSE: "), run::out);
        assertFalse(run.out().contains("worse\n"), run::out);
    }

    @Test
    void growthThatWasNotThereBeforeIsWorseAndNamed() throws IOException {
        RunFiles.write(dir.resolve("a"), AT, 660, 1, 0, 1, 1);
        RunFiles.write(dir.resolve("b"), AT, 660, 1, 600, 1, 2);

        CommandLineRun run = compare("--out", dir.resolve("out").toString(), "--json", dir.resolve("c.json").toString());

        assertEquals(3, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("WORSE: growth of open file descriptors went from 0 per hour to "), run::out);
        String json = Files.readString(dir.resolve("c.json"));
        assertTrue(json.contains("\"schema\": 1") && json.contains("\"worse\": true"), json);
        assertEquals(json, Files.readString(dir.resolve("out/compare.json")));
        assertTrue(Files.readString(dir.resolve("out/compare.md")).contains("| **worse** |"));
        String html = Files.readString(dir.resolve("out/compare.html"));
        assertTrue(html.contains("<svg") && !html.contains("http"), "opens offline");
    }

    @Test
    void aLatencyIsWorseOnlyBeyondTheTolerance() throws IOException {
        RunFiles.write(dir.resolve("a"), AT, 660, 1, 0, 1, 1);
        RunFiles.write(dir.resolve("b"), AT, 660, 1, 0, 1.08, 2);

        CommandLineRun strict = compare();
        CommandLineRun lax = compare("--tolerance", "15");

        assertEquals(3, strict.code(), strict::out);
        assertTrue(strict.out().startsWith("WORSE: latency from the intended start, 50 % quantile went from 2.97 ms to "), strict::out);
        assertEquals(0, lax.code(), lax::out);
        assertTrue(lax.out().contains("higher"), lax::out);
    }

    @Test
    void aRunThatIsNotThereIsUnfit() throws IOException {
        RunFiles.write(dir.resolve("a"), AT, 660, 1, 0, 1, 1);

        CommandLineRun run = compare();

        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().contains("there is no run to read"), run::err);
    }
}
