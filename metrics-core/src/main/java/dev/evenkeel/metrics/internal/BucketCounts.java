package dev.evenkeel.metrics.internal;

import java.util.Arrays;

/**
 * Internal. Bucket counts merged from all threads: a buffer that a reader fills, reads and reuses. Not thread-safe.
 * Allocates only when a wider layout than before comes by.
 */
public final class BucketCounts {
    private static final int UNKNOWN = -1;

    private BucketLayout layout = BucketLayout.ofDigits(2);
    private long[] counts = {};
    private int[] filled = {};

    /** The number of filled buckets, or {@link #UNKNOWN} before anybody asked. */
    private int filledCount;

    private int from = Integer.MAX_VALUE;
    private int to;
    private long sum;
    private long total;

    /** Empties the buffer and sets the layout of what follows. */
    void start(BucketLayout newLayout) {
        if (to > from) {
            Arrays.fill(counts, from, to, 0);
        }
        from = Integer.MAX_VALUE;
        to = 0;
        sum = 0;
        total = 0;
        filledCount = 0;
        layout = newLayout;
        if (counts.length < newLayout.bucketCount()) {
            counts = new long[newLayout.bucketCount()];
        }
    }

    /** Empties the buffer, whose layout stays. */
    public void clear() {
        start(layout);
    }

    void add(int index, long count) {
        counts[index] += count;
        from = Math.min(from, index);
        to = Math.max(to, index + 1);
    }

    /** Adds a row of cells that others write. */
    void addAll(int index, long[] cells, int cell, int count) {
        if (count <= 0) {
            return;
        }
        // No test for 0: one cell in ten holds something, and a wrong guess costs more than ten additions.
        long[] into = counts;
        for (int i = 0; i < count; i++) {
            into[index + i] += Cells.readOpaque(cells, cell + i);
        }
        from = Math.min(from, index);
        to = Math.max(to, index + count);
    }

    void addSum(long delta) {
        sum += delta;
    }

    /** Takes away what was held at an earlier time, and builds the list of buckets that are not empty anew. */
    public void subtract(SparseCounts earlier) {
        earlier.subtractFrom(this);
        finish();
    }

    /** Adds what was gained in some time. The list of buckets that are not empty is built anew by {@link #subtract}. */
    public void add(SparseCounts gained) {
        gained.addTo(this);
    }

    /** Ends the filling. */
    void finish() {
        long all = 0;
        for (int i = from; i < to; i++) {
            all += counts[i];
        }
        total = all;
        filledCount = UNKNOWN;
    }

    /** Builds the list of buckets that are not empty, which not every reader wants. */
    private void list() {
        int n = 0;
        for (int i = from; i < to; i++) {
            if (counts[i] != 0) {
                if (n == filled.length) {
                    filled = Arrays.copyOf(filled, Math.max(64, n * 2));
                }
                filled[n++] = i;
            }
        }
        filledCount = n;
    }

    public BucketLayout layout() {
        return layout;
    }

    /** Returns the number of values: the sum of the buckets, by construction. */
    public long total() {
        return total;
    }

    public long sum() {
        return sum;
    }

    /** Returns how many buckets are not empty. */
    public int size() {
        if (filledCount == UNKNOWN) {
            list();
        }
        return filledCount;
    }

    /** Returns the index, in the layout, of the {@code i}-th bucket that is not empty. */
    public int indexAt(int i) {
        return i < size() ? filled[i] : -1;
    }

    public long countAt(int i) {
        return counts[indexAt(i)];
    }

    /** Fills in how many values are in buckets whose lowest value is at or below each of some values, which ascend. */
    public void countAtOrBelow(long[] values, long[] into) {
        long below = 0;
        int next = from;
        for (int i = 0; i < values.length; i++) {
            int end = values[i] < 0 ? 0 : layout.indexOf(Math.min(values[i], BucketLayout.MAX_VALUE)) + 1;
            for (int stop = Math.min(to, end); next < stop; next++) {
                below += counts[next];
            }
            into[i] = below;
        }
    }
}
