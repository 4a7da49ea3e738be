package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GcSweepCommandTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --collectors cms           | There is no collector "cms". Choose from serial, parallel, g1, zgc,
                    --heaps 64                 | "64" is no heap size. Write 64m or 2g
                    --epsilon-heap huge        | "huge" is no heap size.
                    --repeats 1                | --repeats takes 2 to 1000, not 1
                    --margin 0                 | --margin takes a number above 0
                    --rate 0.5                 | --rate takes 1 to 100000 requests a second, not 0.5
                    --url http://localhost:1/  | Add -- COMMAND.
                    --metrics http://localhost:1/ | --metrics and --ops-metric belong together
                    --measure 0                | take more than no time
                    """)
    void wrongUsageIsOneSentence(String arguments, String message) {
        String[] given = ("gc-sweep " + arguments).split(" ");

        CommandLineRun run = CommandLineRun.of(given);

        assertEquals(2, run.code(), run::toString);
        assertTrue(run.err().contains(message), run::err);
    }
}
