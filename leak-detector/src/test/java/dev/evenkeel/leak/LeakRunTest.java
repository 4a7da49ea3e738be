package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judgement itself, on made-up readings and a clock that only pauses move. */
class LeakRunTest extends MadeUpReadings {

    @Test
    void growthInEveryRoundFails() {
        LeakReport report = judgeThreads(n -> 5 + n);

        assertEquals(Verdict.FAIL, report.verdict());
        assertEquals(1.0, report.findings().get(0).perIteration());
        assertEquals(1.0, report.findings().get(0).lowPerIteration());
        assertEquals("made-up", report.findings().get(0).culprit());
    }

    @Test
    void oneInTwiceTheIterationsIsFoundAsTheReportSays() {
        LeakReport report = judgeThreads(n -> n / 20);

        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        assertTrue(report.limits().get(0).toString().startsWith("threads: 1 thread in 12.9 iterations"), report::text);
    }

    @Test
    void oneMoreInAllTheIterationsOfTheQuietPassIsSeen() {
        LeakReport report = judgeThreads(n -> n < 70 ? 3 : 4);

        assertEquals("nothing grew in 5 rounds, 50 iterations", report.reason());
    }

    @Test
    void whatGoesOnDyingWhileNothingRunsIsNoLeak() {
        long tick = 100_000_000;
        List<Long> deaths = new ArrayList<>();
        LeakAction drops = () -> deaths.add(waiter.now + (11 + deaths.size() * 37 % 22) * tick);
        FakeCensus clients = new FakeCensus(
                n -> deaths.stream().filter(at -> at > waiter.now).count());

        LeakReport report = run(clients, null, LeakOptions.defaults(), drops);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
        assertTrue(report.notes().get(0).contains("were gone after one more linger"), report::text);
    }

    @Test
    void stepSettlesAfterOneEscalatedRound() {
        LeakReport report = judgeThreads(n -> n < 40 ? 3 : n < 100 ? 4 : 5);

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals(6, report.rounds());
        assertEquals(90, report.iterations());
    }

    @Test
    void fillToABoundInsideTheEscalationPasses() {
        LeakReport report = judgeThreads(n -> Math.min(n, 120));

        assertEquals(Verdict.PASS, report.verdict());
    }

    @Test
    void cacheOfManyThousandsPassesWhereIterationsAreQuick() {
        LeakReport report = judgeThreads(n -> Math.min(n, 9_000) / 50);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void asMuchARoundWhateverTheIterationsIsNotTheActions() {
        long[] readings = {0};

        LeakReport report = judgeThreads(n -> ++readings[0] / 3);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void threadsStopAtTheirCeilingInsteadOfLeakingOn() {
        LeakReport report = judgeThreads(n -> 4L * n);

        assertEquals(Verdict.FAIL, report.verdict());
        assertEquals(90, report.iterations());
    }

    @Test
    void whatEndsWithinTheLingerIsNoLeak() {
        long[] since = {0};
        FakeCensus census = new FakeCensus(n -> waiter.now - since[0] > 200_000_000 ? 1 : 9);

        LeakReport report = run(census, null, LeakOptions.defaults(), () -> since[0] = waiter.now);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void slowActionsAreJudgedInRoundsOfFewerIterations() {
        LeakOptions options = LeakOptions.defaults();

        LeakReport leak = run(new FakeCensus(n -> n), null, options, () -> waiter.now += 300_000_000);
        int leaking = iterations;
        iterations = 0;
        LeakReport healthy = run(new FakeCensus(n -> Math.min(n, 30)), null, options, () -> waiter.now += 300_000_000);

        assertEquals(Verdict.FAIL, leak.verdict(), leak::text);
        assertTrue(leaking * 300 < 60_000, leaking + " iterations");
        assertTrue(
                leak.notes().get(0).startsWith("an iteration takes 300 ms, so a round has 1 instead of 10, to be done"),
                leak::text);
        assertEquals(
                new DetectionPower(options.withIterations(1)).rate(),
                1 / leak.limits().get(0).iterationsPerLeak(),
                1e-9);
        assertEquals(Verdict.PASS, healthy.verdict(), healthy::text);
    }

    @Test
    void oneSlowIterationMakesNoActionSlow() {
        LeakReport report = run(
                new FakeCensus(n -> n),
                null,
                LeakOptions.defaults(),
                () -> waiter.now += iterations == 1 || iterations == 8 ? 5_000_000_000L : 1_000);

        assertEquals(List.of(), report.notes());
    }

    @Test
    void timeLimitInTheEscalationIsInconclusive() {
        LeakReport report = run(
                new FakeCensus(n -> n / 5),
                null,
                LeakOptions.defaults().withTimeLimit(Duration.ofSeconds(14)),
                () -> waiter.now += iterations < 100 ? 1_000_000 : 100_000_000);

        assertEquals(Verdict.INCONCLUSIVE, report.verdict());
        assertTrue(report.reason().contains("raise LeakOptions.timeLimit"), report::reason);
        assertFalse(report.findings().get(0).certain());
    }

    @Test
    void timeLimitBeforeTheRoundsAreDoneIsInconclusive() {
        LeakReport report = run(
                new FakeCensus(n -> n),
                null,
                LeakOptions.defaults().withTimeLimit(Duration.ofSeconds(12)),
                () -> waiter.now += iterations < 70 ? 1_000_000 : 300_000_000);

        assertEquals(Verdict.INCONCLUSIVE, report.verdict());
        assertEquals(
                "only 3 of 5 rounds fitted into the time limit of PT12S; raise LeakOptions.timeLimit or lower iterations",
                report.reason());
    }

    @Test
    void temporaryFilesOfAnotherProcessAreDismissed() {
        long tenMillis = 10_000_000;
        FakeCensus foreign = new FakeCensus(Resource.TEMP_FILES, n -> waiter.now / tenMillis);
        FakeCensus own = new FakeCensus(Resource.TEMP_FILES, n -> n);

        LeakReport innocent = run(foreign, null, LeakOptions.defaults(), () -> waiter.now += tenMillis);
        LeakReport guilty = run(own, null, LeakOptions.defaults(), () -> waiter.now += tenMillis);

        assertEquals(Verdict.PASS, innocent.verdict(), innocent::text);
        assertEquals(Verdict.FAIL, guilty.verdict(), guilty::text);
    }
}
