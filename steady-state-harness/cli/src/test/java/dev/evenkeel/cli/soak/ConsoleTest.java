package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.SoakListener.Progress;
import dev.evenkeel.soak.Standing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static Progress at(double second, long shed, long failed, boolean fault) {
        return new Progress(second, 140, "steady", 199.6, 3.14, shed, failed, 21.5 * (1 << 20), 41, 87, fault);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLineSaysWhereTheRunIs() {
        assertEquals(
                "01:02/02:20 (01:18 left)  steady  200/s  p99 3.1 ms  live 21.50 MiB  threads 41  fds 87",
                Console.words(at(62, 0, 0, false)));
        assertEquals(
                "01:02/02:20 (01:18 left)  steady  200/s  p99 3.1 ms  live 21.50 MiB  threads 41  fds 87  shed 3  FAILED 2  upstream slow",
                Console.words(at(62, 3, 2, true)));
        assertEquals(
                "1:00:01/2:00:00 (59:59 left)  warm-up  0/s",
                Console.words(new Progress(
                        3601, 7200, "warm-up", 0, Double.NaN, 0, 0, Double.NaN, Double.NaN, Double.NaN, false)));
    }

    @Test
    void aPipeGetsAPlainLineEveryFifteenSeconds() {
        Console console = new Console(err, false, false);
        for (int second = 1; second <= 60; second++) {
            console.tick(at(second, 0, 0, false));
        }

        assertEquals(4, printed().lines().count(), this::printed);
        assertFalse(printed().contains("\u001b") || printed().contains("\r"));
    }

    @Test
    void aTerminalGetsOneLineThatIsRewrittenAndLeavesNothing() {
        Console console = new Console(err, true, false);
        console.tick(at(1, 0, 0, false));
        console.tick(at(2, 0, 0, false));
        console.endLine();

        assertFalse(printed().contains("\n"));
        assertTrue(printed().endsWith("\r\u001b[K"));
    }

    /** Seen in a terminal of 130 columns: a line that was wider left a copy of itself every second. */
    @Test
    void aLineIsCutAtTheEdgeOfTheTerminalAndSaysTheVerdictsBeforeTheAmounts() {
        Console console = new Console(err, true, false);
        console.standings(List.of(new Standing(
                "open_fds",
                "Open file descriptors",
                "{fd}",
                Verdict.INCONCLUSIVE,
                "",
                0,
                72,
                TimeSeries.of(new double[] {1}, new double[] {87}))));
        console.tick(at(62, 0, 0, false));

        assertEquals(
                "\r\u001b[K\u001b[?7l01:02/02:20 (01:18 left)  steady  200/s  p99 3.1 ms  fds ?  live 21.50 MiB  threads 41"
                        + "  fds 87\u001b[?7h",
                printed());
    }

    @Test
    void quietSaysNothing() {
        Console console = new Console(err, true, true);
        console.phase("starting");
        console.tick(at(1, 0, 0, false));
        console.note("The machine was busy.");

        assertEquals("", printed());
    }

    @Test
    void theVerdictIsColouredOnATerminalOnly() {
        assertEquals(
                "\u001b[1;31mFAIL\u001b[0m: it grows",
                Console.coloured("FAIL: it grows", Verdict.FAIL, true, Map.of()));
        assertEquals("FAIL: it grows", Console.coloured("FAIL: it grows", Verdict.FAIL, false, Map.of()));
        assertEquals("FAIL: it grows", Console.coloured("FAIL: it grows", Verdict.FAIL, true, Map.of("NO_COLOR", "1")));
        assertEquals(
                "\u001b[1;32mPASS\u001b[0m: it stands",
                Console.coloured("PASS: it stands", Verdict.PASS, true, Map.of("NO_COLOR", "")),
                "an empty NO_COLOR does not count");
    }
}
