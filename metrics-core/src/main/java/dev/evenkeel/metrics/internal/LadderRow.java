package dev.evenkeel.metrics.internal;

import java.util.Arrays;

/**
 * What one part of a histogram, the window of one thread or the cells that threads share, held when it was read last: its counts by
 * rung of a ladder, in one array. Under the collectors' lock.
 */
final class LadderRow {
    /** Place of the number of the ladder that it was read by; 0 for none. */
    private static final int LADDER = 0;

    /** Place of the stamp that the part had before it was read. */
    private static final int STAMP = 1;

    private static final int SUM = 2;

    /** Places of the lowest bucket that is not empty, and of the one after the highest; both 0 when all are. */
    private static final int LOWEST = 3;

    private static final int HIGHEST_END = 4;

    /** Place of the first count. */
    private static final int COUNTS = 5;

    private LadderRow() {}

    static long[] of(Ladder ladder) {
        return new long[COUNTS + ladder.rungs()];
    }

    static long bytes(Ladder ladder) {
        return Cells.bytesOf(COUNTS + ladder.rungs());
    }

    static boolean fits(long[] row, Ladder ladder) {
        return row.length == COUNTS + ladder.rungs();
    }

    /** Returns whether it was counted by a ladder. */
    static boolean isOf(long[] row, Ladder ladder) {
        return row[LADDER] == ladder.number;
    }

    /** Returns whether the part holds what it held when the row was filled. */
    static boolean isCurrent(long[] row, Ladder ladder, long stamp) {
        return isOf(row, ladder) && row[STAMP] == stamp;
    }

    /** Reads what one thread has recorded. */
    static void fill(long[] row, Ladder ladder, long[] window) {
        long sum = Cells.readAcquire(window, Slab.SUM); // C1: who finds this stamp again has missed no value
        row[LADDER] = ladder.number;
        row[STAMP] = sum + Slab.zeros(window);
        row[SUM] = sum;
        int shift = Slab.FIRST - Slab.firstBucket(window);
        int bucket = Slab.firstBucket(window);
        int end = bucket + Slab.bucketCount(window);
        long all = 0;
        for (int rung = 0; rung < ladder.rungs(); rung++) {
            int stop = Math.min(end, ladder.end(rung));
            long count = 0;
            for (; bucket < stop; bucket++) {
                count += Cells.readOpaque(window, bucket + shift);
            }
            row[COUNTS + rung] = count;
            all += count;
        }
        int lowest = 0;
        int highestEnd = 0;
        if (all != 0) { // what was counted is still there
            lowest = Slab.firstBucket(window);
            while (Cells.readOpaque(window, lowest + shift) == 0) {
                lowest++;
            }
            highestEnd = end;
            while (Cells.readOpaque(window, highestEnd - 1 + shift) == 0) {
                highestEnd--;
            }
        }
        row[LOWEST] = lowest;
        row[HIGHEST_END] = highestEnd;
    }

    /** Takes over what a buffer holds, which was read after the stamp was. */
    static void fill(long[] row, Ladder ladder, BucketCounts counts, long stamp) {
        row[LADDER] = ladder.number;
        row[STAMP] = stamp;
        row[SUM] = counts.sum();
        int filled = counts.size();
        row[LOWEST] = filled == 0 ? 0 : counts.indexAt(0);
        row[HIGHEST_END] = filled == 0 ? 0 : counts.indexAt(filled - 1) + 1;
        int next = 0;
        for (int rung = 0; rung < ladder.rungs(); rung++) {
            long count = 0;
            for (; next < filled && counts.indexAt(next) < ladder.end(rung); next++) {
                count += counts.countAt(next);
            }
            row[COUNTS + rung] = count;
        }
    }

    /** Empties a row that others are added to. */
    static void clear(long[] row, Ladder ladder) {
        Arrays.fill(row, 0);
        row[LADDER] = ladder.number;
    }

    /** Adds a part to a whole. */
    static void add(long[] whole, long[] part) {
        whole[SUM] += part[SUM];
        if (part[HIGHEST_END] != 0) {
            whole[LOWEST] = whole[HIGHEST_END] == 0 ? part[LOWEST] : Math.min(whole[LOWEST], part[LOWEST]);
            whole[HIGHEST_END] = Math.max(whole[HIGHEST_END], part[HIGHEST_END]);
        }
        for (int i = COUNTS; i < whole.length; i++) {
            whole[i] += part[i];
        }
    }

    /** Takes a part out again. The ends stay: buckets are never emptied, so the part that replaces it reaches as far. */
    static void subtract(long[] whole, long[] part) {
        whole[SUM] -= part[SUM];
        for (int i = COUNTS; i < whole.length; i++) {
            whole[i] -= part[i];
        }
    }

    static long stamp(long[] row) {
        return row[STAMP];
    }

    /** Makes a row that is of no ladder. */
    static void forget(long[] row) {
        row[LADDER] = 0;
    }

    static void show(long[] whole, Ladder ladder, LadderReading into) {
        into.set(ladder, whole, COUNTS, whole[SUM], (int) whole[LOWEST], (int) whole[HIGHEST_END]);
    }
}
