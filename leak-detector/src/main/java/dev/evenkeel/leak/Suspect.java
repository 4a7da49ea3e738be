package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A series that ended the plain rounds higher than it began them. */
final class Suspect {
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
    private static final long PROCESS_CEILING = 32;
    private static final long THING_CEILING = 2_000;

    /** What is known of a suspect; only what is open is judged again. */
    enum State {
        OPEN,
        SETTLED,
        CERTAIN
    }

    private final Readings readings;
    final Track track;
    final SeriesTable table;
    final long key;
    final int first;
    State state = State.OPEN;
    private long lastValue;
    private int roundsWithout;
    private List<Census.Group> beforeCollection = List.of();

    Suspect(Readings readings, Track track, SeriesTable table, long key, int first) {
        this.readings = readings;
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
        double rate = delta / (double) readings.iterationsBetween(column - 1, column);
        double rateBefore = (table.value(column - 1, key) - table.value(first, key))
                / (double) readings.iterationsBetween(first, column - 1);
        boolean bytes = readings.isHeap(track) && (key & 1) == 0;
        double objectRate = bytes ? rate / SMALLEST_OBJECT_BYTES : rate;
        double least = 1.0 / (2 * readings.iterationsPerRound());
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
            case CHILD_PROCESSES -> PROCESS_CEILING;
            case TEMP_FILES, MBEANS, SHUTDOWN_HOOKS, BUFFERS -> THING_CEILING;
            case POOLED_CONNECTIONS, QUEUED_TASKS, VIRTUAL_THREADS, CLASSES -> Long.MAX_VALUE;
            case HEAP -> (key & 1) == 0 ? readings.heapCeiling() : Long.MAX_VALUE;
        };
    }

    /** Whether less than half of the growth is left. */
    boolean fellBack() {
        long base = table.value(0, key);
        return table.value(readings.confirmColumn(), key) - base <= (lastValue - base) / 2;
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
