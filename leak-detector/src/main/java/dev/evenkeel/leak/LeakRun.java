package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One leak run: rounds, escalation, confirmation and verdict. */
final class LeakRun {
    /*
     * One delta ("collect, run, collect, compare") is wrong about half of the time: lazy fields, pools and caches all grow
     * once. So: rounds of N iterations give suspects (whatever ended the last rounds higher than it began them); then rounds of
     * 2N, 4N, ... run while a suspect has grown in each of them. What stops growing is dismissed, what never does is
     * a leak, after a last linger in which nothing runs.
     *
     * Columns of every table: 0 is the baseline, 1..rounds the plain rounds, then the escalated ones, then two of scratch:
     * "before" (what a round left before the collection) and "confirm".
     *
     * Nothing that is kept from one reading to the next may be allocated between readings: see SeriesTable.
     */

    private static final int WINDOW = 4;
    /** Escalated rounds beyond the option, for what is neither steady nor slowing. */
    private static final int EXTRA = 2;
    /**
     * Growth per iteration, as a part of the growth per iteration before, from which it is a leak's, and below which it is not. A
     * leak stays near 1. What grows by as much a round whatever the iterations, as strings do while code is compiled, falls to
     * 0.2 by the fifth escalated round.
     */
    private static final double STEADY = 0.6;

    private static final double SLOWING = 0.45;

    /** What one round may miss of a rate by where its iterations begin and end. */
    private static final double NEARLY = 0.9;

    private static final double SMALLEST_OBJECT_BYTES = 16;
    private static final long THREAD_CEILING = 256;
    private static final long DESCRIPTOR_CEILING = 256;
    private static final int SOFT_LOOKS = 4;
    private static final long FIRST_POLL_NANOS = 1_000_000;
    private static final long LONGEST_POLL_NANOS = 50_000_000;

    private final LeakOptions options;
    private final List<Track> tracks = new ArrayList<>();
    private final @Nullable HeapCensus heap;
    private final @Nullable Track heapTrack;
    private final Waiter waiter;
    private final Supplier<String> softReferences;
    private final List<String> notes = new ArrayList<>();
    private final long[] iterationsAt;
    private final int before;
    private final int confirm;
    private final long heapCeiling;
    private final long startNanos;

