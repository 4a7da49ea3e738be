package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CommandOutputTest {

    @Test
    void theLastLineWithOperationsCounts() {
        CommandOutput said = CommandOutput.of("ops=10\nhello\nok ops=4e3 seconds=2 p99_ms=1.25 done\n")
                .orElseThrow();

        assertEquals(4000, said.ops());
        assertEquals(2000, said.opsPerSecond());
        assertEquals(1.25, said.p99Millis());
    }

    @Test
    void withoutSecondsTheWholeRunCounts() {
        CommandOutput said = CommandOutput.of("ops=10").orElseThrow();

        assertEquals(10, said.ops());
        assertTrue(Double.isNaN(said.opsPerSecond()));
        assertTrue(Double.isNaN(said.p99Millis()));
    }

    @Test
    void otherWordsAreNoFigures() {
        assertTrue(CommandOutput.of("drops=4 ops=many ops=\nBenchmark  Mode  Cnt  Score  Error  Units")
                .isEmpty());
    }

    @Test
    void theTableOfJmhIsRead() {
        CommandOutput said = CommandOutput.of(
                        """
                        Benchmark                    Mode     Cnt      Score     Error   Units
                        MyBench.run                 thrpt       5    123.456 ±   7.890  ops/ms
                        MyBench.run                sample  120345      1.100 ±   0.010   us/op
                        MyBench.run:run·p0.50      sample              1.000            us/op
                        MyBench.run:run·p0.99      sample              2.500            us/op
                        """)
                .orElseThrow();

        assertEquals(123_456, said.opsPerSecond(), 1e-6);
        assertEquals(0.0025, said.p99Millis(), 1e-12);
        assertTrue(Double.isNaN(said.ops()));
    }

    @Test
    void jmhWithOneIterationHasNoErrorColumn() {
        assertEquals(
                7.5,
                CommandOutput.of("a.B.c  1024  thrpt    7.500   ops/s")
                        .orElseThrow()
                        .opsPerSecond());
    }
}
