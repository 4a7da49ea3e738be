package dev.evenkeel.leak;

import dev.evenkeel.leak.GrowthRule.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A series that ended the plain rounds higher than it began them. */
final class Suspect implements GrowthRule.Series {
    private static final double SMALLEST_OBJECT_BYTES = 16;
    private static final long THREAD_CEILING = 256;
    private static final long DESCRIPTOR_CEILING = 256;
    private static final long PROCESS_CEILING = 32;
    private static final long THING_CEILING = 2_000;
    private static final long LEAST_FALL = 50;
    private static final long FAR_BEYOND = 64;

    private final Readings readings;
    final Track track;
    final SeriesTable table;
    final long key;
    final int first;
    State state = State.OPEN;
    private int lastColumn;
    private long lookedAt = -1;
    private int roundsWithout;
    private List<Census.Group> beforeCollection = List.of();

    Suspect(Readings readings, Track track, SeriesTable table, long key, int first) {
        this.readings = readings;
        this.track = track;
        this.table = table;
        this.key = key;
        this.first = first;
    }

    @Override
    public long value(int column) {
        return table.value(column, key);
    }

    @Override
    public long iterations(int column) {
        return closedByCollection() ? readings.closableAt(column) : readings.iterationsAt(column);
    }

    boolean closedByCollection() {
        return table == track.closed;
    }

    boolean isBytes() {
        return readings.isHeap(track) && (key & 1) == 0;
    }

    /**
     * Judges by the newest escalated round.
     *
     * @return true when the run must stop, because more rounds of what is certain would only do harm
     */
    boolean judge(int rounds, int column, boolean decide, int moving) {
        if (state == State.SETTLED) {
            return false;
        }
        lastColumn = column;
        if (closedByCollection() && value(column) <= value(column - 1)) {
            boolean hidden = iterations(column) - iterations(column - 1) < readings.iterationsPerRound();
            if (hidden || ++roundsWithout <= 1) {
                return false; // a collection of the JVM's own came before ours: that is no sign of health
            }
        }
        boolean enough = value(column) - value(0) >= ceiling();
        // Much is no accident, nor is much more than it ever moved before: arrays that double do so in few rounds.
        boolean noAccident = enough || (isBytes() && value(column) - value(rounds) >= FAR_BEYOND * range(rounds));
        State now = rule(rounds, column, decide || enough, noAccident ? 0 : moving);
        if (state != State.CERTAIN || now == State.SETTLED) {
            state = now;
        }
        return enough && state == State.CERTAIN;
    }

    /** How far it moved in the plain rounds that were looked at; at least 1. */
    private long range(int rounds) {
        long low = value(first);
        long high = low;
        for (int column = first; column <= rounds; column++) {
            low = Math.min(low, value(column));
            high = Math.max(high, value(column));
        }
        return Math.max(1, high - low);
    }

    private State rule(int rounds, int column, boolean decide, int moving) {
        double least = LeakRun.leastRate(readings.iterationsPerRound());
        return GrowthRule.judge(this, rounds, column, isBytes() ? SMALLEST_OBJECT_BYTES : 1, least, decide, moving);
    }

    private long ceiling() {
        return switch (track.census.resource()) {
            case THREADS -> THREAD_CEILING;
            case FILE_DESCRIPTORS -> DESCRIPTOR_CEILING;
            case CHILD_PROCESSES -> PROCESS_CEILING;
            case TEMP_FILES, MBEANS, SHUTDOWN_HOOKS, BUFFERS -> THING_CEILING;
            case POOLED_CONNECTIONS, QUEUED_TASKS, VIRTUAL_THREADS, CLASSES -> Long.MAX_VALUE;
            case HEAP -> isBytes() ? readings.heapCeiling() : Long.MAX_VALUE;
        };
    }

    /** Whether less than half of the growth is left. */
    boolean fellBack() {
        long base = table.value(0, key);
        return table.value(readings.confirmColumn(), key) - base <= (value(lastColumn) - base) / 2;
    }

    /** Whether one in fifty or more of what grew went since this was asked last, or since the last round. */
    boolean fellSinceLastLook() {
        long now = table.value(readings.confirmColumn(), key);
        long then = lookedAt < 0 ? value(lastColumn) : lookedAt;
        lookedAt = now;
        return now < then && (then - now) * LEAST_FALL >= then - table.value(0, key);
    }

    boolean grewWhileNothingRan() {
        return value(readings.confirmColumn()) > value(lastColumn);
    }

    void rememberBeforeCollection() {
        if (state != State.SETTLED && closedByCollection()) {
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