    /** @param softReferences clears them; returns why not, or "" */
    LeakRun(
            LeakOptions options,
            List<Census> censuses,
            @Nullable HeapCensus heap,
            Waiter waiter,
            Supplier<String> softReferences) {
        this.options = options;
        this.waiter = waiter;
        this.softReferences = softReferences;
        int plain = options.rounds() + options.escalations() + EXTRA + 1;
        before = plain;
        confirm = plain + 1;
        iterationsAt = new long[plain];
        heapCeiling = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);
        startNanos = waiter.nanos();
        for (Census census : censuses) {
            String why = census.unavailable();
            if (why != null) {
                notes.add(why);
            } else {
                tracks.add(new Track(census, 4096, plain + 2, true));
            }
        }
        String noHeap = heap == null ? null : heap.unavailable();
        if (noHeap != null) {
            notes.add(noHeap);
        }
        if (heap != null && noHeap == null) {
            this.heap = heap;
            heapTrack = new Track(heap, 65_536, plain + 2, false);
            tracks.add(heapTrack);
        } else {
            this.heap = null;
            heapTrack = null;
        }
    }

    LeakReport judge(LeakAction action) {
        int blocked = options.heap() && heap == null ? 1 : 0;
        for (int i = 0; i < options.warmUpRounds(); i++) {
            iterate(action, options.iterations(), false);
            read(0, List.of());
        }
        tracks.forEach(track -> track.census.baseline());
        read(0, List.of());

        int last = 0;
        while (last < options.rounds() && !timeIsUp()) {
            iterate(action, options.iterations(), false);
            last++;
            iterationsAt[last] = iterationsAt[last - 1] + options.iterations();
            read(last, List.of());
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
                    notes,
                    last,
                    iterationsAt[last],
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
            iterationsAt[last] = iterationsAt[last - 1] + extra;
            read(last, suspects);
            for (Suspect suspect : suspects) {
                stop |= suspect.judge(last, e >= options.escalations());
            }
        }
        dismissMovingSizes(suspects, last);
        confirm(action, suspects);
        List<LeakFinding> findings = findings(suspects, last);
        boolean certain = findings.stream().anyMatch(LeakFinding::certain);
        String reason;
        if (certain) {
            reason = String.format(
                    Locale.ROOT,
                    "%s grew in every one of the last rounds, up to %d iterations, and stayed after the linger",
                    findings.get(0).culprit(),
                    iterationsAt[last]);
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
            reason = "nothing grew in " + last + " rounds, " + iterationsAt[last] + " iterations";
        }
        for (Track track : tracks) {
            if (track.live.overflowed() > 0) {
                notes.add(track.census.resource().title() + ": more than " + track.live.size()
                        + " different names; the others were not followed");
            }
        }
        options.allowed()
                .forEach(a -> notes.add("threads \"" + a.pattern() + "\" were allowed to stay: " + a.reason()));
        Verdict verdict =
                certain ? Verdict.FAIL : findings.isEmpty() && blocked == 0 ? Verdict.PASS : Verdict.INCONCLUSIVE;
        return new LeakReport(
                options.name(),
                verdict,
                reason,
                findings,
                limits(suspects),
                notes,
                last,
                iterationsAt[last],
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

    /* Readings. */

    private void read(int column, List<Suspect> suspects) {
        settle(column);
        if (heap == null || heapTrack == null) {
            return;
        }
        for (Suspect suspect : suspects) {
            suspect.rememberBeforeCollection();
        }
        for (Track track : tracks) {
            if (track != heapTrack) {
                track.live.clear(before);
                track.census.read(track.live, before);
            }
        }
        heapTrack.live.clear(column);
        heap.read(heapTrack.live, column);
        settle(column); // what the collection found unreachable is closed a moment after it
        for (Track track : tracks) {
            if (track != heapTrack) {
                track.countClosedByCollection(column, before);
            }
        }
    }

    /** Reads all but the heap, again and again until nothing is above the reading before or the linger is over. */
    private void settle(int column) {
        long deadline = waiter.nanos() + options.linger().toNanos();
        long poll = FIRST_POLL_NANOS;
        while (true) {
            boolean grown = false;
            for (Track track : tracks) {
                if (track != heapTrack) {
                    track.live.clear(column);
                    track.census.read(track.live, column);
                    grown |= column > 0 && track.live.anyAbove(column, column == confirm ? 0 : column - 1);
                }
            }
            if (!grown || waiter.nanos() - deadline >= 0) {
                return;
            }
            waiter.pause(poll);
            poll = Math.min(poll * 2, LONGEST_POLL_NANOS);
        }
    }

    /* Judgement. */

    private List<Suspect> suspects() {
        List<Suspect> suspects = new ArrayList<>();
        int last = options.rounds();
        int first = Math.max(0, last - WINDOW);
        for (Track track : tracks) {
            for (SeriesTable table : track.tables()) {
                for (int slot = 0; slot < table.capacity(); slot++) {
                    if (table.keyAt(slot) != 0 && endsHighest(table, slot, first, last)) {
                        suspects.add(new Suspect(track, table, table.keyAt(slot), first));
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
            if (size.track != heapTrack || size.state == State.SETTLED || (size.key & 1) == 1) {
                continue;
            }
            boolean moved = size.table.value(last, size.key + 1) != size.table.value(size.first, size.key + 1);
            if (moved) {
                size.state = suspects.stream()
                        .filter(s -> s.table == size.table && s.key == size.key + 1)
                        .map(s -> s.state)
                        .findFirst()
                        .orElse(State.SETTLED);
            }
        }
    }

    /** One more linger without any iteration, then a round with soft references cleared: whoever falls now was no leak. */
    private void confirm(LeakAction action, List<Suspect> suspects) {
        if (suspects.stream().noneMatch(s -> s.state == State.CERTAIN && !s.closedByCollection())) {
            return;
        }
        readConfirm();
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
                waiter.pause(LONGEST_POLL_NANOS);
            }
            readConfirm();
            fallen += dismissFallen(suspects);
        }
        if (fallen > 0) {
            notes.add(fallen
                    + " heap suspects were only softly reachable: the JVM gives them up before it runs out of heap");
        }
    }

    private boolean isHeapCertain(List<Suspect> suspects) {
        return suspects.stream().anyMatch(s -> s.state == State.CERTAIN && s.track == heapTrack);
    }

    private void readConfirm() {
        settle(confirm);
        if (heap != null && heapTrack != null) {
            heapTrack.live.clear(confirm);
            heap.read(heapTrack.live, confirm);
        }
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

    /* Findings. */

    private List<LeakFinding> findings(List<Suspect> suspects, int last) {
        List<LeakFinding> findings = new ArrayList<>();
        for (State state : List.of(State.CERTAIN, State.OPEN)) {
            for (Track track : tracks) {
                for (SeriesTable table : track.tables()) {
                    List<Suspect> mine = suspects.stream()
                            .filter(s -> s.state == state && s.track == track && s.table == table)
                            .toList();
                    if (!mine.isEmpty()) {
                        findings.add(
                                track == heapTrack
                                        ? heapFinding(mine, last, state == State.CERTAIN)
                                        : countFinding(track, mine, last, state == State.CERTAIN));
                    }
                }
            }
        }
        return findings;
    }

    private LeakFinding countFinding(Track track, List<Suspect> suspects, int last, boolean certain) {
        boolean byCollection = suspects.get(0).closedByCollection();
        List<Suspect> named =
                suspects.stream().filter(s -> s.key != SeriesTable.TOTAL).toList();
        List<Suspect> chosen = named.isEmpty() ? suspects : named;
        List<Census.Group> groups =
                byCollection ? chosen.get(0).evidenceBeforeCollection(chosen) : track.census.evidence(keysOf(chosen));
        long grown = 0;
        for (Suspect s : chosen) {
            grown += s.table.value(last, s.key) - s.table.value(0, s.key);
        }
        List<LeakFinding.Evidence> evidence = groups.stream()
                .map(g -> new LeakFinding.Evidence(g.what(), g.count(), g.brief(), g.detail()))
                .toList();
        String culprit = evidence.isEmpty()
                ? track.census.resource().title()
                : evidence.get(0).what();
        return finding(track, chosen, last, certain, culprit, grown, evidence);
    }

    private LeakFinding heapFinding(List<Suspect> suspects, int last, boolean certain) {
        List<Census.Group> groups = new ArrayList<>(
                heap == null
                        ? List.of()
                        : heap.evidence(k -> keysOf(suspects).contains(k | 1)
                                || keysOf(suspects).contains(k & ~1L)));
        SeriesTable table = suspects.get(0).table;
        Map<Census.Group, Long> bytes = new HashMap<>();
        for (Census.Group g : groups) {
            bytes.put(g, table.value(last, g.key()) - table.value(0, g.key()));
        }
        groups.sort(Comparator.<Census.Group>comparingInt(g -> HeapCensus.tier(g.what()))
                .thenComparing(Comparator.comparingLong((Census.Group g) -> bytes.getOrDefault(g, 0L))
                        .reversed()));
        long grown = 0;
        List<LeakFinding.Evidence> evidence = new ArrayList<>();
        for (Census.Group g : groups) {
            long instances = table.value(last, g.key() + 1) - table.value(0, g.key() + 1);
            long more = bytes.getOrDefault(g, 0L);
            grown += more;
            evidence.add(new LeakFinding.Evidence(
                    g.what(),
                    instances,
                    String.format(Locale.ROOT, "%+,d objects, %+,d bytes", instances, more),
                    List.of()));
        }
        List<Suspect> inBytes = suspects.stream().filter(s -> (s.key & 1) == 0).toList();
        String culprit = evidence.isEmpty() ? "heap" : evidence.get(0).what();
        return finding(suspects.get(0).track, inBytes, last, certain, culprit, grown, evidence);
    }

    private LeakFinding finding(
            Track track,
            List<Suspect> suspects,
            int last,
            boolean certain,
            String culprit,
            long grown,
            List<LeakFinding.Evidence> evidence) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int column = Math.min(options.rounds() - 1, last - 1); column < last; column++) {
            long delta = 0;
            for (Suspect s : suspects) {
                delta += s.table.value(column + 1, s.key) - s.table.value(column, s.key);
            }
            double rate = delta / (double) (iterationsAt[column + 1] - iterationsAt[column]);
            low = Math.min(low, rate);
            high = Math.max(high, rate);
        }
        boolean byCollection = suspects.stream().anyMatch(Suspect::closedByCollection);
        return new LeakFinding(
                track.census.resource(),
                byCollection ? LeakFinding.Kind.CLOSED_ONLY_BY_GC : LeakFinding.Kind.GROWTH,
                certain,
                culprit,
                grown / (double) iterationsAt[last],
                low,
                high,
                grown,
                iterationsAt[last],
                evidence);
    }

    private static Census.KeySet keysOf(List<Suspect> suspects) {
        return key -> {
            for (Suspect s : suspects) {
                if (s.key == key) {
                    return true;
                }
            }
            return false;
        };
    }

    /* What would have been seen. */

    private List<DetectionLimit> limits(List<Suspect> suspects) {
        List<DetectionLimit> limits = new ArrayList<>();
        int last = options.rounds();
        int first = Math.max(0, last - WINDOW);
        int each = options.iterations() * Math.min(2, last - first);
        for (Track track : tracks) {
            SeriesTable table = track.live;
            int moving = 0;
            int names = 0;
            long widest = 0;
            long widestKey = 0;
            for (int slot = 0; slot < table.capacity(); slot++) {
                long key = table.keyAt(slot);
                if (key == 0 || key == SeriesTable.TOTAL || (key & 1) == 1 || isFinding(suspects, table, key)) {
                    continue;
                }
                names++;
                long low = Long.MAX_VALUE;
                long high = Long.MIN_VALUE;
                for (int column = first; column <= last; column++) {
                    low = Math.min(low, table.valueAt(column, slot));
                    high = Math.max(high, table.valueAt(column, slot));
                }
                if (high > low) {
                    moving++;
                }
                if (high - low > widest) {
                    widest = high - low;
                    widestKey = key;
                }
            }
            limits.add(
                    new DetectionLimit(track.census.resource(), each, noise(track, moving, names, widest, widestKey)));
        }
        return limits;
    }

    private static boolean isFinding(List<Suspect> suspects, SeriesTable table, long key) {
        for (Suspect s : suspects) {
            if (s.table == table && (s.key & ~1L) == key && s.state != State.SETTLED) {
                return true;
            }
        }
        return false;
    }

    private String noise(Track track, int moving, int names, long widest, long widestKey) {
        if (moving == 0) {
            return "";
        }
        if (track != heapTrack || heap == null) {
            return "in " + moving + " of " + names + " groups the count moved by up to " + widest
                    + ", which would hide that much a round";
        }
        List<Census.Group> noisiest = heap.evidence(key -> key == widestKey);
        return String.format(
                Locale.ROOT,
                "in %d of %d classes the size moved by itself, most in %s: there from %s per iteration",
                moving,
                names,
                noisiest.isEmpty() ? "one that is gone" : noisiest.get(0).what(),
                LeakReport.bytes(Math.ceil(widest / (double) options.iterations())));
    }

    /** A census and its readings. */
    private static final class Track {
        final Census census;
        final SeriesTable live;
        /** What each round left to the collector, summed up; null where nothing can be closed by a collection. */
        final @Nullable SeriesTable closed;

        Track(Census census, int keys, int columns, boolean closable) {
            this.census = census;
            live = new SeriesTable(keys, columns);
            closed = closable ? new SeriesTable(keys, columns) : null;
        }

        List<SeriesTable> tables() {
            return closed == null ? List.of(live) : List.of(live, closed);
        }

        void countClosedByCollection(int column, int before) {
            if (closed == null || column == 0) {
                return;
            }
            closed.clear(column);
            for (int slot = 0; slot < live.capacity(); slot++) {
                long key = live.keyAt(slot);
                if (key != 0) {
                    long had = live.valueAt(before, slot);
                    // Only what was above the reading before: what a pool gave back meanwhile is its own affair.
                    long excess = had - Math.max(live.valueAt(column, slot), live.valueAt(column - 1, slot));
                    long sum = closed.value(column - 1, key) + Math.max(0, excess);
                    if (sum > 0) {
                        closed.add(column, key, sum);
                    }
                }
            }
        }
    }

    private enum State {
        OPEN,
        SETTLED,
        CERTAIN
    }

    /** A series that ended the plain rounds higher than it began them. */
    private final class Suspect {
        final Track track;
        final SeriesTable table;
        final long key;
        final int first;
        State state = State.OPEN;
        private long lastValue;
        private int roundsWithout;
        private List<Census.Group> beforeCollection = List.of();

        Suspect(Track track, SeriesTable table, long key, int first) {
            this.track = track;
            this.table = table;
            this.key = key;
            this.first = first;
        }

        static boolean anyOpen(List<Suspect> suspects) {
            for (Suspect s : suspects) {
                if (s.state == State.OPEN) {
                    return true;
                }
            }
            return false;
        }

        boolean closedByCollection() {
            return table == track.closed;
        }

        /**
         * Judges by the newest escalated round.
         *
         * @param decide whether enough rounds were run to be certain
         * @return true when the run must stop, because more rounds of what is certain would only do harm
         */
        boolean judge(int column, boolean decide) {
            if (state != State.OPEN) {
                return false;
            }
            lastValue = table.value(column, key);
            long delta = table.value(column, key) - table.value(column - 1, key);
            if (delta <= 0) {
                // A collection of the JVM's own may have come before ours once: that is no sign of health.
                if (!closedByCollection() || ++roundsWithout > 1) {
                    state = State.SETTLED;
                }
                return false;
            }
            double rate = delta / (double) (iterationsAt[column] - iterationsAt[column - 1]);
            double rateBefore = (table.value(column - 1, key) - table.value(first, key))
                    / (double) (iterationsAt[column - 1] - iterationsAt[first]);
            boolean bytes = track == heapTrack && (key & 1) == 0;
            double objectRate = bytes ? rate / SMALLEST_OBJECT_BYTES : rate;
            double least = 1.0 / (2 * options.iterations());
            if (objectRate < least / 2) {
                state = State.SETTLED; // rarer than any leak that the report says would be seen
                return false;
            }
            boolean steady = rate >= STEADY * rateBefore && objectRate >= NEARLY * least;
            boolean enough = steady && lastValue - table.value(0, key) >= ceiling();
            if (steady && (decide || enough)) {
                state = State.CERTAIN;
            } else if (decide && (rate < SLOWING * rateBefore || objectRate < NEARLY * least)) {
                state = State.SETTLED;
            }
            return enough;
        }

        private long ceiling() {
            return switch (track.census.resource()) {
                case THREADS -> THREAD_CEILING;
                case FILE_DESCRIPTORS -> DESCRIPTOR_CEILING;
                case HEAP -> (key & 1) == 0 ? heapCeiling : Long.MAX_VALUE;
            };
        }

        /** Whether less than half of the growth is left. */
        boolean fellBack() {
            long base = table.value(0, key);
            return table.value(confirm, key) - base <= (lastValue - base) / 2;
        }

        void rememberBeforeCollection() {
            if (state == State.OPEN && closedByCollection()) {
                beforeCollection = List.of();
                beforeCollection = track.census.evidence(k -> k == key);
            }
        }

        List<Census.Group> evidenceBeforeCollection(List<Suspect> all) {
            List<Census.Group> groups = new ArrayList<>();
            all.forEach(s -> groups.addAll(s.beforeCollection));
            groups.sort(Comparator.comparingLong(Census.Group::count).reversed());
            return groups;
        }
    }
}
