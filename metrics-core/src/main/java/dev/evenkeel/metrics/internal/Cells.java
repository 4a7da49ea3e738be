package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Internal. Access to single cells of a {@code long[]}, one short method per memory mode, and the layout that keeps
 * cells of two arrays on different cache lines.
 */
public final class Cells {
    /**
     * Cells that are never handed out at either end of an array: 128 bytes, two lines, because the adjacent-line
     * prefetcher fetches pairs.
     */
    public static final int PAD = 16;

    /** What an array costs beside its elements. */
    static final int ARRAY_HEADER_BYTES = 16;

    /** The array of a slab that has recorded nothing yet. */
    static final long[] NONE = {};

    /** The array of a closed slab: every slot misses its bounds. Another object than {@link #NONE}: it never grows. */
    static final long[] CLOSED = {};

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private Cells() {}

    /**
     * Adds to a cell that only the calling thread writes; a second writer would lose updates. Wait-free.
     *
     * <p>Opaque, not plain: readers must see each cell grow steadily. Not release: no other cell is ordered after it.
     */
    static void addOwned(long[] cells, int index, long delta) {
        LONGS.setOpaque(cells, index, cells[index] + delta);
    }

    /** Adds to a cell that has many writers. */
    static void addShared(long[] cells, int index, long delta) {
        LONGS.getAndAdd(cells, index, delta);
    }

    /** Adds to a cell that has many writers, once: returns false, and adds nothing, when another writer was faster. */
    static boolean tryAddShared(long[] cells, int index, long delta) {
        long seen = (long) LONGS.getOpaque(cells, index);
        return LONGS.compareAndSet(cells, index, seen, seen + delta);
    }

    /** Returns a recent value of a cell; two calls by one thread never go backwards while the cell only grows. */
    static long readOpaque(long[] cells, int index) {
        return (long) LONGS.getOpaque(cells, index);
    }

    /**
     * Returns the smallest array length that holds {@code cells} cells: 64, 96, 128, 192, 256, ... Owners grow along
     * this ladder only, so that {@link #nextSlot} can leave out the trailing pad of every possible length.
     */
    static int lengthFor(int cells) {
        int length = 64;
        while (length < cells) {
            length += (length & (length - 1)) == 0 ? length / 2 : length / 3;
        }
        return length;
    }

    /**
     * Returns the first slot at or after {@code candidate} that lies in no pad of any array length. So a slot that
     * passes the bounds check of an array is never in that array's pad, and recording needs one test instead of two.
     */
    static int nextSlot(int candidate) {
        int slot = Math.max(candidate, PAD);
        int length = lengthFor(slot + 1);
        return slot >= length - PAD ? length : slot;
    }

    static long bytesOf(int length) {
        return ARRAY_HEADER_BYTES + 8L * length;
    }
}
