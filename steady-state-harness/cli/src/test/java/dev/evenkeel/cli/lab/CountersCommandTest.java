package dev.evenkeel.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountersCommandTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--threads|10001|--threads takes whole numbers from 1 to 10000, not 10001.",
                "--threads|0|--threads takes whole numbers from 1 to 10000, not 0.",
                "--processors|0|--processors takes whole numbers from 1 to 1024, not 0.",
                "--stripes|12|--stripes takes powers of two, not 12: a thread finds its stripe by a mask.",
                "--repeats|2|--repeats takes 3 to 1000, not 2: fewer than 3 tell no spread.",
                "--millis|0|--millis takes 1 to 10000, not 0.",
                "--operations|-1|--operations takes a whole number from 1 up, or 0 to fill the time; not -1.",
                "--kind|green|--kind takes platform, virtual or both, not green.",
                "--jdk|/nowhere|There is no JDK at /nowhere: bin/java or the release file is missing. Give --jdk the home"
                        + " folder of a JDK of 17 or later.",
                "--counters|abacus|There is no counter \"abacus\". Choose from unsynchronised, mutex, cas-loop, atomic,"
                        + " striped-unpadded, striped-padded, long-adder, evenkeel.",
            })
    void aWrongFlagIsAUsageErrorThatSaysWhatToGive(String option, String value, String message) {
        CommandLineRun run = CommandLineRun.of(
                "lab", "counters", option, value, "--out", dir.resolve("none").toString());

        assertEquals(2, run.code(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(Files.exists(dir.resolve("none")));
    }

    @Test
    void anExperimentThatDoesNotExistIsNamedAsAUsageError() {
        assertEquals(2, CommandLineRun.of("lab").code());
        assertEquals(2, CommandLineRun.of("lab", "gauges").code());
    }

    @Test
    void theFilesOfAnotherRunAreNotOverwritten() throws Exception {
        Files.writeString(dir.resolve("counters.csv"), "mine");

        CommandLineRun run = CommandLineRun.of("lab", "counters", "--kind", "platform", "--out", dir.toString());

        assertEquals(2, run.code());
        assertTrue(run.err().contains("already holds the counters.csv of another run"), run.err());
        assertEquals("mine", Files.readString(dir.resolve("counters.csv")));
    }

    @Test
    void helpHasExamplesAndTheHonestSentence() {
        CommandLineRun run = CommandLineRun.of("lab", "counters", "--help");

        assertEquals(0, run.code());
        assertTrue(run.out().contains("evenkeel lab counters --quick"), run.out());
        assertTrue(run.out().contains("the hardware stays what it is"), run.out());
    }
}
