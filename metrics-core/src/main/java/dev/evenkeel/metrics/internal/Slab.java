package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The cells of one platform thread: a flat array of single cells, pages of more, and one window of buckets per histogram. */
final class Slab {
    /*
     * One thread, the owner, writes cells; any thread reads them. Arrays only grow, by copy and publish: a reader that
     * still holds the old array is stale, never wrong, because the owner has stopped writing to it.
     *
     * When its owner is dead a slab becomes a spare and is adopted by the next thread, counts and all. The adopter sees
     * the last writes of the dead thread because isAlive() == false was read before, and the roster's lock was passed
     * on after.
     *
     * Access ledger
     *   field        written by                          read by               pair
     *   owner        owner or closer, under roster lock  anybody: plain        -   (only the owner can find itself)
     *   cells[i]     owner: plain + opaque               collector: opaque     -   (single counters)
     *   cells        owner: CAS; closer: CAS             owner: plain          -
     *                                                    collector: acquire    C2  (growth)
     *   windows[i]   owner: release                      owner: plain
     *                                                    collector: acquire    C2  (growth)
     *   windows      owner: CAS; closer: CAS             owner: plain
     *                                                    collector: acquire    C2  (growth)
     *   pages, pages[i], groups, groups[i]  as windows, windows[i]
     *   effect cells owner: plain + release              collector: acquire    C1  (cause before effect)
     *   window cells owner: plain + opaque               collector: opaque     -   (each bucket grows by itself)
     *   window sums  owner: plain + release              collector: opaque
     *                                                    stamp: acquire        C1  (a value before the sum that tells of it)
     *
     * Growth is a CAS although only the owner grows: close() swaps the array for an empty one, and a plain release store
     * of a grown array after that would open the slab again. It happens a few times in a thread's life.
     */

    /** Place of a window's origin: the bucket index that its cell 0 would have. Written before publication only. */
    static final int ORIGIN = Cells.PAD - 2;

    /** Place of the sum of the values recorded through a window. */
    static final int SUM = Cells.PAD - 1;

    /** First bucket of a window; before it lie the pad, the origin and the sum. */
    static final int FIRST = Cells.PAD;

    /** A window without buckets: every value misses its bounds. */
    static final long[] NO_WINDOW = new long[FIRST + Cells.PAD];

    static final long[][] NO_WINDOWS = {};

    /** A page without cells. */
    static final long[] NO_PAGE = {};

    /**
     * Place, in the flat array, of the owner's number: the record path believes an array that names its caller. Written by
     * the owner only, before anybody else could look for it.
     */
    static final int OWNER = 0;

    /** The windows of a closed slab. Another object than {@link #NO_WINDOWS}: it never grows. */
    private static final long[][] CLOSED_WINDOWS = {};

    /** What a slab costs before it has a cell. */
    static final long BASE_BYTES = 160;

