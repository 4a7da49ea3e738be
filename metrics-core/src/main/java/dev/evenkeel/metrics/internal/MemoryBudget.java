package dev.evenkeel.metrics.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Internal. The bytes a registry may hold and those it has taken. Thread-safe; lock-free.
 *
 * <p>Figures are computed from array lengths and fixed object sizes, not measured: they follow the heap closely enough
 * to bound it.
 *
 * <p>Each use has a share of its own, so that what can be had for less gives way first: the windows that single threads have of
 * histograms stop at five eighths, or earlier, down to two, where there are so many histograms that the cells all threads share would find no room later: to share
 * loses nothing but time; the slices of sliding windows stop at six and a half, since a shorter window is still right; series, shared
 * cells and what readers remember at seven. The last eighth is for new families, for overflow series, and for counts that would
 * be lost otherwise.
 */
public final class MemoryBudget {
    private final long maxBytes;
    private final long softBytes;
    private final long sliceBytes;
    private final long ownBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong promised = new AtomicLong();
    private final AtomicLong releases = new AtomicLong();

    public MemoryBudget(long maxBytes) {
        this.maxBytes = maxBytes;
        this.softBytes = maxBytes - maxBytes / 8;
        this.sliceBytes = softBytes - maxBytes / 16;
        this.ownBytes = maxBytes - 3 * (maxBytes / 8);
    }

    public long maxBytes() {
        return maxBytes;
    }

    public long used() {
        return used.get();
    }

    /** Returns the bytes that series and slabs may still take. */
    public long remaining() {
        return Math.max(0, softBytes - used.get());
    }

    /** Takes the bytes for what one thread has of a histogram, or takes none and returns false. */
    boolean tryReserveOwn(long bytes) {
        return tryReserve(bytes, Math.max(maxBytes / 4, Math.min(ownBytes, softBytes - promised.get())));
    }

    /** Keeps bytes back from what threads have of their own: others will need them. For ever. */
    void promise(long bytes) {
        promised.addAndGet(bytes);
    }

    /** Takes the bytes for a slice of a sliding window, or takes none and returns false. */
    public boolean tryReserveSlice(long bytes) {
        return tryReserve(bytes, sliceBytes);
    }

    /** Takes the bytes for a series, a slab or a part of one, or takes none and returns false. */
    public boolean tryReserve(long bytes) {
        return tryReserve(bytes, softBytes);
    }

    /** Takes the bytes for a new family, or for counts that have no other place: they may use the part kept back. */
    public boolean tryReserveFamily(long bytes) {
        return tryReserve(bytes, maxBytes);
    }

    private boolean tryReserve(long bytes, long limit) {
        // By CAS. To add first and to take back what is too much would show more than the limit for a moment, and
        // refuse
        // others what fits.
        long seen = used.get();
        while (seen + bytes <= limit) {
            long found = used.compareAndExchange(seen, seen + bytes);
            if (found == seen) {
                return true;
            }
            seen = found;
        }
        return false;
    }

    /** Takes bytes that replace others which are about to be released, or that are small and cannot be done without. */
    public void charge(long bytes) {
        used.addAndGet(bytes);
    }

    public void release(long bytes) {
        if (bytes != 0) {
            used.addAndGet(-bytes);
            releases.incrementAndGet();
        }
    }

    /** Returns a number that changes when bytes come back: who was refused may ask again. */
    long releases() {
        return releases.get();
    }
}
