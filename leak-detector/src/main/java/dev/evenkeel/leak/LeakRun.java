package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.GrowthRule.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** One leak run: rounds, escalation, confirmation and verdict. */
final class LeakRun {
    /*
     * One delta ("collect, run, collect, compare") is wrong about half of the time: lazy fields, pools and caches all grow
     * once. So: where not one count differs after as many iterations as the rounds have, nothing is left to judge. Otherwise
     * rounds of N iterations give suspects (whatever ended the last rounds higher than it began them); then rounds of
     * 4N, 8N, ... run while a suspect has grown in each of them, see GrowthRule. What stops growing is dismissed, what never
     * does is a leak, after a last linger in which nothing runs. Where iterations are quick there are more rounds than certainty
     * needs: a cache of ten thousand entries is a leak to whoever looks at its first thousand.
     */

    /** The second where nothing grew in the first and something went: what was on its way out when the first began. */
    private static final int QUIET_PASSES = 2;

    /** Warm-up rounds beyond the option, where the quiet pass was none, while fewer and fewer series grow. */
    static final int EXTRA_WARM_UP = 4;

    /** Escalated rounds beyond the option, while something is undecided or more rounds are cheap. */
    static final int MOST_PROOFS = 5;

    /** Time for rounds that may still show a leak to be a bound far off. */
    private static final long PROOF_NANOS = 4_000_000_000L;

    /** What the action may take of the time limit; the rest is for readings, lingers and the second look. */
    private static final double SHARE_OF_ACTION = 0.7;

    private final Platform platform;
    private final Readings readings;
    private final Waiter waiter;
    private final Supplier<String> softReferences;
    private final Map<Resource, String> notWatched;
    private final List<String> notes = new ArrayList<>();
    private final ActionRunner runner;

    /** The caller's, with fewer iterations where so many would take too long. */
    private LeakOptions options;

    /** Iterations before the baseline. */
    private int warmedUp;

    /** Whether there is a reading of before the quiet pass, and how many of its iterations are over. */
    private boolean readBefore;

    private int ranInQuietPass;

    LeakRun(LeakOptions options, Platform platform) {
        this(options, Censuses.of(options, platform), platform);
    }

    /** For tests, which bring censuses of their own. */
    LeakRun(LeakOptions options, Censuses censuses, Platform platform) {
        this.options = options;
        this.platform = platform;
        waiter = platform.waiter();
        softReferences = platform.softReferences();
        notWatched = censuses.notWatched();
        int plain = options.rounds() + options.escalations() + MOST_PROOFS + 1;
        readings = new Readings(options, plain, censuses.all(), censuses.heap(), waiter, notWatched);
        runner = new ActionRunner(options, waiter, readings::collectionsSoFar);
        HeapCensus heap = censuses.heap();
        if (heap != null && !heap.remark().isEmpty()) {
            notes.add(heap.remark());
        }
    }

