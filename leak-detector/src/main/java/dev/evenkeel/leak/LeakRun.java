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

    /** Warm-up rounds beyond the option, where the quiet pass was none, while fewer and fewer series grow. */
    static final int EXTRA_WARM_UP = 4;

    /** Escalated rounds beyond the option, while something is undecided or more rounds are cheap. */
    static final int MOST_PROOFS = 5;

    /** Time for rounds that may still show a leak to be a bound far off. */
    private static final long PROOF_NANOS = 4_000_000_000L;

    private static final long MOST_STRING_BYTES = 32;
    private static final int SOFT_LOOKS = 4;

    /** Iterations after which a failure may be that something has run out. */
    private static final int LEAST_TO_RUN_OUT = 20;

    private final LeakOptions options;
    private final Platform platform;
    private final Readings readings;
    private final Waiter waiter;
    private final Supplier<String> softReferences;
    private final Map<Resource, String> notWatched;
    private final List<String> notes = new ArrayList<>();
    private final long startNanos;
    private int moving = 1;
    private int ranInRound;

    /** Iterations before the baseline. */
    private int warmedUp;

    private int closable;

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
        startNanos = waiter.nanos();
        int plain = options.rounds() + options.escalations() + MOST_PROOFS + 1;
        readings = new Readings(options, plain, censuses.all(), censuses.heap(), waiter, notWatched);
        HeapCensus heap = censuses.heap();
        if (heap != null && !heap.remark().isEmpty()) {
            notes.add(heap.remark());
        }
    }

    LeakReport judge(LeakAction action) {
        int blocked = options.heap() && options.watched().contains(Resource.HEAP) && readings.heap() == null ? 1 : 0;
        if (warmUp(action) && blocked == 0) {
            return quiet();
        }
        readings.baseline();
        readings.read(0, List.of());

        // Where the heap grew: as many in all as there were before, and some. An array that doubles with what it is
        // given does so once.
        int size = readings.heapGrewInQuietPass()
                ? Math.max(options.iterations(), (warmedUp + 2) / options.rounds() + 1)
                : options.iterations();
        int last = 0;
        while (last < options.rounds() && !timeIsUp()) {
            try {
                iterate(action, size, false);
            } catch (RuntimeException failure) {
                return ranOut(failure, last + 1);
            }
            last++;
            readings.ran(last, size, closable);
            readings.read(last, List.of());
        }
        if (last < options.rounds()) {
            return new LeakReport(
                    options.name(),
                    Verdict.INCONCLUSIVE,
                    String.format(
                            Locale.ROOT,
                            "only %d of %d rounds fitted into the time limit of %s; raise LeakOptions.timeLimit or lower iterations",
                            last,
                            options.rounds(),
                            options.timeLimit()),
                    List.of(),
                    List.of(),
                    notWatched,
                    notes,
                    last,
                    readings.iterationsAt(last),
                    options.linger().toMillis());
        }

        List<Suspect> suspects = suspects();
        boolean outOfTime = false;
        boolean stop = false;
        long proofs = 0;
        for (int e = 1; e <= options.escalations() + MOST_PROOFS && !stop; e++) {
            boolean open = Suspect.any(suspects, State.OPEN);
            if (!open && (!Suspect.any(suspects, State.CERTAIN) || proofs > PROOF_NANOS)) {
                break;
            }
            int extra = harmless(GrowthRule.iterationsOf(options.iterations(), e), suspects, last);
            long start = waiter.nanos();
            try {
                if (timeIsUp() || !iterate(action, extra, true)) {
                    outOfTime = open;
                    break;
                }
            } catch (RuntimeException failure) {
                return ranOut(failure, last + 1);
            }
            last++;
            readings.ran(last, extra, closable);
            readings.read(last, suspects);
            for (Suspect suspect : suspects) {
                stop |= suspect.judge(options.rounds(), last, e >= options.escalations(), moving);
            }
            if (stop) {
                // No more rounds: what grew steadily up to here beside the one that ends the run is a leak as well.
                for (Suspect suspect : suspects) {
                    suspect.judge(options.rounds(), last, true, 0);
                }
            }
            if (e >= options.escalations()) {
                proofs += 3 * (waiter.nanos() - start); // this one, and the next, which takes twice as long
            }
        }
        dismissMovingSizes(suspects, last);
        confirm(action, suspects);
        Findings judged = new Findings(options, readings);
        List<LeakFinding> findings = withinBudgets(judged.findings(suspects, last));
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
        return new LeakReport(
                options.name(),
                verdict,
                reason,
                findings,
                judged.limits(suspects),
                notWatched,
                notes,
                last,
                readings.iterationsAt(last),
                options.linger().toMillis());
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
     * Rounds before the baseline, then as many iterations as there are in the plain rounds, between two readings. Where anything
     * differs, some more rounds follow while ever fewer series grow.
     *
     * @return whether not one count of not one resource differs, so that there is nothing to judge
     */
    private boolean warmUp(LeakAction action) {
        if (options.warmUpRounds() == 0) {
            return false;
        }
        for (int i = 0; i < options.warmUpRounds() && !timeIsUp(); i++) {
            warmUpRound(action);
        }
        readings.readBeforeQuietPass();
        for (int i = 0; i < options.rounds(); i++) {
            if (timeIsUp()) {
                return false;
            }
            warmUpRound(action);
        }
        if (readings.readQuietPass()) {
            return true;
        }
        int before = Integer.MAX_VALUE;
        int grown = readings.grownInQuietPass();
        for (int i = 0; i < EXTRA_WARM_UP && grown > 0 && grown < before && !timeIsUp(); i++) {
            before = grown;
            warmUpRound(action);
            grown = readings.readWarmUp();
        }
        return false;
    }

    private void warmUpRound(LeakAction action) {
        iterate(action, options.iterations(), false);
        warmedUp += options.iterations();
    }

    /**
     * An iteration failed after many that did not. Where something grew all the time up to there, by one in two iterations or
     * more, it has run out, and that is the leak to tell of.
     *
     * @throws RuntimeException the failure, where nothing grew so
     */
    private LeakReport ranOut(RuntimeException failure, int column) {
        readings.ran(column, ranInRound, closable);
        readings.read(column, List.of());
        long iterations = readings.iterationsAt(column);
        List<Suspect> grown = new ArrayList<>();
        for (Track track : readings.tracks()) {
            for (int slot = 0; slot < track.live.capacity(); slot++) {
                long key = track.live.keyAt(slot);
                Suspect one = new Suspect(readings, track, track.live, key, 0);
                if (key == 0 || readings.isHeap(track) || iterations < LEAST_TO_RUN_OUT) {
                    continue;
                }
                boolean always = 2 * (one.value(column) - one.value(0)) >= iterations;
                for (int c = 1; c <= column && always; c++) {
                    always = one.value(c) > one.value(c - 1) || readings.iterationsBetween(c - 1, c) == 0;
                }
                if (always) {
                    one.state = State.CERTAIN;
                    grown.add(one);
                }
            }
        }
        Findings judged = new Findings(options, readings);
        List<LeakFinding> findings = withinBudgets(judged.findings(grown, column));
        if (findings.isEmpty()) {
            throw failure;
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        notes.add("the action failed after " + iterations + " iterations of the rounds that did not fail: " + cause);
        noteAllowed();
        return new LeakReport(
                options.name(),
                Verdict.FAIL,
                findings.get(0).culprit() + " grew in every round, until the action failed after " + iterations
                        + " iterations: " + cause,
                findings,
                List.of(),
                notWatched,
                notes,
                column,
                iterations,
                options.linger().toMillis());
    }

    private LeakReport quiet() {
        int iterations = options.rounds() * options.iterations();
        readings.ran(1, iterations, iterations);
        noteOverflow();
        noteAllowed();
        return new LeakReport(
                options.name(),
                Verdict.PASS,
                "nothing differed after " + iterations + " iterations",
                List.of(),
                new Findings(options, readings).limitsWithoutNoise(),
                notWatched,
                notes,
                1,
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

    /** Those that are more than their budget; of the others a note is made. */
    private List<LeakFinding> withinBudgets(List<LeakFinding> findings) {
        List<LeakFinding> left = new ArrayList<>();
        for (LeakFinding f : findings) {
            double budget = options.budget(f.resource());
            if (f.perIteration() > budget) {
                left.add(f);
            } else {
                notes.add(String.format(
                        Locale.ROOT,
                        "%s grew by %.2f per iteration (%s), within the budget of %.2f",
                        f.resource().title(),
                        f.perIteration(),
                        f.culprit(),
                        budget));
            }
        }
        return left;
    }

    /** Runs the action; false when the time limit cut it off, which only an escalated round allows. */
    private boolean iterate(LeakAction action, int times, boolean cuttable) {
        ranInRound = 0;
        closable = 0;
        long collections = readings.collectionsSoFar();
        for (int i = 0; i < times; i++) {
            if (cuttable && timeIsUp()) {
                return false;
            }
            try {
                action.run();
                ranInRound++;
                closable++;
                long now = readings.collectionsSoFar();
                if (now != collections) {
                    collections = now;
                    closable = 0;
                }
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(
                        options.name() + " failed in an iteration: " + e
                                + ". An action that fails proves nothing about leaks; make it succeed first.",
                        e);
            }
        }
        return true;
    }

    private boolean timeIsUp() {
        return waiter.nanos() - startNanos > options.timeLimit().toNanos();
    }

    private List<Suspect> suspects() {
        List<Suspect> suspects = new ArrayList<>();
        int last = options.rounds();
        int first = Math.max(0, last - GrowthRule.WINDOW);
        moving = 0;
        for (Track track : readings.tracks()) {
            for (SeriesTable table : track.tables()) {
                for (int slot = 0; slot < table.capacity(); slot++) {
                    long key = table.keyAt(slot);
                    if (key == 0) {
                        continue;
                    }
                    Suspect one = new Suspect(readings, track, table, key, first);
                    boolean moved = false;
                    for (int column = first; column < last && !moved; column++) {
                        moved = table.valueAt(column, slot) != table.valueAt(column + 1, slot);
                    }
                    // A class counts once, though it has two series: they are as good as one.
                    moving += !moved || one.isBytes() ? 0 : 1;
                    if (moved && GrowthRule.isSuspect(one, last)) {
                        suspects.add(one);
                    }
                }
            }
        }
        moving = Math.max(1, moving);
        return suspects;
    }

    /**
     * A class leaks objects, or its objects grow. Where their number moves too, only a leak of objects counts, but for arrays
     * that grew by more than twice what their number explains: a table that doubles under entries which exist anyway.
     */
    private void dismissMovingSizes(List<Suspect> suspects, int last) {
        for (Suspect size : suspects) {
            if (!size.isBytes() || size.state == State.SETTLED) {
                continue;
            }
            long more = size.table.value(last, size.key + 1) - size.table.value(size.first, size.key + 1);
            if (more == 0) {
                continue;
            }
            if (more < 0 && size.value(last) - size.value(size.first) <= MOST_STRING_BYTES * -more) {
                // Fewer arrays and a few bytes more for each: interned strings that died, which the string table still
                // counts.
                size.state = State.SETTLED;
                continue;
            }
            State number = suspects.stream()
                    .filter(s -> s.table == size.table && s.key == size.key + 1)
                    .map(s -> s.state)
                    .findFirst()
                    .orElse(State.SETTLED);
            double each = size.value(size.first) / (double) Math.max(1, size.table.value(size.first, size.key + 1));
            boolean explained = size.value(last) - size.value(size.first) <= 2 * each * Math.max(0, more);
            if (explained || number != State.SETTLED) {
                size.state = number;
            }
        }
    }

    /** One more linger without any iteration, then a round with soft references cleared: whoever falls now was no leak. */
    private void confirm(LeakAction action, List<Suspect> suspects) {
        if (suspects.stream().noneMatch(s -> s.state == State.CERTAIN && !s.closedByCollection())) {
            return;
        }
        readings.readConfirm();
        dismissForeign(suspects);
        int fallen = dismissFallen(suspects);
        if (fallen > 0) {
            notes.add(fallen + " suspects were gone after one more linger of "
                    + options.linger().toMillis() + " ms");
        }
        if (!options.clearSoftReferences() || !isHeapCertain(suspects)) {
            return;
        }
        String whyNot = softReferences.get();
        if (!whyNot.isEmpty()) {
            notes.add(whyNot);
            return;
        }
        iterate(action, options.iterations(), false); // lets a cache drop the empty references
        fallen = 0;
        // A cleared reference is itself garbage only after the reference handler has seen it, hence the second look.
        for (int look = 0; look < SOFT_LOOKS && isHeapCertain(suspects); look++) {
            if (look > 0) {
                waiter.pause(Readings.LONGEST_POLL_NANOS);
            }
            readings.readConfirm();
            fallen += dismissFallen(suspects);
        }
        if (fallen > 0) {
            notes.add(fallen
                    + " heap suspects were only softly reachable: the JVM gives them up before it runs out of heap");
        }
    }

    /** Temporary files are everybody's: what grew on while nothing ran here is another process's. */
    private void dismissForeign(List<Suspect> suspects) {
        for (Suspect s : suspects) {
            if (s.track.census.resource() == Resource.TEMP_FILES
                    && s.state != State.SETTLED
                    && s.grewWhileNothingRan()) {
                s.state = State.SETTLED;
                notes.add(
                        "temporary files of some name grew on while nothing ran, by another process, and were dismissed");
            }
        }
    }

    private boolean isHeapCertain(List<Suspect> suspects) {
        return suspects.stream().anyMatch(s -> s.state == State.CERTAIN && readings.isHeap(s.track));
    }

    private int dismissFallen(List<Suspect> suspects) {
        int fallen = 0;
        for (Suspect suspect : suspects) {
            if (suspect.state != State.SETTLED && !suspect.closedByCollection() && suspect.fellBack()) {
                suspect.state = State.SETTLED;
                fallen++;
            }
        }
        return fallen;
    }
}
