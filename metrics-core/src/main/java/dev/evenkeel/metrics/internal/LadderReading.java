package dev.evenkeel.metrics.internal;

import org.jspecify.annotations.Nullable;

/**
 * Internal. One histogram counted at or below each of some values: a buffer that a reader fills, reads and reuses. Not thread-safe;
 * allocates only when there are more values than before.
 */
public final class LadderReading {
    private @Nullable Ladder ladder;
    private long[] atOrBelow = {};
    private long total;
    private long sum;
    private int lowest;
    private int highestEnd;

    void set(Ladder by, long[] rungs, int from, long newSum, int newLowest, int newHighestEnd) {
        ladder = by;
        int values = by.rungs() - 1;
        if (atOrBelow.length < values) {
            atOrBelow = new long[values];
        }
        long below = 0;
        for (int i = 0; i < values; i++) {
            below += rungs[from + i];
            atOrBelow[i] = below;
        }
        total = below + rungs[from + values];
        sum = newSum;
        lowest = newLowest;
        highestEnd = newHighestEnd;
    }

    /** Returns whether these values were asked for. */
    public boolean isOf(long[] values) {
        return ladder != null && ladder.isOf(values);
    }

    /** Copies how many values are at or below each that was asked for. */
    public void copyTo(long[] into) {
        System.arraycopy(atOrBelow, 0, into, 0, ladder == null ? 0 : ladder.rungs() - 1);
    }

    /** Returns the number of values. */
    public long total() {
        return total;
    }

    public long sum() {
        return sum;
    }

    /** Returns the low end of the lowest bucket that is not empty; 0 when all are. */
    public long min() {
        return highestEnd == 0 || ladder == null ? 0 : ladder.layout().lowOf(lowest);
    }

    /** Returns the high end of the highest bucket that is not empty; 0 when all are. */
    public long max() {
        return highestEnd == 0 || ladder == null ? 0 : ladder.layout().highOf(highestEnd - 1);
    }
}