    LeakReport judge(LeakAction action) {
        boolean quiet;
        try {
            quiet = warmUp(action);
        } catch (RuntimeException | OutOfMemoryError failure) {
            if (!readBefore) {
                throw failure;
            }
            return ranOut(failure, 1, ranInQuietPass + runner.ran());
        }
        int blocked = options.heap() && options.watched().contains(Resource.HEAP) && readings.heap() == null ? 1 : 0;
        if (quiet && blocked == 0) {
            return quiet();
        }
        readings.baseline();
        readings.read(0, List.of());

        int size = plainIterations();
        int last = 0;
        while (last < options.rounds() && !runner.timeIsUp()) {
            try {
                runner.run(action, size, false);
            } catch (RuntimeException | OutOfMemoryError failure) {
                return ranOut(failure, last + 1, runner.ran());
            }
            last++;
            readings.ran(last, size, runner.sinceCollection());
            readings.read(last, List.of());
        }
        if (last < options.rounds()) {
            return report(
                    Verdict.INCONCLUSIVE,
                    String.format(
                            Locale.ROOT,
                            "only %d of %d rounds fitted into the time limit of %s; raise LeakOptions.timeLimit or lower iterations",
                            last,
                            options.rounds(),
                            options.timeLimit()),
                    List.of(),
                    List.of(),
                    last,
                    readings.iterationsAt(last));
        }

        Suspects suspects = new Suspects(options, readings, notes);
        boolean outOfTime = false;
        boolean stop = false;
        long proofs = 0;
        for (int e = 1; e <= options.escalations() + MOST_PROOFS && !stop; e++) {
            boolean open = suspects.any(State.OPEN);
            if (!open && (!suspects.any(State.CERTAIN) || proofs > PROOF_NANOS)) {
                break;
            }
            int extra = harmless(GrowthRule.iterationsOf(options.iterations(), e), suspects.all(), last);
            long start = waiter.nanos();
            try {
                if (runner.timeIsUp() || !runner.run(action, extra, true)) {
                    outOfTime = open;
                    break;
                }
            } catch (RuntimeException | OutOfMemoryError failure) {
                return ranOut(failure, last + 1, runner.ran());
            }
            last++;
            readings.ran(last, extra, runner.sinceCollection());
            readings.read(last, suspects.all());
            stop = suspects.judge(last, e >= options.escalations());
            if (e >= options.escalations()) {
                proofs += 3 * (waiter.nanos() - start); // this one, and the next, which takes twice as long
            }
        }
        suspects.dismissMovingSizes(last);
        suspects.confirm(waiter, softReferences, () -> runner.run(action, options.iterations(), false));
        Findings judged = new Findings(options, readings);
        List<LeakFinding> findings = judged.aboveBudget(suspects.all(), last, notes);
        if (options.secondLook()) {
            findings = new SecondLook(platform, notes).at(findings, action);
        }
        findings = HeapRows.notAllowed(findings, options, notes);
        boolean certain = findings.stream().anyMatch(LeakFinding::certain);
        String reason;
        if (certain) {
            reason = String.format(
                    Locale.ROOT,
                    "%s grew in every one of the last rounds, up to %d iterations, and stayed after the linger",
                    findings.get(0).culprit(),
                    readings.iterationsAt(last));
        } else if (!findings.isEmpty()) {
            reason = outOfTime
                    ? "the time limit of " + options.timeLimit() + " ended the run while "
                            + findings.get(0).culprit() + " still grew; raise LeakOptions.timeLimit"
                    : findings.get(0).culprit() + " still grew at the end, but ever more slowly; raise"
                            + " LeakOptions.escalations or iterations until it settles";
        } else if (blocked > 0) {
            reason =
                    "heap was to be judged and could not be read; see the note, or switch it off: LeakOptions.withHeap(false)";
        } else {
            reason = "nothing grew in " + last + " rounds, " + readings.iterationsAt(last) + " iterations";
        }
        noteOverflow();
        noteAllowed();
        Verdict verdict =
                certain ? Verdict.FAIL : findings.isEmpty() && blocked == 0 ? Verdict.PASS : Verdict.INCONCLUSIVE;
        return report(verdict, reason, findings, judged.limits(suspects.all()), last, readings.iterationsAt(last));
    }

    /**
     * Iterations of a plain round. Where the heap grew: as many in all as there were before, and some, because an array that
     * doubles with what it is given does so once; but not so many that they would fill it.
     */
    private int plainIterations() {
        int rounds = options.rounds();
        if (!readings.heapGrewInQuietPass()) {
            return options.iterations();
        }
        double perIteration = readings.heapGrownInQuietPass() / (double) (rounds * options.iterations());
        double most = readings.heapCeiling() / Math.max(1, perIteration) / rounds;
        return (int) Math.max(1, Math.min(most, iterationsWhereTheHeapGrew(options.iterations(), rounds, warmedUp)));
    }

    /** Iterations of a plain round after so many in all, where the heap grew in the quiet pass and is far from full. */
    static int iterationsWhereTheHeapGrew(int iterations, int rounds, int warmedUp) {
        return Math.max(iterations, (warmedUp + 2) / rounds + 1);
    }

    private void noteOverflow() {
        for (Track track : readings.tracks()) {
            if (track.live.overflowed() > 0) {
                notes.add(track.census.resource().title() + ": more than " + track.live.size()
                        + " different names; the others were not followed");
            }
        }
    }

    private void noteAllowed() {
        options.allowed()
                .forEach(a -> notes.add(
                        a.resource().title() + " \"" + a.pattern() + "\" were allowed to stay: " + a.reason()));
    }

    /** Least things per iteration, evenly leaked, that a run must find: one in two rounds. */
    static double leastRate(int iterations) {
        return 1.0 / (2 * iterations);
    }

    /**
     * Rounds before the baseline, then as many iterations as there are in the plain rounds, between two readings. Where nothing is
     * more and something less than before, once again. Where anything differs then, some more rounds follow while ever fewer
     * series grow.
     *
     * @return whether not one count of not one resource differs, so that there is nothing to judge
     */
    private boolean warmUp(LeakAction action) {
        if (options.warmUpRounds() == 0) {
            return false;
        }
        for (int i = 0; i < options.warmUpRounds() && !runner.timeIsUp(); i++) {
            warmUpRound(action);
            if (i == 0) {
                fitIntoTimeLimit();
            }
        }
        readings.readBeforeQuietPass();
        readBefore = true;
        for (int pass = 0; pass < QUIET_PASSES; pass++) {
            for (int i = 0; i < options.rounds(); i++) {
                if (runner.timeIsUp()) {
                    return false;
                }
                warmUpRound(action);
                ranInQuietPass += options.iterations();
            }
            if (readings.readQuietPass()) {
                return true;
            }
            ranInQuietPass = 0;
            if (!readings.onlyFellInQuietPass()) {
                break;
            }
        }
        if (readings.heapGrownInQuietPass() > readings.heapCeiling()) {
            return false; // as much again would do harm
        }
        int before = Integer.MAX_VALUE;
        int grown = readings.grownInQuietPass();
        for (int i = 0; i < EXTRA_WARM_UP && grown > 0 && grown < before && !runner.timeIsUp(); i++) {
            before = grown;
            warmUpRound(action);
            grown = readings.readWarmUp();
        }
        return false;
    }

