package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.BucketCounts;
import dev.evenkeel.metrics.internal.HistogramCells;
import dev.evenkeel.metrics.internal.SparseCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sliding windows of one histogram. Under the collectors' lock. */
final class HistogramWindows {
    /*
     * Nothing is kept before the first value: a histogram that nobody records to has only the time when it was last seen
     * so. The rings start there. Where the memory cap has no room for them, that time stays, and each window reaches back to it.
     */
    private final Core core;
    private final HistogramCells cells;
    private final List<SlidingWindow> lengths;
    private HistogramRing @Nullable [] rings;

    /** When the series began. */
    private long beganNanos;

    /** When the cells were last seen to hold no more than at the start of the series. Means nothing once there are rings. */
    private long quietNanos;

    private boolean refused;

    HistogramWindows(Core core, HistogramCells cells, List<SlidingWindow> lengths) {
        this.core = core;
        this.cells = cells;
        this.lengths = lengths;
        this.beganNanos = core.nanoClock().nanos();
        this.quietNanos = beganNanos;
    }

    /** What they cost before the first value. */
    static final long BASE_BYTES = 48;

    /** Returns whether a slice of a window has ended. */
    boolean due(long nowNanos) {
        HistogramRing[] all = rings;
        if (all == null) {
            for (SlidingWindow length : lengths) {
                if (nowNanos - quietNanos >= length.sliceNanos()) {
                    return true;
                }
            }
            return false;
        }
        for (HistogramRing ring : all) {
            if (ring.due(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** Takes the slices that have ended, of what the cells hold now. */
    void take(long nowNanos, BucketCounts counts) {
        HistogramRing[] all = rings;
        if (all == null) {
            SparseCounts start = atStart();
            if (counts.total() == start.total()) {
                quietNanos = nowNanos;
                return;
            }
            all = start(start);
            if (all == null) {
                return;
            }
        }
        SparseCounts copy = null;
        for (HistogramRing ring : all) {
            if (ring.due(nowNanos)) {
                copy = ring.take(nowNanos, counts, copy, core.budget(), core.counts());
            }
        }
    }

    private HistogramRing @Nullable [] start(SparseCounts held) {
        long bytes = 16 + 4L * lengths.size();
        for (SlidingWindow length : lengths) {
            bytes += HistogramRing.bytes(length, held);
        }
        if (!core.budget().tryReserveSlice(bytes)) {
            if (!refused) {
                core.counts().shortWindows.increment(); // once for each histogram, not with each tick
            }
            refused = true;
            return null;
        }
        HistogramRing[] all = new HistogramRing[lengths.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new HistogramRing(lengths.get(i), quietNanos, held);
        }
        rings = all;
        refused = false;
        return all;
    }

    private SparseCounts atStart() {
        SparseCounts start = cells.start();
        return start == null ? SparseCounts.NONE : start;
    }

    /**
     * Leaves in a buffer that holds all that the cells hold the counts of the window that ends now, and takes the slices that have
     * ended.
     *
     * @return when the window starts
     */
    long window(int which, long nowNanos, BucketCounts counts) {
        take(nowNanos, counts);
        HistogramRing[] all = rings;
        if (all != null) {
            return all[which].window(nowNanos, counts);
        }
        counts.subtract(atStart());
        if (counts.total() != 0) {
            return quietNanos;
        }
        // Nothing has come yet: the window is known to be empty as far as the series goes back.
        return nowNanos - beganNanos > lengths.get(which).nanos()
                ? nowNanos - lengths.get(which).nanos()
                : beganNanos;
    }

    int indexOf(SlidingWindow window) {
        return lengths.indexOf(window);
    }

    List<SlidingWindow> lengths() {
        return lengths;
    }

    /** Forgets all slices: the series begins anew with what the cells hold now, or nobody can read it any more. */
    void clear() {
        HistogramRing[] all = rings;
        if (all != null) {
            long bytes = 16 + 4L * lengths.size();
            for (int i = 0; i < all.length; i++) {
                bytes += all[i].bytes(lengths.get(i));
            }
            core.budget().release(bytes);
            rings = null;
        }
        beganNanos = core.nanoClock().nanos();
        quietNanos = beganNanos;
        refused = false;
    }
}
