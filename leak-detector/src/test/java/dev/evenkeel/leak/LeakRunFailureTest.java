package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an action that fails leaves to say. */
class LeakRunFailureTest extends MadeUpReadings {

    @Test
    void whatRanOutIsBlamedForTheFailure() {
        LeakAction opens = () -> {
            if (iterations > 118) {
                throw new IOException("too many open files");
            }
        };

        LeakReport report = run(new FakeCensus(n -> Math.min(n, 118)), null, LeakOptions.defaults(), opens);

        assertEquals(Verdict.FAIL, report.verdict());
        assertTrue(report.reason().endsWith("java.io.IOException: too many open files"), report::reason);
        assertThrows(
                IllegalStateException.class,
                () -> run(new FakeCensus(n -> n / 50), null, LeakOptions.defaults(), opens));
    }

    @Test
    void whatRanOutBeforeTheRoundsIsBlamedAsWell() {
        LeakAction opens = () -> {
            if (iterations > 60) {
                throw new IOException("too many open files");
            }
        };

        LeakReport report = run(new FakeCensus(n -> Math.min(n, 60)), null, LeakOptions.defaults(), opens);

        assertEquals(Verdict.FAIL, report.verdict());
        assertEquals(40, report.iterations(), "since the reading after two warm-up rounds");
        assertThrows(
                IllegalStateException.class, () -> run(new FakeCensus(n -> 7), null, LeakOptions.defaults(), opens));
    }

    @Test
    void memoryThatRunsOutIsBlamedOnWhatFilledIt() {
        long megabyte = 1 << 20;
        HeapCensus heap = new HeapCensus(
                () -> reading(Map.of(
                        "com.shop.Frame", new long[] {iterations, 5 * megabyte * iterations},
                        "java.lang.String", new long[] {900 + iterations, 24L * (900 + iterations)})),
                () -> null);
        LeakAction loads = () -> {
            if (iterations > 74) {
                throw new OutOfMemoryError("Java heap space");
            }
        };

        LeakReport report = orFail(() -> run(new FakeCensus(n -> 7), heap, LeakOptions.defaults(), loads));

        assertEquals(Verdict.FAIL, report.verdict());
        assertTrue(
                report.reason().startsWith("com.shop.Frame grew in every round, until the action failed"),
                report::reason);
        assertEquals(1, report.findings().get(0).evidence().size(), report::text);
        iterations = 0;
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> orFail(() -> run(new FakeCensus(n -> n / 50), null, LeakOptions.defaults(), loads)));
        assertEquals("Java heap space", thrown.getCause().getMessage());
    }

    @Test
    void uncheckedExceptionComesOutAsItIs() {
        AssertionError failure = new AssertionError("broken action");

        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> run(new FakeCensus(n -> 1), null, LeakOptions.defaults(), () -> {
                    throw failure;
                }));

        assertSame(failure, thrown);
    }

    @Test
    void checkedExceptionIsTheCause() {
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> run(new FakeCensus(n -> 1), null, LeakOptions.defaults().withName("PayTest.pays()"), () -> {
                    throw new IOException("refused");
                }));

        assertEquals(
                "PayTest.pays() failed in an iteration: java.io.IOException: refused. An action that fails proves nothing about"
                        + " leaks; make it succeed first.",
                thrown.getMessage());
    }
}
