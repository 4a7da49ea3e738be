package dev.evenkeel.leak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A census and its readings. */
final class Track {
    final Census census;
    final SeriesTable live;
    /** What each round left to the collector, summed up; null where nothing can be closed by a collection. */
    final @Nullable SeriesTable closed;

    /** Whether the reading that is being taken waits for it. */
    boolean settling;

    Track(Census census, int mostKeys, int expectedKeys, int columns, boolean closable) {
        this.census = census;
        live = new SeriesTable(mostKeys, expectedKeys, columns);
        closed = closable ? new SeriesTable(mostKeys, expectedKeys, columns) : null;
    }

    List<SeriesTable> tables() {
        return closed == null ? List.of(live) : List.of(live, closed);
    }

    /** Bytes that the tables hold more than when they were made. */
    long addedBytes() {
        return live.addedBytes() + (closed == null ? 0 : closed.addedBytes());
    }

    /** How many series differ between the first two columns. */
    int moved() {
        return live.countMoved(1, 0) + (closed == null ? 0 : closed.countMoved(1, 0));
    }

    void countClosedByCollection(int column, int before) {
        if (closed == null || column == 0) {
            return;
        }
        closed.clear(column);
        for (int slot = 0; slot < live.capacity(); slot++) {
            long key = live.keyAt(slot);
            if (key != 0 && census.mustBeClosed(key)) {
                long had = live.valueAt(before, slot);
                // Only what was above the reading before: what a pool gave back meanwhile is its own affair.
                long excess = had - Math.max(live.valueAt(column, slot), live.valueAt(column - 1, slot));
                boolean counts = excess > 0 && !census.closedByOwner(key, live, before, column);
                long sum = closed.value(column - 1, key) + (counts ? excess : 0);
                if (sum > 0) {
                    closed.add(column, key, sum);
                }
            }
        }
    }
}
