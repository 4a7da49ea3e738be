package dev.evenkeel.drift;

import static dev.evenkeel.drift.Made.judge;
import static dev.evenkeel.drift.Made.noisyHour;
import static dev.evenkeel.drift.Made.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunVerdictTest {
    private static final DriftResult HEALTHY = judge(noisyHour(1, hour -> 100));
    private static final DriftResult LEAK = judge(noisyHour(2, hour -> 100 + 40 * hour));
    private static final DriftResult UNKNOWN = judge(series(5, 1, hour -> 1));

    /** A slope just above its budget: fails alone with p near 0.004. */
    private static DriftResult weakLeak() {
        for (long seed = 100; seed < 400; seed++) {
            DriftResult result = judge(noisyHour(seed, hour -> 100 + 10.8 * hour));
            if (result.verdict() == Verdict.FAIL && result.pValue() > 0.002 && result.pValue() < 0.009) {
                return result;
            }
        }
        throw new AssertionError("no seed gives a weak leak");
    }

    @Test
    void healthySeriesPass() {
        RunVerdict run = DriftAnalysis.holm(List.of(HEALTHY, HEALTHY, HEALTHY));

        assertEquals(Verdict.PASS, run.verdict());
        assertEquals(List.of(), run.failing());
        assertEquals("All 3 series stay within their budgets.", run.reason());
    }

    @Test
    void clearLeakFailsTheRunAndIsNamed() {
        RunVerdict run = DriftAnalysis.holm(List.of(HEALTHY, LEAK, UNKNOWN));

        assertEquals(Verdict.FAIL, run.verdict());
        assertEquals(List.of(1), run.failing());
    }

    @Test
    void weakLeakFailsAloneAndNotAmongMany() {
        DriftResult weak = weakLeak();
        List<DriftResult> many = new ArrayList<>(Collections.nCopies(9, HEALTHY));
        many.add(weak);

        RunVerdict alone = DriftAnalysis.holm(List.of(weak));
        RunVerdict among = DriftAnalysis.holm(many);

        assertEquals(Verdict.FAIL, alone.verdict());
        assertEquals(Verdict.INCONCLUSIVE, among.verdict());
        assertTrue(among.reason().contains("1 would fail alone, but not among 10"), among.reason());
    }

    /** Holm's step: once the clear leak is rejected, the weak one needs only the share of what is left. */
    @Test
    void correctionWeakensWithEveryLeakFound() {
        DriftResult weak = weakLeak();

        RunVerdict run = DriftAnalysis.holm(List.of(weak, LEAK));

        assertEquals(List.of(1, 0), run.failing());
    }

    @Test
    void invalidSeriesInvalidatesARunWithoutALeak() {
        DriftResult invalid = HEALTHY.invalidated("restarted");

        assertEquals(
                Verdict.INVALID,
                DriftAnalysis.holm(List.of(HEALTHY, invalid, UNKNOWN)).verdict());
        assertEquals(Verdict.FAIL, DriftAnalysis.holm(List.of(LEAK, invalid)).verdict());
    }

    @Test
    void undecidedSeriesMakesTheRunInconclusive() {
        RunVerdict run = DriftAnalysis.holm(List.of(HEALTHY, UNKNOWN));

        assertEquals(Verdict.INCONCLUSIVE, run.verdict());
        assertEquals("1 of 2 series could not be decided.", run.reason());
    }

    @Test
    void runWithoutSeriesIsRejected() {
        assertThrows(IllegalArgumentException.class, () -> DriftAnalysis.holm(List.of()));
        assertThrows(IllegalArgumentException.class, () -> RunVerdict.holm(List.of(HEALTHY), 0.5));
    }
}
