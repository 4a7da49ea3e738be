package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Series;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The series of one family that a writer knows, in the order of the last collect. Holds none that the last collect did not
 * show. Not thread-safe.
 */
final class KnownSeriesList {
    /*
     * A registry walks the series of a family in the same order each time, and new ones come at the end. So the expected
     * series is the next one of the last collect: a step writes nothing but its own place. Where some are gone, a search
     * forward finds the next, and what follows goes to a new list. Where that finds nothing the order is another, which no
     * registry of ours does between two collects, and the rest is encoded anew: at worst one collect costs what the first did.
     */
    private static final KnownSeries[] NONE = {};

    private @Nullable KnownSeries[] last = NONE;
    private int count;
    private int next;

    /** What this collect showed, once that is not the beginning of the last; else null. */
    private @Nullable KnownSeries @Nullable [] changed;

    private int changedCount;

    void begin() {
        next = 0;
        changed = null; // left by a collect that ended with an exception
    }

    /** Returns what is known of the series that comes now; null for nothing: it is then to be {@link #add added}. */
    @Nullable
    KnownSeries next(Series series) {
        int i = next;
        if (i < count && changed == null) {
            KnownSeries expected = last[i];
            if (expected != null && expected.series == series) {
                next = i + 1;
                return expected;
            }
        }
        return search(series);
    }

    private @Nullable KnownSeries search(Series series) {
        if (changed == null) {
            if (next == count) {
                return null;
            }
            changed = Arrays.copyOf(last, last.length);
            Arrays.fill(changed, next, count, null);
            changedCount = next;
        }
        for (int i = next; i < count; i++) {
            KnownSeries each = last[i];
            if (each != null && each.series == series) {
                next = i + 1;
                append(each);
                return each;
            }
        }
        next = count;
        return null;
    }

    /** Takes the series that came now, of which nothing was known. */
    void add(KnownSeries fresh) {
        if (changed == null) {
            last = withRoom(last, count);
            last[count++] = fresh;
            next = count;
        } else {
            append(fresh);
        }
    }

    private void append(KnownSeries series) {
        @Nullable KnownSeries[] list = withRoom(changed == null ? NONE : changed, changedCount);
        list[changedCount++] = series;
        changed = list;
    }

    private static @Nullable KnownSeries[] withRoom(@Nullable KnownSeries[] list, int used) {
        return used < list.length ? list : Arrays.copyOf(list, Math.max(4, 2 * used));
    }

    /** Forgets the series that did not come. */
    void end() {
        @Nullable KnownSeries @Nullable [] list = changed;
        if (list != null) {
            last = list;
            count = changedCount;
            changed = null;
        } else if (next < count) {
            Arrays.fill(last, next, count, null);
            count = next;
        }
        next = 0;
    }

    int size() {
        return count;
    }
}