    /** Fewer iterations a round from now on, where as many as asked for would take longer than there is time. */
    private void fitIntoTimeLimit() {
        int asked = options.iterations();
        long nanos = Math.max(1, runner.fastestNanos());
        long left = runner.nanosLeft();
        int before = options.warmUpRounds() - 1 + options.rounds() + EXTRA_WARM_UP;
        double fitting = SHARE_OF_ACTION * left / nanos - (asked + options.rounds() + 2);
        // Before the baseline; in plain rounds as many again; and the escalations, see plainIterations and GrowthRule.
        double fits = fitting / (2.0 * before + GrowthRule.iterationsUpTo(1, options.escalations()));
        if (fits >= asked) {
            return;
        }
        options = options.withIterations((int) Math.max(1, fits));
        readings.fewerIterationsPerRound(options.iterations());
        notes.add(String.format(
                Locale.ROOT,
                "an iteration takes %d ms, so a round has %d instead of %d, to be done within the time limit of %s;"
                        + " raise LeakOptions.timeLimit to see rarer leaks",
                nanos / 1_000_000,
                options.iterations(),
                asked,
                options.timeLimit()));
    }

    private void warmUpRound(LeakAction action) {
        runner.run(action, options.iterations(), false);
        warmedUp += options.iterations();
    }

    /**
     * An iteration failed after many that did not. Where something grew all the time up to there, it has run out, and that is the
     * leak to tell of; see {@link Suspects#grownAllTheTime}.
     *
     * @throws RuntimeException the failure, where nothing grew so
     * @throws OutOfMemoryError the same
     */
    private LeakReport ranOut(Throwable failure, int column, int ran) {
        boolean memory = failure instanceof OutOfMemoryError;
        readings.ran(column, ran, runner.sinceCollection());
        List<LeakFinding> findings = List.of();
        try {
            readings.read(column, List.of());
            findings = new Findings(options, readings)
                    .aboveBudget(Suspects.grownAllTheTime(readings, column, memory), column, notes);
            if (memory && options.secondLook()) {
                findings = new SecondLook(platform, notes).holders(findings);
            }
        } catch (OutOfMemoryError noRoomToLook) {
            notes.add("the heap was too full to look at once more");
        }
        if (findings.isEmpty()) {
            if (failure instanceof OutOfMemoryError error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
        long iterations = readings.iterationsAt(column);
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        notes.add("the action failed after " + iterations + " iterations of the rounds that did not fail: " + cause);
        noteAllowed();
        return report(
                Verdict.FAIL,
                findings.get(0).culprit() + " grew in every round, until the action failed after " + iterations
                        + " iterations: " + cause,
                findings,
                List.of(),
                column,
                iterations);
    }

    private LeakReport quiet() {
        int iterations = options.rounds() * options.iterations();
        readings.ran(1, iterations, iterations);
        noteOverflow();
        noteAllowed();
        return report(
                Verdict.PASS,
                "nothing differed after " + iterations + " iterations",
                List.of(),
                new Findings(options, readings).limitsWithoutNoise(),
                1,
                iterations);
    }

    private LeakReport report(
            Verdict verdict,
            String reason,
            List<LeakFinding> findings,
            List<DetectionLimit> limits,
            int rounds,
            long iterations) {
        return new LeakReport(
                options.name(),
                verdict,
                reason,
                findings,
                limits,
                notWatched,
                notes,
                rounds,
                iterations,
                options.linger().toMillis());
    }

    /** Fewer iterations where those of the rounds so far say that so many would fill the heap. */
    private int harmless(int iterations, List<Suspect> suspects, int last) {
        double perIteration = 0;
        for (Suspect s : suspects) {
            if (s.state != State.SETTLED && s.isBytes()) {
                perIteration += Math.max(0, (s.value(last) - s.value(0)) / (double) readings.iterationsAt(last));
            }
        }
        return perIteration * iterations <= readings.heapCeiling()
                ? iterations
                : (int) Math.max(1, readings.heapCeiling() / perIteration);
    }
}
