package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Series;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The series of one family that a writer knows, in the order of the last collect, with what it encoded of each: their heads. Holds none
 * that the last collect did not show. Not thread-safe.
 *
 * @param <B> what heads are encoded into
 * @param <T> what else a writer keeps of a series
 */
final class KnownSeriesList<B extends GrowingBytes, T> {
    /*
     * A registry walks the series of a family in the same order each time, and new ones come at the end. So the expected
     * series is the next one of the last collect: a step writes nothing but its own place. Where some are gone, a search
     * forward finds the next, and what follows goes to a new row. Where that finds nothing the order is another, which no
     * registry of ours does between two collects, and the rest is encoded anew: at worst one collect costs what the first did.
     *
     * Heads lie one behind the other in one array. A first page then makes no object for a series, and a later one reads them in a line.
     * The first heads of a family are encoded into an array that all families of a writer use in turn, and copied once.
     */
    private static final byte[] NO_BYTES = {};

    private final Supplier<B> buffers;
    private Row<B, T> last;
    private int next;

    /** What this collect showed, once that is not the beginning of the last; else null. */
    private @Nullable Row<B, T> changed;

    /** @param buffers makes an empty one for heads */
    KnownSeriesList(Supplier<B> buffers) {
        this.buffers = buffers;
        this.last = new Row<>(buffers.get());
    }

    private static final class Row<B extends GrowingBytes, T> {
        private final B heads;
        private @Nullable Series[] series = {};
        private int[] ends = {};

        /** Empty until a writer keeps something. */
        private @Nullable Object[] more = {};

        private int count;

        Row(B heads) {
            this.heads = heads;
        }

        /** Adds a series whose head was appended to the heads. */
        int add(Series fresh) {
            if (count == ends.length) {
                int length = Math.max(4, 2 * count);
                series = Arrays.copyOf(series, length);
                ends = Arrays.copyOf(ends, length);
            }
            series[count] = fresh;
            ends[count] = heads.length();
            return count++;
        }

        int from(int place) {
            return place == 0 ? 0 : ends[place - 1];
        }

        void copy(Row<B, T> other, int place) {
            Series each = other.series[place];
            if (each != null) {
                heads.append(other.heads.bytes(), other.from(place), other.ends[place]);
                int at = add(each);
                if (place < other.more.length) {
                    keep(at, other.more[place]);
                }
            }
        }

        void keep(int place, @Nullable Object what) {
            if (place >= more.length) {
                more = Arrays.copyOf(more, ends.length);
            }
            more[place] = what;
        }

        void truncate(int newCount) {
            Arrays.fill(series, newCount, count, null);
            if (newCount < more.length) {
                Arrays.fill(more, newCount, Math.min(count, more.length), null);
            }
            count = newCount;
            heads.truncate(from(newCount));
        }
    }

    void begin() {
        next = 0;
        changed = null; // left by a collect that ended with an exception
        last.truncate(last.count); // and so was half a head
    }

    /** Returns the place of the series that comes now; -1 when nothing is known of it: it is then to be {@link #add added}. */
    int next(Series series) {
        int i = next;
        if (changed == null && i < last.count && last.series[i] == series) {
            next = i + 1;
            return i;
        }
        return search(series);
    }

    private int search(Series series) {
        Row<B, T> row = changed;
        if (row == null) {
            if (next == last.count) {
                return -1;
            }
            row = new Row<>(buffers.get());
            for (int i = 0; i < next; i++) {
                row.copy(last, i);
            }
            changed = row;
        }
        for (int i = next; i < last.count; i++) {
            if (last.series[i] == series) {
                next = i + 1;
                row.copy(last, i);
                return row.count - 1;
            }
        }
        next = last.count;
        return -1;
    }

    /** Takes the series that came now, of which nothing was known and whose head was appended to {@link #heads}; returns its place. */
    int add(Series series) {
        Row<B, T> row = changed;
        if (row == null) {
            next = last.count + 1;
            return last.add(series);
        }
        return row.add(series);
    }

    private Row<B, T> current() {
        Row<B, T> row = changed;
        return row == null ? last : row;
    }

    /**
     * Lends an array to encode the first heads into, where nothing is known so far.
     *
     * @return whether it was taken: then it is to be asked back before others get it
     */
    boolean borrow(byte[] scratch) {
        boolean taken = last.count == 0 && changed == null;
        if (taken) {
            last.heads.bytes = scratch;
        }
        return taken;
    }

    /** Returns the array that was lent, which may have grown. */
    byte[] giveBack() {
        byte[] scratch = last.heads.bytes;
        last.heads.bytes = last.count == 0 ? NO_BYTES : Arrays.copyOf(scratch, last.heads.length());
        return scratch;
    }

    /** What heads lie in, and are appended to. */
    B heads() {
        return current().heads;
    }

    /** Returns where the head of a series begins. */
    int from(int place) {
        return current().from(place);
    }

    /** Returns where it ends. */
    int end(int place) {
        return current().ends[place];
    }

    /** Returns what was kept with a series; null for nothing. */
    @SuppressWarnings("unchecked") // only keep puts something there
    @Nullable
    T kept(int place) {
        Row<B, T> row = current();
        return place < row.more.length ? (T) row.more[place] : null;
    }

    /** Keeps something with a series, as long as collects show it. */
    void keep(int place, T what) {
        current().keep(place, what);
    }

    /** Forgets the series that did not come. */
    void end() {
        Row<B, T> row = changed;
        if (row != null) {
            last = row;
            changed = null;
        } else if (next < last.count) {
            last.truncate(next);
        }
        next = 0;
    }

    int size() {
        return last.count;
    }
}
