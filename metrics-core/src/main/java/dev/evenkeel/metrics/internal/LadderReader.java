package dev.evenkeel.metrics.internal;

import org.jspecify.annotations.Nullable;

/** Counts histograms by the ladders that readers bring, and reads no window twice that nobody recorded to. Under the collectors' lock. */
final class LadderReader {
    /*
     * A window of 2 digits is some 7 KB that lie in no cache, and all that a scrape wants of it are 14 counts. So those are kept beside
     * each window, with the stamp that it had: 150 bytes, 2 % of it. A window with the same stamp holds the same (Slab.stamp), and
     * between two scrapes few threads record to any one histogram. The whole is kept too, with all stamps in one array, and what has changed
     * is exchanged in it: the rows of others are not touched.
     *
     * A row says with the number of its ladder what it was counted by. Readers whose bounds differ take turns then, and
     * read everything each time, as without rows.
     */

    /** More than wires have units; with more, old ones are forgotten, and their rows are filled anew. */
    private static final int MOST_LADDERS = 16;

    // What the stamps of a histogram begin with.
    private static final int VERSION = 0;
    private static final int SHARED = 1;
    private static final int FIRST_SLAB = 2;

    /** Of a slab that has no window of the histogram: its stamp is 0, as that of a window without values. */
    private static final long[] NO_ROW = new long[8];

    private final MemoryBudget budget;
    private final SelfCounts counts;
    private final @Nullable Ladder[] ladders = new @Nullable Ladder[MOST_LADDERS];
    private final BucketCounts shared = new BucketCounts();
    private long lastNumber;
    private @Nullable Ladder latest;

    /** Rows for where the budget has no room for one to keep. */
    private long[] scratch = {};

    private long[] whole = {};

    private long[] stampScratch = {};

    /** Changes with the array of slabs, by whose places stamps are kept. 0 stands for none. */
    private long slabsVersion;

    private Slab[] latestSlabs = {};

    private long windowsRead;

    LadderReader(MemoryBudget budget, SelfCounts counts) {
        this.budget = budget;
        this.counts = counts;
    }

    void read(HistogramCells histogram, Slab[] slabs, long[] values, LadderReading into) {
        if (slabs != latestSlabs) {
            latestSlabs = slabs;
            slabsVersion++;
        }
        Ladder ladder = ladder(histogram.layout, values);
        long[] sum = wholeRow(histogram, ladder);
        long[] stamps = stampsFor(histogram, slabs.length);
        if (!update(sum, stamps, histogram, slabs, ladder)) {
            addUp(sum, stamps, histogram, slabs, ladder);
        }
        LadderRow.show(sum, ladder, into);
    }

    /** Takes what changed over into the whole. Returns false, and leaves nothing of use, where that is not enough. */
    private boolean update(long[] sum, long[] stamps, HistogramCells histogram, Slab[] slabs, Ladder ladder) {
        if (!LadderRow.isOf(sum, ladder)
                || stamps[VERSION] != slabsVersion
                || stamps[SHARED] != histogram.sharedStamp()) {
            return false;
        }
        for (int i = 0; i < slabs.length; i++) {
            long[] window = slabs[i].windowAcquire(histogram.id);
            if (Slab.stamp(window) != stamps[FIRST_SLAB + i]) {
                long[] row = slabs[i].ladderRow(histogram.id);
                if (!LadderRow.fits(row, ladder) || !LadderRow.isCurrent(row, ladder, stamps[FIRST_SLAB + i])) {
                    return false;
                }
                LadderRow.subtract(sum, row);
                fill(row, ladder, window);
                LadderRow.add(sum, row);
                stamps[FIRST_SLAB + i] = LadderRow.stamp(row);
            }
        }
        return true;
    }

    private void addUp(long[] sum, long[] stamps, HistogramCells histogram, Slab[] slabs, Ladder ladder) {
        LadderRow.clear(sum, ladder);
        stamps[VERSION] = slabsVersion;
        stamps[SHARED] = addShared(sum, histogram, ladder);
        for (int i = 0; i < slabs.length; i++) {
            long[] window = slabs[i].windowAcquire(histogram.id);
            long[] row = NO_ROW;
            if (window != Slab.NO_WINDOW) {
                row = row(slabs[i], histogram, ladder, window);
                LadderRow.add(sum, row);
            }
            stamps[FIRST_SLAB + i] = LadderRow.stamp(row);
        }
    }

