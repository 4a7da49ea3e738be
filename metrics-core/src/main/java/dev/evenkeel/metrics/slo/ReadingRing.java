package dev.evenkeel.metrics.slo;

/** The last cumulative readings: the first of each slice, and the last before a gap. Not thread-safe; allocates nothing once made. */
final class ReadingRing {
    private final long sliceMillis;
    private final long[] times;
    private final long[] good;
    private final long[] total;
    private final long[] observed;
    private int newest = -1;
    private int size;

    /** @param spanMillis how far back it reaches, a whole number of slices */
    ReadingRing(long sliceMillis, long spanMillis) {
        this.sliceMillis = sliceMillis;
        // The slices of the span, one that is as old as the span, one that has begun; two readings in each.
        int capacity = 2 * Math.toIntExact(spanMillis / sliceMillis + 2);
        this.times = new long[capacity];
        this.good = new long[capacity];
        this.total = new long[capacity];
        this.observed = new long[capacity];
    }

    /** Keeps a reading if it is the first of its slice. Times never descend. */
    void offer(long time, long goodEvents, long totalEvents, long observedMillis) {
        if (size == 0 || !sameSlice(time, times[newest])) {
            append(time, goodEvents, totalEvents, observedMillis);
        }
    }

    /**
     * Keeps the last reading before a gap as well: a window that starts in the gap holds nothing from before. Of several gaps in
     * one slice the last one counts.
     */
    void mark(long time, long goodEvents, long totalEvents, long observedMillis) {
        if (size > 0 && times[newest] == time) {
            return;
        }
        if (size > 1 && sameSlice(time, times[newest]) && sameSlice(time, times[place(size - 2)])) {
            size--;
            newest = newest == 0 ? times.length - 1 : newest - 1;
        }
        append(time, goodEvents, totalEvents, observedMillis);
    }

    private boolean sameSlice(long time, long other) {
        return Math.floorDiv(time, sliceMillis) == Math.floorDiv(other, sliceMillis);
    }

    void append(long time, long goodEvents, long totalEvents, long observedMillis) {
        newest = newest + 1 == times.length ? 0 : newest + 1;
        size = Math.min(size + 1, times.length);
        times[newest] = time;
        good[newest] = goodEvents;
        total[newest] = totalEvents;
        observed[newest] = observedMillis;
    }

    /** Returns the place of the newest reading that is at least that old, else of the oldest there is; -1 when there is none. */
    int startPlace(long now, long windowMillis) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (now - times[place(middle)] >= windowMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return size == 0 ? -1 : place(Math.max(0, low - 1));
    }

    int size() {
        return size;
    }

    int capacity() {
        return times.length;
    }

    /** Returns the place of the {@code i}-th reading, the oldest first. */
    int place(int i) {
        int place = newest - (size - 1) + i;
        return place < 0 ? place + times.length : place;
    }

    long time(int place) {
        return times[place];
    }

    long good(int place) {
        return good[place];
    }

    long total(int place) {
        return total[place];
    }

    long observed(int place) {
        return observed[place];
    }
}
