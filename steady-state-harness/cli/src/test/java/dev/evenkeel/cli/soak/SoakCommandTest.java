package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong before any process is started. */
class SoakCommandTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--duraton 2m          | Unknown options: '--duraton', '2m'",
                "--duration soon       | \"soon\" is no duration: write 90s, 2m, 1h30m or 7d",
                "--duration 2s         | A soak of 2.0 s is too short to judge.",
                "--rate 0              | --rate takes 1 to 100000 requests per second, not 0",
                "--rate many           | 'many' is not a double",
                "--port 70000          | --port takes 0 (any) to 65535, not 70000.",
                "--page 70000         | --page takes a port from 0 (any) to 65535, not 70000.",
                "--otlp-listen 0      | --otlp-listen takes a port from 1 to 65535, not 0: the service has to be told",
                "--plant bomb          | expected one of",
                "--plant-per-hour 5    | Add --plant, for example --plant fd.",
                "--fault-every 2s      | leave no steady time between them",
            })
    void aWrongFlagIsOneSentenceAndExitCodeTwo(String arguments, String part) throws IOException {
        CommandLineRun run = CommandLineRun.of(("soak --out " + dir.resolve("out") + " " + arguments).split(" "));

        assertEquals(2, run.code(), run::err);
        assertTrue(run.err().contains(part), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
        assertTrue(run.err().startsWith("evenkeel: "), run::err);
        assertFalse(Files.exists(dir.resolve("out")), "nothing is made for a run that does not start");
    }

    @Test
    void anOutputDirectoryThatCannotBeMadeIsUnfit() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "in the way");

        CommandLineRun run =
                CommandLineRun.of("soak", "--out", file.resolve("sub").toString());

        assertEquals(5, run.code(), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
        assertTrue(run.err().contains("cannot be written"), run::err);
        assertTrue(run.err().contains("--out DIR"), run::err);
    }

    @Test
    void aJsonFileThatCannotBeWrittenIsUnfitBeforeTheRunAndNotAfterIt() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "soak",
                "--out",
                dir.resolve("out").toString(),
                "--json",
                dir.resolve("no/such/v.json").toString());

        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().contains("for --json cannot be written"), run::err);
    }

    @Test
    void theDirectoryOfAnotherRunIsNotOverwritten() throws IOException {
        Files.writeString(dir.resolve("samples.csv"), "precious");

        CommandLineRun run = CommandLineRun.of("soak", "--out", dir.toString());

        assertEquals(2, run.code(), run::err);
        assertEquals("precious", Files.readString(dir.resolve("samples.csv")));
    }

    @Test
    void helpNamesEveryFlagWithExamplesAndExitCodes() {
        CommandLineRun run = CommandLineRun.of("soak", "--help");

        assertEquals(0, run.code());
        for (String part : new String[] {
            "--duration",
            "--rate",
            "--plant",
            "--plant-per-hour",
            "--out",
            "--warmup",
            "--fault-every",
            "--jdbc-url",
            "--port",
            "--quiet",
            "--json",
            "Examples:",
            "Exit codes: 0 pass"
        }) {
            assertTrue(run.out().contains(part), part);
        }
    }
}
