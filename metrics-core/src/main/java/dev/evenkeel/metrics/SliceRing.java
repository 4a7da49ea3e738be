package dev.evenkeel.metrics;

/**
 * When the readings of a sliding window were taken. What was read is kept by the owner, at the same places: a sum for a rate,
 * buckets for a histogram. Not thread-safe.
 */
final class SliceRing {
    /*
     * A window is now minus then: counts only grow, and a reader keeps what they were at the ends of past slices. Time is
     * cut into slices from the ring's start on, and at most one reading is kept for each, the first that was taken in it. So
     * the readings of slices + 1 spans always fit into slices + 2 places, used in turn, and a gap of any length is
     * one step: the slices that nobody took have no place.
     *
     * A window that is to end now starts at the youngest reading that is at least as old as the window is long, if that is
     * no older than one slice more: the window covers what was asked for, and at most a slice beyond. After a gap there
     * is none. Then it starts at the oldest reading that is younger: shorter than asked for, but of now. Only where
     * that is missing too, at the first reading after a gap, does it reach back over all of it. In each case it says
     * where it starts.
     */
    private final long windowNanos;
    private final long sliceNanos;
    private final long startNanos;
    private final long[] takenAt;
    private int newest;
    private int count = 1;
    private long newestSlice;

    /** Starts a ring, with a reading that is taken at its start and kept at place 0. */
    SliceRing(SlidingWindow window, long nowNanos) {
        this.windowNanos = window.nanos();
        this.sliceNanos = window.sliceNanos();
        this.startNanos = nowNanos;
        this.takenAt = new long[places(window)];
        this.takenAt[0] = nowNanos;
    }

    static int places(SlidingWindow window) {
        return window.slices() + 2;
    }

    /** Returns what the places cost, what is kept at them apart. */
    static long bytes(SlidingWindow window) {
        return 72 + 16 + 8L * places(window);
    }

    /** Returns whether the slice of the newest reading has ended. */
    boolean due(long nowNanos) {
        return sliceOf(nowNanos) > newestSlice;
    }

    /**
     * Ends the newest slice and all that nobody took since. Only when {@link #due}.
     *
     * @return the place at which to keep what is read now
     */
    int advance(long nowNanos) {
        newestSlice = sliceOf(nowNanos);
        newest = newest + 1 == takenAt.length ? 0 : newest + 1;
        takenAt[newest] = nowNanos;
        count = Math.min(count + 1, takenAt.length);
        return newest;
    }

    /** Returns how many slices ended without a reading, were one taken now. */
    long missed(long nowNanos) {
        return Math.max(0, sliceOf(nowNanos) - newestSlice - 1);
    }

    /** Returns the place of the reading at which a window that ends now starts, or -1 when there is none before now. */
    int startPlace(long nowNanos) {
        int start = start(nowNanos);
        return start < 0 ? -1 : place(start);
    }

    /** Returns which reading, the oldest being 0, a window that ends now starts at, or -1 when there is none before now. */
    int start(long nowNanos) {
        int old = olderThan(nowNanos, windowNanos);
        if (old > 0 && nowNanos - takenAt[place(old - 1)] <= windowNanos + sliceNanos) {
            return old - 1;
        }
        if (old < count && nowNanos - takenAt[place(old)] > 0) {
            return old;
        }
        return old - 1;
    }

    /** Returns how many readings are kept: at least the newest. */
    int count() {
        return count;
    }

    /** Returns whether there is no place but the oldest reading's for one more. */
    boolean isFull() {
        return count == takenAt.length;
    }

    /** Gives up the oldest reading. Only while there are two. */
    void dropOldest() {
        count--;
    }

    long takenAt(int place) {
        return takenAt[place];
    }

    /** Returns how many readings are at least that old. */
    private int olderThan(long nowNanos, long ageNanos) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (nowNanos - takenAt[place(middle)] >= ageNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the place of the {@code i}-th reading, the oldest first. */
    int place(int i) {
        int place = newest - (count - 1) + i;
        return place < 0 ? place + takenAt.length : place;
    }

    private long sliceOf(long nowNanos) {
        return Math.floorDiv(nowNanos - startNanos, sliceNanos);
    }
}
