package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** One leak run: rounds, escalation, confirmation and verdict. */
final class LeakRun {
    /*
     * One delta ("collect, run, collect, compare") is wrong about half of the time: lazy fields, pools and caches all grow
     * once. So: rounds of N iterations give suspects (whatever ended the last rounds higher than it began them); then rounds of
     * 2N, 4N, ... run while a suspect has grown in each of them. What stops growing is dismissed, what never does is
     * a leak, after a last linger in which nothing runs.
     */

    /** Warm-up rounds beyond the option, while fewer and fewer series grow. */
    static final int EXTRA_WARM_UP = 4;

    /** Rounds over which growth is looked for. */
    static final int WINDOW = 4;
    /** Escalated rounds beyond the option, for what is neither steady nor slowing. */
    private static final int EXTRA = 2;

    private static final int SOFT_LOOKS = 4;

    private final LeakOptions options;
    private final Readings readings;
    private final Waiter waiter;
    private final Supplier<String> softReferences;
    private final Map<Resource, String> notWatched;
    private final List<String> notes = new ArrayList<>();
    private final long startNanos;

    LeakRun(LeakOptions options, Platform platform) {
        this(options, Censuses.of(options, platform), platform);
    }

    /** For tests, which bring censuses of their own. */
    LeakRun(LeakOptions options, Censuses censuses, Platform platform) {
        this.options = options;
        waiter = platform.waiter();
        softReferences = platform.softReferences();
        notWatched = censuses.notWatched();
        startNanos = waiter.nanos();
        int plain = options.rounds() + options.escalations() + EXTRA + 1;
        readings = new Readings(options, plain, censuses.all(), censuses.heap(), waiter, notWatched);
    }

    LeakReport judge(LeakAction action) {
        int blocked = options.heap() && readings.heap() == null ? 1 : 0;
        for (int i = 0; i < options.warmUpRounds(); i++) {
            iterate(action, options.iterations(), false);
            readings.read(0, List.of());
        }
        readings.baseline();
        readings.read(0, List.of());

        int last = 0;
        while (last < options.rounds() && !timeIsUp()) {
            iterate(action, options.iterations(), false);
            last++;
            readings.ran(last, options.iterations());
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
        for (int e = 1; e <= options.escalations() + EXTRA && !stop && Suspect.anyOpen(suspects); e++) {
            int extra = options.iterations() << e;
            if (timeIsUp() || !iterate(action, extra, true)) {
                outOfTime = true;
                break;
            }
            last++;
            readings.ran(last, extra);
            readings.read(last, suspects);
            for (Suspect suspect : suspects) {
                stop |= suspect.judge(last, e >= options.escalations());
            }
        }
        dismissMovingSizes(suspects, last);
        confirm(action, suspects);
        Findings judged = new Findings(options, readings);
        List<LeakFinding> findings = judged.findings(suspects, last);
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
        for (Track track : readings.tracks()) {
            if (track.live.overflowed() > 0) {
                notes.add(track.census.resource().title() + ": more than " + track.live.size()
                        + " different names; the others were not followed");
            }
        }
        options.allowed()
                .forEach(a -> notes.add(
                        a.resource().title() + " \"" + a.pattern() + "\" were allowed to stay: " + a.reason()));
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

    /** Runs the action; false when the time limit cut it off, which only an escalated round allows. */
    private boolean iterate(LeakAction action, int times, boolean cuttable) {
        for (int i = 0; i < times; i++) {
            if (cuttable && timeIsUp()) {
                return false;
            }
            try {
                action.run();
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
        int first = Math.max(0, last - WINDOW);
        for (Track track : readings.tracks()) {
            for (SeriesTable table : track.tables()) {
                for (int slot = 0; slot < table.capacity(); slot++) {
                    if (table.keyAt(slot) != 0 && endsHighest(table, slot, first, last)) {
                        suspects.add(new Suspect(readings, track, table, table.keyAt(slot), first));
                    }
                }
            }
        }
        return suspects;
    }

    private static boolean endsHighest(SeriesTable table, int slot, int first, int last) {
        long end = table.valueAt(last, slot);
        if (end <= table.valueAt(first, slot)) {
            return false;
        }
        for (int column = first; column < last; column++) {
            if (table.valueAt(column, slot) > end) {
                return false;
            }
        }
        return true;
    }

    /** A class leaks objects, or its objects grow: where their number moves too, only a leak of objects counts. */
    private void dismissMovingSizes(List<Suspect> suspects, int last) {
        for (Suspect size : suspects) {
            if (!readings.isHeap(size.track) || size.state == Suspect.State.SETTLED || (size.key & 1) == 1) {
                continue;
            }
            boolean moved = size.table.value(last, size.key + 1) != size.table.value(size.first, size.key + 1);
            if (moved) {
                size.state = suspects.stream()
                        .filter(s -> s.table == size.table && s.key == size.key + 1)
                        .map(s -> s.state)
                        .findFirst()
                        .orElse(Suspect.State.SETTLED);
            }
        }
    }

    /** One more linger without any iteration, then a round with soft references cleared: whoever falls now was no leak. */
    private void confirm(LeakAction action, List<Suspect> suspects) {
        if (suspects.stream().noneMatch(s -> s.state == Suspect.State.CERTAIN && !s.closedByCollection())) {
            return;
        }
        readings.readConfirm();
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

    private boolean isHeapCertain(List<Suspect> suspects) {
        return suspects.stream().anyMatch(s -> s.state == Suspect.State.CERTAIN && readings.isHeap(s.track));
    }

    private int dismissFallen(List<Suspect> suspects) {
        int fallen = 0;
        for (Suspect suspect : suspects) {
            if (suspect.state != Suspect.State.SETTLED && !suspect.closedByCollection() && suspect.fellBack()) {
                suspect.state = Suspect.State.SETTLED;
                fallen++;
            }
        }
        return fallen;
    }
}
