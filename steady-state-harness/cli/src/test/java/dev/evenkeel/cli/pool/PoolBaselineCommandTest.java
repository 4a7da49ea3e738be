package dev.evenkeel.cli.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolBaselineCommandTest {
    @TempDir
    Path dir;

    private static void assertUsage(String sentence, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "pool-baseline";
        System.arraycopy(arguments, 0, all, 1, arguments.length);

        CommandLineRun run = CommandLineRun.of(all);

        assertEquals(2, run.code());
        assertEquals("evenkeel: " + sentence + " See evenkeel pool-baseline --help.\n", run.err());
    }

    @Test
    void impossibleRunsAreRefusedBeforeAnythingStarts() {
        assertUsage("--minutes takes 0.05 to 1440, not 0.01.", "--minutes", "0.01");
        assertUsage("--connections takes 1 to 100, not 0.", "--connections", "0");
        assertUsage("--permits takes 1 to 100, not 101.", "--permits", "101");
    }

    @Test
    void resultOfAnotherRunIsNotOverwritten() throws Exception {
        Files.writeString(dir.resolve("pool-baseline.json"), "{}");

        assertUsage(
                "The output directory " + dir
                        + " already holds the pool-baseline.json of another run. Choose another with --out DIR.",
                "--out",
                dir.toString());
    }

    @Test
    void outputThatCannotBeWrittenIsUnfit() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");

        CommandLineRun run =
                CommandLineRun.of("pool-baseline", "--out", file.resolve("in").toString());

        assertEquals(5, run.code());
        assertTrue(run.err().contains("Choose another with --out DIR."), run.err());
    }
}
