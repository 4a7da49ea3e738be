package dev.evenkeel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import org.junit.jupiter.api.Test;

class MainTest {

    @Test
    void withoutACommandItIsAUsageErrorThatSaysWhereToLook() {
        CommandLineRun run = CommandLineRun.of();

        assertEquals(2, run.code());
        assertEquals("evenkeel: Which command? See evenkeel --help." + System.lineSeparator(), run.err());
    }

    @Test
    void anUnknownCommandIsAUsageError() {
        CommandLineRun run = CommandLineRun.of("saok");

        assertEquals(2, run.code());
        assertEquals(
                "evenkeel: There is no command \"saok\". Choose one of: soak, judge, mark, plan, compare, export, bench, lab, audit, drift, pool-baseline, gc-sweep. See evenkeel --help.\n",
                run.err());
    }

    @Test
    void helpListsTheCommands() {
        CommandLineRun run = CommandLineRun.of("--help");

        assertEquals(0, run.code());
        assertTrue(run.out().contains("soak") && run.out().contains("bench"), run::out);
    }

    @Test
    void versionSaysItsOwnAndTheJvms() {
        CommandLineRun run = CommandLineRun.of("--version");

        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("evenkeel "), run::out);
        assertTrue(run.out().contains("JVM " + Runtime.version()), run::out);
    }

    @Test
    void eachVerdictHasItsExitCode() {
        assertEquals(0, ExitCode.of(Verdict.PASS));
        assertEquals(3, ExitCode.of(Verdict.FAIL));
        assertEquals(4, ExitCode.of(Verdict.INCONCLUSIVE));
        assertEquals(5, ExitCode.of(Verdict.INVALID));
    }
}