    /**
     * Returns a number that every record to a histogram raises, and every new beginning. Each part of it only ever grows, and folding
     * moves it from one to the other under the lock: so the whole says all.
     */
    static long stamp(HistogramCells histogram, Slab[] slabs) {
        long stamp = histogram.sharedStamp();
        for (Slab slab : slabs) {
            stamp += Slab.stamp(slab.windowAcquire(histogram.id));
        }
        return stamp;
    }

    private long[] row(Slab slab, HistogramCells histogram, Ladder ladder, long[] window) {
        long[] row = slab.ladderRow(histogram.id);
        if (LadderRow.fits(row, ladder)) {
            if (LadderRow.isCurrent(row, ladder, Slab.stamp(window))) {
                return row;
            }
        } else {
            row = slab.newLadderRow(histogram.id, ladder, budget);
            if (row == Slab.NO_PAGE) {
                counts.unkeptReadings.increment();
                row = scratch(ladder);
            }
        }
        fill(row, ladder, window);
        return row;
    }

    private void fill(long[] row, Ladder ladder, long[] window) {
        windowsRead++;
        LadderRow.fill(row, ladder, window);
    }

    /** Returns the stamp of what was added. */
    private long addShared(long[] sum, HistogramCells histogram, Ladder ladder) {
        long stamp = histogram.sharedStamp(); // before the look at what there is: a stamp must not tell of more than is
        // counted
        if (histogram.hasShared()) {
            shared.start(histogram.layout);
            histogram.mergeSharedInto(shared);
            shared.finish();
            long[] row = scratch(ladder);
            LadderRow.fill(row, ladder, shared, stamp);
            LadderRow.add(sum, row);
        }
        return stamp;
    }

    private long[] stampsFor(HistogramCells histogram, int slabs) {
        long[] known = histogram.ladderStamps;
        if (known.length >= FIRST_SLAB + slabs) {
            return known;
        }
        int length = FIRST_SLAB + slabs + slabs / 4;
        long extra = Cells.bytesOf(length) - (known == Slab.NO_PAGE ? 0 : Cells.bytesOf(known.length));
        if (budget.tryReserveSlice(extra)) {
            known = new long[length];
            histogram.ladderStamps = known;
            return known;
        }
        counts.unkeptReadings.increment();
        if (stampScratch.length < length) {
            stampScratch = new long[length];
        }
        stampScratch[VERSION] = 0;
        return stampScratch;
    }

    private long[] wholeRow(HistogramCells histogram, Ladder ladder) {
        long[] known = histogram.wholeRow;
        long[] row = fitting(known, ladder);
        if (row != Slab.NO_PAGE) {
            if (row != known) { // recorders read the same cache line: no store that changes nothing
                histogram.wholeRow = row;
            }
            return row;
        }
        counts.unkeptReadings.increment();
        if (!LadderRow.fits(whole, ladder)) {
            whole = LadderRow.of(ladder);
        }
        LadderRow.forget(whole);
        return whole;
    }

    /** Returns the row if it fits, else one that does; {@link Slab#NO_PAGE} where the budget has no room. */
    private long[] fitting(long[] row, Ladder ladder) {
        if (LadderRow.fits(row, ladder)) {
            return row;
        }
        long extra = LadderRow.bytes(ladder) - (row == Slab.NO_PAGE ? 0 : Cells.bytesOf(row.length));
        return budget.tryReserveSlice(extra) ? LadderRow.of(ladder) : Slab.NO_PAGE;
    }

    private long[] scratch(Ladder ladder) {
        if (!LadderRow.fits(scratch, ladder)) {
            scratch = LadderRow.of(ladder);
        }
        return scratch;
    }

    private Ladder ladder(BucketLayout layout, long[] values) {
        Ladder known = latest;
        if (known == null || !known.is(layout, values)) {
            known = find(layout, values);
            latest = known;
        }
        return known;
    }

    private Ladder find(BucketLayout layout, long[] values) {
        for (Ladder each : ladders) {
            if (each != null && each.is(layout, values)) {
                return each;
            }
        }
        Ladder fresh = new Ladder(++lastNumber, layout, values);
        ladders[(int) (lastNumber % MOST_LADDERS)] = fresh;
        return fresh;
    }

    /** For tests: how many windows were looked into so far. */
    long windowsRead() {
        return windowsRead;
    }
}
