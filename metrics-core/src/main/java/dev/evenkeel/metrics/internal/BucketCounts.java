package dev.evenkeel.metrics.internal;

import java.util.Arrays;

/**
 * Internal. Bucket counts merged from all threads: a buffer that a reader fills, reads and reuses. Not thread-safe.
 * Allocates only when a wider layout than before comes by.
 */
public final class BucketCounts {
    private BucketLayout layout = BucketLayout.ofDigits(2);
    private long[] counts = {};
    private int[] filled = {};
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

    void addSum(long delta) {
        sum += delta;
    }

    /** Takes away what was held at an earlier time, and builds the list of buckets that are not empty anew. */
    public void subtract(SparseCounts earlier) {
        earlier.subtractFrom(this);
        finish();
    }

    /** Adds what was gained in some time. The list of buckets that are not empty is as before until {@link #subtract}. */
    public void add(SparseCounts gained) {
        gained.addTo(this);
    }

    /** Builds the list of buckets that are not empty. */
    void finish() {
        int n = 0;
        long all = 0;
        for (int i = from; i < to; i++) {
            long count = counts[i];
            if (count != 0) {
                if (n == filled.length) {
                    filled = Arrays.copyOf(filled, Math.max(64, n * 2));
                }
                filled[n++] = i;
                all += count;
            }
        }
        filledCount = n;
        total = all;
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
        return filledCount;
    }

    /** Returns the index, in the layout, of the {@code i}-th bucket that is not empty. */
    public int indexAt(int i) {
        return filled[i];
    }

    public long countAt(int i) {
        return counts[filled[i]];
    }
}
