package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.BucketCounts;
import dev.evenkeel.metrics.internal.MemoryBudget;
import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.SparseCounts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One sliding window of a histogram: what its buckets held at the ends of past slices. Under the collectors' lock. */
final class HistogramRing {
    /*
     * Kept are all counts as of the newest reading, and for each reading but the oldest what was gained since the one before it:
     * changed buckets only, so a slice in which nothing came costs nothing. A window that starts at some reading is what came
     * since the newest, and the gains of the readings after its start (decision 0008).
     *
     * Where the memory cap has no room for a slice the oldest ones make it: the window gets shorter, and stays recent.
     */
    private final SliceRing ring;
    private final SparseCounts[] gains;
    private SparseCounts newest;

    /** Starts a ring at a time when the cells held what is passed. Its {@link #bytes} are the caller's to reserve. */
    HistogramRing(SlidingWindow window, long startNanos, SparseCounts held) {
        this.ring = new SliceRing(window, startNanos);
        this.gains = new SparseCounts[SliceRing.places(window)];
        Arrays.fill(gains, SparseCounts.NONE);
        this.newest = held;
    }

    /** Returns what a ring costs at its start. */
    static long bytes(SlidingWindow window, SparseCounts held) {
        return 24 + SliceRing.bytes(window) + 16 + 4L * SliceRing.places(window) + held.bytes();
    }

    boolean due(long nowNanos) {
        return ring.due(nowNanos);
    }

    /**
     * Ends the slice. Only when {@link #due}.
     *
     * @param counts all that the cells hold
     * @param copy a copy of them where another ring made one
     * @return a copy for the next ring, null where none was needed yet
     */
    @Nullable
    SparseCounts take(
            long nowNanos, BucketCounts counts, @Nullable SparseCounts copy, MemoryBudget budget, SelfCounts self) {
        if (ring.missed(nowNanos) > 0) {
            self.lateTicks.increment();
        }
        if (ring.isFull()) {
            dropOldest(budget);
        }
        SparseCounts gain = SparseCounts.since(newest, counts);
        SparseCounts held = gain == SparseCounts.NONE ? newest : copy == null ? SparseCounts.of(counts) : copy;
        SparseCounts next = held == newest ? copy : held;
        long more = held.bytes() - newest.bytes() + gain.bytes();
        if (!reserve(more, budget)) {
            self.shortWindows.increment();
            do {
                if (ring.count() == 1) {
                    return next; // the window reaches back to the one reading that there is, until there is room
                }
                dropOldest(budget);
            } while (!reserve(more, budget));
        }
        gains[ring.advance(nowNanos)] = gain;
        newest = held;
        return next;
    }

    private static boolean reserve(long bytes, MemoryBudget budget) {
        if (bytes > 0) {
            return budget.tryReserveSlice(bytes);
        }
        budget.release(-bytes);
        return true;
    }

    private void dropOldest(MemoryBudget budget) {
        ring.dropOldest();
        int oldest = ring.place(0);
        budget.release(gains[oldest].bytes()); // what led to the oldest reading is before every window
        gains[oldest] = SparseCounts.NONE;
    }

    /**
     * Leaves in a buffer that holds all counts those of the window that ends now.
     *
     * @return when the window starts
     */
    long window(long nowNanos, BucketCounts counts) {
        int start = ring.start(nowNanos);
        if (start < 0) {
            counts.clear();
            return nowNanos;
        }
        for (int i = start + 1; i < ring.count(); i++) {
            counts.add(gains[ring.place(i)]);
        }
        counts.subtract(newest);
        return ring.takenAt(ring.place(start));
    }

    /** Returns the bytes that are reserved. */
    long bytes(SlidingWindow window) {
        long bytes = bytes(window, newest);
        for (SparseCounts gain : gains) {
            bytes += gain.bytes();
        }
        return bytes;
    }
}
