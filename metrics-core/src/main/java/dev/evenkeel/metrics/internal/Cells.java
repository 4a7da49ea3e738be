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

    /** The same for pages, of which a thread may have many: one line, which was measured to be as good as two. */
    static final int PAGE_PAD = 8;

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

    /**
     * Adds to a cell that only the calling thread writes, and orders what the thread did before in front of it. Wait-free.
     *
     * <p>Release, not opaque: who sees this effect must see its cause. Not volatile: no reader needs the full fence.
     */
    static void addOwnedReleased(long[] cells, int index, long delta) {
        LONGS.setRelease(cells, index, cells[index] + delta);
    }

    /** Adds to a cell that holds the bits of a double and that only the calling thread writes. Wait-free. */
    static void addOwnedDouble(long[] cells, int index, double delta) {
        LONGS.setOpaque(cells, index, Double.doubleToRawLongBits(Double.longBitsToDouble(cells[index]) + delta));
    }

    /** Raises a cell that only the calling thread writes to an operand that is higher, without sign. Wait-free. */
    static void raiseOwned(long[] cells, int index, long operand) {
        if (Long.compareUnsigned(operand, cells[index]) > 0) {
            LONGS.setOpaque(cells, index, operand);
        }
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

    /** Joins an operand to a cell that has many writers, once: returns false when another writer was faster. */
    static boolean tryJoinShared(long[] cells, int index, long operand, SlotKind kind) {
        long seen = (long) LONGS.getOpaque(cells, index);
        long joined = kind.join(seen, operand);
        return joined == seen || LONGS.compareAndSet(cells, index, seen, joined);
    }

    /** Returns a recent value of a cell, and everything its writer did before that value is seen from here on. */
    static long readAcquire(long[] cells, int index) {
        return (long) LONGS.getAcquire(cells, index);
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

    /** Length of a page of a slab. */
    static final int PAGE_LENGTH = Slots.PAGE + 2 * PAGE_PAD;

    static long bytesOf(int length) {
        return ARRAY_HEADER_BYTES + 8L * length;
    }
}
