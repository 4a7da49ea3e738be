package dev.evenkeel.cli.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class BaselineResultTest {
    private static final PoolRow.Times TIMES = new PoolRow.Times(1, 2, 3);
    private static final Crowd.Sums CALLS = new Crowd.Sums(0, 3_000, 0, 0);

    private static PoolRow row(Crowd.Sums all, Crowd.Sums steady, double mostWaiting) {
        return new PoolRow("database", "HikariCP", 10, 4, all, steady, mostWaiting, 0, TIMES, TIMES, 50, 0.1);
    }

    private static List<Sample> seconds(int n, IntToDoubleFunction threads, IntToDoubleFunction lateness) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            samples.add(new Sample(30 + i, threads.applyAsDouble(i), lateness.applyAsDouble(i), 50, 50, List.of()));
        }
        return samples;
    }

    private static BaselineResult judge(PoolRow row, List<Sample> samples) {
        return BaselineResult.of(List.of(row), samples, 30, false, Settings.BASELINE);
    }

    private static List<Sample> calm(int n) {
        return seconds(n, i -> 80, i -> 1);
    }

    @Test
    void quietRunPasses() {
        BaselineResult result = judge(row(CALLS, CALLS, 0), calm(60));

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals("PASS: nobody waited, nothing was refused or failed, threads are flat", result.headline());
    }

    @Test
    void oneWaitFails() {
        Crowd.Sums waited = new Crowd.Sums(1, 3_000, 0, 0);

        BaselineResult result = judge(row(waited, waited, 0), calm(60));

        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(
                "FAIL: waits at the database, HikariCP: 1 calls found all 10 taken, 0 were given up",
                result.headline());
    }

    @Test
    void waitThatOnlyTheGaugeSawFailsToo() {
        assertEquals(Verdict.FAIL, judge(row(CALLS, CALLS, 1), calm(60)).verdict());
    }

    @Test
    void callGivenUpAndFailedCallFail() {
        Crowd.Sums refused = new Crowd.Sums(0, 2_999, 1, 0);
        Crowd.Sums failed = new Crowd.Sums(0, 2_999, 0, 1);

        assertEquals(Verdict.FAIL, judge(row(refused, refused, 0), calm(60)).verdict());
        assertEquals(Verdict.FAIL, judge(row(failed, failed, 0), calm(60)).verdict());
    }

    @Test
    void waitsWhileTheMachineStalledAreSetAsideAndSaid() {
        Crowd.Sums all = new Crowd.Sums(7, 3_000, 2, 1);
        List<Sample> samples = seconds(60, i -> 80, i -> i == 20 ? 101 : 1);

        BaselineResult result = judge(row(all, CALLS, 0), samples);

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals(4, result.stalledSeconds(), "the late second and the three after");
        assertEquals(
                "PASS: nobody waited, nothing was refused or failed, threads are flat; 4 s in which this machine stalled are "
                        + "set aside",
                result.headline());
        assertTrue(result.checks().stream().anyMatch(c -> c.words().endsWith("; 7 more while this machine stalled")));
    }

    @Test
    void machineThatStallsOftenIsUnfit() {
        PoolRow quiet = row(CALLS, CALLS, 0);

        assertEquals(
                Verdict.INVALID,
                judge(quiet, seconds(60, i -> 80, i -> i % 7 == 0 ? 500 : 1)).verdict());
        assertEquals(
                Verdict.PASS,
                judge(quiet, seconds(60, i -> 80, i -> i % 9 == 0 ? 500 : 1)).verdict());
    }

    @Test
    void loadThatWasNotSentIsInvalid() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            samples.add(new Sample(i, 80, 1, 50, 40, List.of()));
        }

        assertEquals(Verdict.INVALID, judge(row(CALLS, CALLS, 0), samples).verdict());
    }

    @Test
    void threadsThatStayFailAndThreadsThatPassByDoNot() {
        PoolRow quiet = row(CALLS, CALLS, 0);

        assertEquals(
                Verdict.FAIL,
                judge(quiet, seconds(90, i -> i < 45 ? 80 : 81, i -> 1)).verdict());
        assertEquals(
                Verdict.FAIL,
                judge(quiet, seconds(600, i -> 80 + i / 20.0, i -> 1)).verdict());
        assertEquals(
                Verdict.PASS,
                judge(quiet, seconds(90, i -> i == 50 ? 81 : 80, i -> 1)).verdict());
    }

    @Test
    void twentyNineSecondsAreTooFewAndThirtyAreEnough() {
        PoolRow quiet = row(CALLS, CALLS, 0);

        assertEquals(Verdict.INCONCLUSIVE, judge(quiet, calm(29)).verdict());
        assertEquals(Verdict.PASS, judge(quiet, calm(30)).verdict());
    }

    @Test
    void runCutShortBeforeTheWarmUpEndedIsInconclusive() {
        BaselineResult result = BaselineResult.of(List.of(), List.of(), 30, true, Settings.BASELINE);

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.headline().startsWith("INCONCLUSIVE (cut short): threads"), result.headline());
    }
}
