package dev.evenkeel.leak;

import dev.evenkeel.leak.GrowthRule.State;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What ended the plain rounds of a run higher than it began them, and what becomes of each. */
final class Suspects {
    private static final long MOST_STRING_BYTES = 32;
    private static final int SOFT_LOOKS = 4;

    /** Iterations after which a failure may be that something other than memory has run out. */
    private static final int LEAST_TO_RUN_OUT = 20;

    /** Lingers in a row while what is suspect goes on falling by itself: with 500 ms each longer than clients take to see that nobody holds them. */
    private static final int MOST_LINGERS = 8;

    private final LeakOptions options;
    private final Readings readings;
    private final List<String> notes;
    private final List<Suspect> all = new ArrayList<>();
    private final int moving;

    /** Finds them, after the last of the plain rounds. */
    Suspects(LeakOptions options, Readings readings, List<String> notes) {
        this.options = options;
        this.readings = readings;
        this.notes = notes;
        moving = find();
    }

    /**
     * What grew between any two readings up to a failure, and so may have run out: a counted thing by one in two iterations or more;
     * where memory has run out a class too, if the heap grew by as much as ends a run, and that class by one in a hundred bytes of it.
     */
    static List<Suspect> grownAllTheTime(Readings readings, int column, boolean memory) {
        List<Suspect> grown = new ArrayList<>();
        long iterations = readings.iterationsAt(column);
        long heapBytes = readings.heapBytesMore(column, 0);
        boolean heapRanOut =
                memory && heapBytes + Math.max(0, readings.heapGrownInQuietPass()) >= readings.heapCeiling();
        for (Track track : readings.tracks()) {
            boolean heap = readings.isHeap(track);
            if (heap ? !heapRanOut : iterations < LEAST_TO_RUN_OUT) {
                continue;
            }
            for (int slot = 0; slot < track.live.capacity(); slot++) {
                long key = track.live.keyAt(slot);
                Suspect one = new Suspect(readings, track, track.live, key, 0);
                if (key == 0 || (heap && !one.isBytes())) {
                    continue;
                }
                long more = one.value(column) - one.value(0);
                boolean always = heap ? more >= heapBytes / 100 : 2 * more >= iterations;
                for (int c = 1; c <= column && always; c++) {
                    always = one.value(c) > one.value(c - 1) || readings.iterationsBetween(c - 1, c) == 0;
                }
                if (always) {
                    one.state = State.CERTAIN;
                    grown.add(one);
                }
            }
        }
        return grown;
    }

    List<Suspect> all() {
        return all;
    }

    boolean any(State state) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).state == state) {
                return true;
            }
        }
        return false;
    }

    /**
     * Judges all by the newest escalated round.
     *
     * @param decide whether all escalations were run
     * @return whether the run must stop, because more rounds of what is certain would only do harm
     */
    boolean judge(int column, boolean decide) {
        boolean stop = false;
        for (Suspect suspect : all) {
            stop |= suspect.judge(options.rounds(), column, decide, moving);
        }
        if (stop) {
            // No more rounds: what grew steadily up to here beside the one that ends the run is a leak as well.
            for (Suspect suspect : all) {
                suspect.judge(options.rounds(), column, true, 0);
            }
        }
        return stop;
    }

    private int find() {
        int last = options.rounds();
        int first = Math.max(0, last - GrowthRule.WINDOW);
        int moving = 0;
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
                        all.add(one);
                    }
                }
            }
        }
        return Math.max(1, moving);
    }

    /**
     * A class leaks objects, or its objects grow. Where their number moves too, only a leak of objects counts, but for arrays
     * that grew by more than twice what their number explains: a table that doubles under entries which exist anyway.
     */
    void dismissMovingSizes(int last) {
        for (Suspect size : all) {
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
            State number = all.stream()
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
    void confirm(Waiter waiter, Supplier<String> softReferences, Runnable round) {
        if (all.stream().noneMatch(s -> s.state != State.SETTLED && !s.closedByCollection())) {
            return;
        }
        readings.readConfirm();
        dismissForeign();
        int fallen = dismissFallen();
        for (int i = 1; i < MOST_LINGERS && isFalling(); i++) {
            readings.readConfirm();
            fallen += dismissFallen();
        }
        if (fallen > 0) {
            notes.add(fallen + " suspects were gone after one more linger of "
                    + options.linger().toMillis() + " ms");
        }
        if (!options.clearSoftReferences() || !isHeapCertain()) {
            return;
        }
        String whyNot = softReferences.get();
        if (!whyNot.isEmpty()) {
            notes.add(whyNot);
            return;
        }
        try {
            round.run(); // lets a cache drop the empty references
        } catch (RuntimeException | OutOfMemoryError e) {
            // What grew has been seen: that it ran out now takes nothing back.
            notes.add("a round that lets caches drop what was softly held failed with " + e);
        }
        fallen = 0;
        // A cleared reference is itself garbage only after the reference handler has seen it, hence the second look.
        for (int look = 0; look < SOFT_LOOKS && isHeapCertain(); look++) {
            if (look > 0) {
                waiter.pause(Readings.LONGEST_POLL_NANOS);
            }
            readings.readConfirm();
            fallen += dismissFallen();
        }
        if (fallen > 0) {
            notes.add(fallen
                    + " heap suspects were only softly reachable: the JVM gives them up before it runs out of heap");
        }
    }

    /** Whether any has got fewer since it was looked at last, though nothing runs: it is on its way out. */
    private boolean isFalling() {
        boolean falling = false;
        for (Suspect s : all) {
            if (s.state != State.SETTLED && !s.closedByCollection()) {
                falling |= s.fellSinceLastLook();
            }
        }
        return falling;
    }

    /** Temporary files are everybody's: what grew on while nothing ran here is another process's. */
    private void dismissForeign() {
        for (Suspect s : all) {
            if (s.track.census.resource() == Resource.TEMP_FILES
                    && s.state != State.SETTLED
                    && s.grewWhileNothingRan()) {
                s.state = State.SETTLED;
                notes.add(
                        "temporary files of some name grew on while nothing ran, by another process, and were dismissed");
            }
        }
    }

    private boolean isHeapCertain() {
        return all.stream().anyMatch(s -> s.state == State.CERTAIN && readings.isHeap(s.track));
    }

    private int dismissFallen() {
        int fallen = 0;
        for (Suspect suspect : all) {
            if (suspect.state != State.SETTLED && !suspect.closedByCollection() && suspect.fellBack()) {
                suspect.state = State.SETTLED;
                fallen++;
            }
        }
        return fallen;
    }
}
