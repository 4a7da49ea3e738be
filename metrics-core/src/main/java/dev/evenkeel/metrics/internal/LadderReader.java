package dev.evenkeel.metrics.internal;

import org.jspecify.annotations.Nullable;

/** Counts histograms by the ladders that readers bring, and reads no window twice that nobody recorded to. Under the collectors' lock. */
final class LadderReader {
    /*
     * A window of 2 digits is some 7 KB that lie in no cache, and all that a scrape wants of it are 14 counts. So those are kept beside
     * each window, with the stamp that it had: 150 bytes, 2 % of it. A window with the same stamp holds the same (Slab.stamp), and
     * between two scrapes few threads record to any one histogram. The whole is kept too, for histograms that nobody recorded to.
     *
     * A row says with the number of its ladder what it was counted by. Readers whose bounds differ take turns then, and
     * read everything each time, as without rows.
     */

    /** More than wires have units; with more, old ones are forgotten, and their rows are filled anew. */
    private static final int MOST_LADDERS = 16;

    private final MemoryBudget budget;
    private final @Nullable Ladder[] ladders = new @Nullable Ladder[MOST_LADDERS];
    private final BucketCounts shared = new BucketCounts();
    private long lastNumber;
    private @Nullable Ladder latest;

    /** Rows for where the budget has no room for one to keep. */
    private long[] scratch = {};

    private long[] whole = {};

    private long windowsRead;

    LadderReader(MemoryBudget budget) {
        this.budget = budget;
    }

    void read(HistogramCells histogram, Slab[] slabs, long[] values, LadderReading into) {
        Ladder ladder = ladder(histogram.layout, values);
        long[] sum = wholeRow(histogram, ladder);
        if (!LadderRow.isCurrent(sum, ladder, stamp(histogram, slabs))) {
            LadderRow.clear(sum, ladder);
            addShared(sum, histogram, ladder);
            for (Slab slab : slabs) {
                long[] window = slab.windowAcquire(histogram.id);
                if (window != Slab.NO_WINDOW) {
                    LadderRow.add(sum, row(slab, histogram, ladder, window));
                }
            }
        }
        LadderRow.show(sum, ladder, into);
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
        if (LadderRow.fits(row, ladder) && LadderRow.isCurrent(row, ladder, Slab.stamp(window))) {
            return row;
        }
        if (!LadderRow.fits(row, ladder)) {
            row = slab.newLadderRow(histogram.id, ladder, budget);
            if (row == Slab.NO_PAGE) {
                row = scratch(ladder);
            }
        }
        windowsRead++;
        LadderRow.fill(row, ladder, window);
        return row;
    }

    private void addShared(long[] sum, HistogramCells histogram, Ladder ladder) {
        long stamp = histogram.sharedStamp(); // before the look at what there is: a stamp must not tell of more than is counted
        if (!histogram.hasShared()) {
            LadderRow.addStamp(sum, stamp);
            return;
        }
        long[] row = histogram.sharedRow;
        if (!LadderRow.fits(row, ladder) || !LadderRow.isCurrent(row, ladder, stamp)) {
            row = fitting(row, ladder);
            if (row == Slab.NO_PAGE) {
                row = scratch(ladder);
            } else {
                histogram.sharedRow = row;
            }
            shared.start(histogram.layout);
            histogram.mergeSharedInto(shared);
            shared.finish();
            LadderRow.fill(row, ladder, shared, stamp);
        }
        LadderRow.add(sum, row);
    }

    private long[] wholeRow(HistogramCells histogram, Ladder ladder) {
        long[] row = fitting(histogram.wholeRow, ladder);
        if (row != Slab.NO_PAGE) {
            histogram.wholeRow = row;
            return row;
        }
        if (!LadderRow.fits(whole, ladder)) {
            whole = LadderRow.of(ladder);
        }
        LadderRow.clear(whole, ladder);
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