    private static final VarHandle CELLS;
    private static final VarHandle WINDOWS;
    private static final VarHandle PAGES;
    private static final VarHandle GROUPS;
    private static final VarHandle WINDOW = MethodHandles.arrayElementVarHandle(long[][].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CELLS = lookup.findVarHandle(Slab.class, "cells", long[].class);
            WINDOWS = lookup.findVarHandle(Slab.class, "windows", long[][].class);
            PAGES = lookup.findVarHandle(Slab.class, "pages", long[][].class);
            GROUPS = lookup.findVarHandle(Slab.class, "groups", long[][].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Nullable
    Thread owner;

    long[] cells = Cells.NONE;
    private long[][] pages = NO_WINDOWS;
    long[][] windows = NO_WINDOWS;
    long[][] groups = NO_WINDOWS;

    /** The number under which the table of slabs knows this one. Under that table's lock. */
    long placedFor = ThreadIds.UNKNOWN;

    /** Bytes reserved for this slab. Owner only, and the folder after the owner's death. */
    private long bytes = BASE_BYTES;

    /** What readers counted in each window, by histogram; {@link #NO_PAGE} for nothing. Under the collectors' lock, as all of {@link LadderRow}. */
    private long[][] ladderRows = NO_WINDOWS;

    private long ladderBytes;

    /** Makes the calling thread the owner. Under the roster's lock. */
    void own(Thread current) {
        owner = current;
        if (cells.length > 0) {
            cells[OWNER] = ThreadIds.of(current);
        }
    }

    /** Returns the array that holds a slot, after growing if need be, or null when the budget is spent or the slab closed. */
    long @Nullable [] arrayOf(int slot, MemoryBudget budget) {
        if (Slots.isWide(slot)) {
            int page = Slots.pageOf(slot);
            long[][] all = pages;
            if (page < all.length && all[page] != NO_PAGE) {
                return all[page];
            }
            return growPage(page, budget);
        }
        long[] flat = cells;
        return slot < flat.length ? flat : growCells(slot, budget);
    }

    private long @Nullable [] growCells(int slot, MemoryBudget budget) {
        long[] old = cells;
        if (old == Cells.CLOSED) {
            return null;
        }
        int length = Cells.lengthFor(slot + 1);
        long extra = Cells.bytesOf(length) - (old.length == 0 ? 0 : Cells.bytesOf(old.length));
        if (!budget.tryReserve(extra)) {
            return null;
        }
        long[] grown = Arrays.copyOf(old, length);
        grown[OWNER] = ThreadIds.of(Thread.currentThread());
        if (!CELLS.compareAndSet(this, old, grown)) { // C2
            budget.release(extra);
            return null;
        }
        bytes += extra;
        return grown;
    }

    private long @Nullable [] growPage(int page, MemoryBudget budget) {
        if (page >= pages.length && !growTable(PAGES, pages, page, NO_PAGE, budget)) {
            return null;
        }
        long[][] all = pages;
        if (page >= all.length || !budget.tryReserve(Cells.bytesOf(Cells.PAGE_LENGTH))) {
            return null; // closed in between, or no room
        }
        long[] fresh = new long[Cells.PAGE_LENGTH];
        bytes += Cells.bytesOf(Cells.PAGE_LENGTH);
        WINDOW.setRelease(all, page, fresh); // C2
        return fresh;
    }

    /** Makes room for a bucket. Owner only. Returns false when the budget is spent or the slab was closed. */
    boolean growWindow(int histogram, BucketLayout layout, int bucket, MemoryBudget budget) {
        if (histogram >= windows.length && !growTable(WINDOWS, windows, histogram, NO_WINDOW, budget)) {
            return false;
        }
        long[][] all = windows;
        if (histogram >= all.length) {
            return false; // closed in between
        }
        long[] old = all[histogram];
        int octave = bucket >>> layout.magnitude;
        int from = octave;
        int to = octave + 1;
        if (old != NO_WINDOW) {
            from = Math.min(from, firstBucket(old) >>> layout.magnitude);
            to = Math.max(to, (firstBucket(old) + bucketCount(old)) >>> layout.magnitude);
        }
        int length = FIRST + ((to - from) << layout.magnitude) + Cells.PAD;
        long extra = Cells.bytesOf(length) - (old == NO_WINDOW ? 0 : Cells.bytesOf(old.length));
        if (extra == 0) {
            return true;
        }
        if (!budget.tryReserveOwn(extra)) {
            return false;
        }
        long[] grown = new long[length];
        int origin = (from << layout.magnitude) - FIRST;
        grown[ORIGIN] = origin;
        grown[SUM] = old[SUM];
        if (old != NO_WINDOW) {
            System.arraycopy(old, FIRST, grown, firstBucket(old) - origin, bucketCount(old));
        }
        bytes += extra;
        WINDOW.setRelease(all, histogram, grown); // C2
        return true;
    }

    /** Returns the cells of a group, after making them if need be, or null when the budget is spent or the slab closed. */
    long @Nullable [] groupOf(GroupCells group, MemoryBudget budget) {
        if (group.id >= groups.length && !growTable(GROUPS, groups, group.id, GroupCells.NONE, budget)) {
            return null;
        }
        long[][] all = groups;
        if (group.id >= all.length) {
            return null; // closed in between
        }
        long[] known = all[group.id];
        if (known != GroupCells.NONE) {
            return known;
        }
        long extra = Cells.bytesOf(group.length());
        if (!budget.tryReserve(extra)) {
            return null;
        }
        long[] fresh = new long[group.length()];
        bytes += extra;
        WINDOW.setRelease(all, group.id, fresh); // C2
        return fresh;
    }

    /** Grows a table of arrays until it has a place. Owner only. */
    private boolean growTable(VarHandle table, long[][] old, int place, long[] filler, MemoryBudget budget) {
        if (old == CLOSED_WINDOWS) {
            return false;
        }
        int length = Math.max(8, Integer.highestOneBit(place) << 1);
        long extra = 4L * (length - old.length) + Cells.ARRAY_HEADER_BYTES;
        if (!budget.tryReserve(extra)) {
            return false;
        }
        long[][] grown = Arrays.copyOf(old, length);
        Arrays.fill(grown, old.length, length, filler);
        if (!table.compareAndSet(this, old, grown)) { // C2
            budget.release(extra);
            return false;
        }
        bytes += extra;
        return true;
    }

    /** Returns a recent cell array. Any thread. */
    long[] cellsAcquire() {
        return (long[]) CELLS.getAcquire(this); // C2
    }

    /** Returns a recent window of a histogram, perhaps {@link #NO_WINDOW}. Any thread. */
    long[] windowAcquire(int histogram) {
        long[][] all = (long[][]) WINDOWS.getAcquire(this); // C2
        return histogram < all.length ? (long[]) WINDOW.getAcquire(all, histogram) : NO_WINDOW; // C2
    }

    /** Returns a recent page of cells, perhaps {@link #NO_PAGE}. Any thread. */
    long[] pageAcquire(int page) {
        long[][] all = (long[][]) PAGES.getAcquire(this); // C2
        return page < all.length ? (long[]) WINDOW.getAcquire(all, page) : NO_PAGE; // C2
    }

    /** Returns the cells of a group, perhaps {@link GroupCells#NONE}. Any thread. */
    long[] groupAcquire(int group) {
        long[][] all = (long[][]) GROUPS.getAcquire(this); // C2
        return group < all.length ? (long[]) WINDOW.getAcquire(all, group) : GroupCells.NONE; // C2
    }

    /** Returns a recent array that holds a slot; shorter than its index where the thread has not touched it. Any thread. */
    long[] arrayAcquire(int slot) {
        return Slots.isWide(slot) ? pageAcquire(Slots.pageOf(slot)) : cellsAcquire();
    }

    int pageLimit() {
        return ((long[][]) PAGES.getAcquire(this)).length; // C2
    }

    int windowLimit() {
        return ((long[][]) WINDOWS.getAcquire(this)).length; // C2
    }

    static int firstBucket(long[] window) {
        return (int) window[ORIGIN] + FIRST;
    }

    static int bucketCount(long[] window) {
        return window.length - FIRST - Cells.PAD;
    }

    /** Returns a number that every record through a window raises: its sum, and how many values were 0, which a sum does not tell. */
    static long stamp(long[] window) {
        long sum = Cells.readAcquire(window, SUM); // C1
        return sum + zeros(window);
    }

    /** Returns how many values were 0. */
    static long zeros(long[] window) {
        return bucketCount(window) > 0 && firstBucket(window) == 0 ? Cells.readOpaque(window, FIRST) : 0;
    }

    /** Returns what a reader counted in the window of a histogram; {@link #NO_PAGE} for nothing. Under the collectors' lock. */
    long[] ladderRow(int histogram) {
        long[][] rows = ladderRows;
        return histogram < rows.length ? rows[histogram] : NO_PAGE;
    }

    /** Makes room for what a reader counts; {@link #NO_PAGE} where the budget has none. Under the collectors' lock. */
    long[] newLadderRow(int histogram, Ladder ladder, MemoryBudget budget) {
        long[][] rows = ladderRows;
        int length = histogram < rows.length ? rows.length : Math.max(8, Integer.highestOneBit(histogram) << 1);
        long[] old = ladderRow(histogram);
        long extra = 4L * (length - rows.length)
                + (rows.length == 0 ? Cells.ARRAY_HEADER_BYTES : 0)
                + LadderRow.bytes(ladder)
                - (old == NO_PAGE ? 0 : Cells.bytesOf(old.length));
        if (!budget.tryReserveSlice(extra)) {
            return NO_PAGE;
        }
        ladderBytes += extra;
        if (length > rows.length) {
            rows = Arrays.copyOf(rows, length);
            Arrays.fill(rows, ladderRows.length, length, NO_PAGE);
            ladderRows = rows;
        }
        long[] fresh = LadderRow.of(ladder);
        rows[histogram] = fresh;
        return fresh;
    }

    /** Returns the bytes reserved. Only while nobody owns the slab, under the collectors' lock. */
    long bytes() {
        return bytes + ladderBytes;
    }

    /** Gives up all cells: from now on every record of the owner misses the bounds. Closer and folder only, under the locks. */
    void close() {
        CELLS.getAndSet(this, Cells.CLOSED);
        WINDOWS.getAndSet(this, CLOSED_WINDOWS);
        PAGES.getAndSet(this, CLOSED_WINDOWS);
        GROUPS.getAndSet(this, CLOSED_WINDOWS);
    }
}
