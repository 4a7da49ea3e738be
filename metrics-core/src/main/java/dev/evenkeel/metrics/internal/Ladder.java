package dev.evenkeel.metrics.internal;

import java.util.Arrays;

/** Internal. Values, ascending, at or below which readers count, and the bucket of one layout where each of them ends. Immutable. */
final class Ladder {
    /** Tells this ladder from every other one of its reader. */
    final long number;

    private final BucketLayout layout;
    private final long[] values;

    /** The bucket after the last that counts as at or below each value. */
    private final int[] ends;

    Ladder(long number, BucketLayout layout, long[] values) {
        this.number = number;
        this.layout = layout;
        this.values = values.clone();
        this.ends = new int[values.length];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = values[i] < 0 ? 0 : layout.indexOf(Math.min(values[i], BucketLayout.MAX_VALUE)) + 1;
        }
    }

    boolean is(BucketLayout otherLayout, long[] otherValues) {
        return layout == otherLayout && isOf(otherValues);
    }

    boolean isOf(long[] otherValues) {
        return Arrays.equals(values, otherValues);
    }

    BucketLayout layout() {
        return layout;
    }

    /** Returns how many rungs there are: one up to each value, and one for what is above all. */
    int rungs() {
        return ends.length + 1;
    }

    /** Returns the bucket after the last of a rung. */
    int end(int rung) {
        return rung == ends.length ? layout.bucketCount() : ends[rung];
    }
}
