package dev.evenkeel.metrics.internal;

/** Internal. What the buckets of a histogram held at some time; those that were empty take no room. Immutable. */
public final class SparseCounts {
    private final int[] indices;
    private final long[] counts;
    private final long sum;
    private final long total;

    /** Copies what a buffer holds. */
    public SparseCounts(BucketCounts from) {
        int size = from.size();
        indices = new int[size];
        counts = new long[size];
        for (int i = 0; i < size; i++) {
            indices[i] = from.indexAt(i);
            counts[i] = from.countAt(i);
        }
        sum = from.sum();
        total = from.total();
    }

    /** Returns the number of values. */
    public long total() {
        return total;
    }

    /** Returns what it costs. */
    public long bytes() {
        return 80 + 12L * indices.length;
    }

    /** Fills a buffer. */
    public void addTo(BucketCounts buffer, BucketLayout layout) {
        buffer.start(layout);
        for (int i = 0; i < indices.length; i++) {
            buffer.add(indices[i], counts[i]);
        }
        buffer.addSum(sum);
        buffer.finish();
    }

    void subtractFrom(BucketCounts buffer) {
        for (int i = 0; i < indices.length; i++) {
            buffer.add(indices[i], -counts[i]);
        }
        buffer.addSum(-sum);
    }
}
