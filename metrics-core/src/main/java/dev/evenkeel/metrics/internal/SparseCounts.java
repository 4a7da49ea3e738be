package dev.evenkeel.metrics.internal;

import java.util.Arrays;

/**
 * Internal. What the buckets of a histogram held at some time, or gained between two times; those that were empty take no
 * room. Immutable.
 */
public final class SparseCounts {
    /*
     * For each bucket that is not empty, in ascending order: how far it lies behind the one before, and its count, each seven bits
     * a byte, the lowest first, the high bit set on all but the last. Two to four bytes a bucket, where an index and a count
     * took twelve: what windows and delta readers keep is most of what a registry holds beside its cells.
     */
    /** No counts and no sum. Costs nothing: it is shared. */
    public static final SparseCounts NONE = new SparseCounts(new byte[0], 0, 0);

    private static final int MOST_BYTES_PER_BUCKET = 5 + 10;

    private final byte[] packed;
    private final long sum;
    private final long total;

    private SparseCounts(byte[] packed, long sum, long total) {
        this.packed = packed;
        this.sum = sum;
        this.total = total;
    }

    /** Copies what a buffer holds. */
    public static SparseCounts of(BucketCounts now) {
        return since(NONE, now);
    }

    /** Returns what a buffer holds more than was held at an earlier time. No bucket may have shrunk since. */
    public static SparseCounts since(SparseCounts earlier, BucketCounts now) {
        byte[] packing = new byte[64];
        int length = 0;
        int last = -1;
        Cursor before = earlier.cursor();
        boolean more = before.next();
        for (int i = 0; i < now.size(); i++) {
            int index = now.indexAt(i);
            while (more && before.index < index) {
                more = before.next();
            }
            long gained = now.countAt(i) - (more && before.index == index ? before.count : 0);
            if (gained != 0) {
                if (length + MOST_BYTES_PER_BUCKET > packing.length) {
                    packing = Arrays.copyOf(packing, 2 * packing.length);
                }
                length = pack(packing, length, index - last);
                length = pack(packing, length, gained);
                last = index;
            }
        }
        long sum = now.sum() - earlier.sum;
        return length == 0 && sum == 0
                ? NONE
                : new SparseCounts(Arrays.copyOf(packing, length), sum, now.total() - earlier.total);
    }

    private static int pack(byte[] into, int at, long number) {
        int i = at;
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            into[i++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[i++] = (byte) rest;
        return i;
    }

    /** Returns the number of values. */
    public long total() {
        return total;
    }

    /** Returns what it costs. */
    public long bytes() {
        return this == NONE ? 0 : 32 + Cells.ARRAY_HEADER_BYTES + ((packed.length + 7L) & ~7L);
    }

    /** Fills a buffer. */
    public void addTo(BucketCounts buffer, BucketLayout layout) {
        buffer.start(layout);
        addTo(buffer);
        buffer.finish();
    }

    /** Adds to a buffer, whose list of buckets that are not empty must then be built anew. */
    void addTo(BucketCounts buffer) {
        for (Cursor at = cursor(); at.next(); ) {
            buffer.add(at.index, at.count);
        }
        buffer.addSum(sum);
    }

    void subtractFrom(BucketCounts buffer) {
        for (Cursor at = cursor(); at.next(); ) {
            buffer.add(at.index, -at.count);
        }
        buffer.addSum(-sum);
    }

    private Cursor cursor() {
        return new Cursor(packed);
    }

    /** Goes through the buckets in ascending order. */
    private static final class Cursor {
        private final byte[] packed;
        private int at;
        int index = -1;
        long count;

        Cursor(byte[] packed) {
            this.packed = packed;
        }

        boolean next() {
            if (at == packed.length) {
                return false;
            }
            index += (int) unpack();
            count = unpack();
            return true;
        }

        private long unpack() {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = packed[at++];
                number |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return number;
                }
            }
        }
    }
}
