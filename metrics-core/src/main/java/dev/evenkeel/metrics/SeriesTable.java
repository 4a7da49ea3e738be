package dev.evenkeel.metrics;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arrays in which {@link Labelled} finds series: open addressing with linear probing, a power of two of places, of which at most
 * half are taken, and one element beyond them. Holds nothing itself: whoever publishes an array says who may change it.
 */
final class SeriesTable {
    /**
     * Joins the hashes of several values in 64 bits. The usual 31 in 32 bits makes 36 000 numbers of the million pairs of
     * user-100000..user-100999 and order-100000..order-100999.
     */
    static final long ODD = 0x9E3779B97F4A7C15L;

    private SeriesTable() {}

    /** Returns an empty table of a power of two places, and the one element beyond. */
    static @Nullable Series[] empty(int places) {
        return new Series[places + 1];
    }

    static int places(@Nullable Series[] table) {
        return table.length - 1;
    }

    /** Returns the element beyond the places. */
    static @Nullable Series beyond(@Nullable Series[] table) {
        return table[table.length - 1];
    }

    /** Returns a table of the same series with another number of places, and nothing beyond them. */
    static @Nullable Series[] rebuilt(@Nullable Series[] table, int places, Set<Series> without) {
        @Nullable Series[] fresh = empty(places);
        for (int i = 0; i < table.length - 1; i++) {
            Series entry = table[i];
            if (entry != null && !without.contains(entry)) {
                place(fresh, entry);
            }
        }
        return fresh;
    }

    /** Puts a series into a table that has room and nobody else writes. */
    static void place(@Nullable Series[] table, Series entry) {
        int mask = table.length - 2;
        int i = entry.hash & mask;
        while (table[i] != null) {
            i = (i + 1) & mask;
        }
        table[i] = entry;
    }

    /** Returns the series of some values, or null. */
    static @Nullable Series find(@Nullable Series[] table, int hash, String... values) {
        int mask = table.length - 2;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Series entry = table[i];
            if (entry == null || entry.hash == hash && hasValues(entry, values)) {
                return entry;
            }
        }
    }

    private static boolean hasValues(Series entry, String... values) {
        if (entry.valueCount() != values.length) {
            return false; // only where each series has names of its own
        }
        for (int i = 0; i < values.length; i++) {
            if (!same(entry.value(i), values[i])) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether two values are the same; identity first, since callers mostly pass the very strings they passed before. */
    @SuppressWarnings({"StringEquality", "ReferenceEquality"})
    static boolean same(@Nullable String held, String given) {
        return held == given || given.equals(held);
    }

    static int hash(String... values) {
        long joined = 0;
        for (String value : values) {
            joined = joined * ODD + value.hashCode();
        }
        return mix(joined);
    }

    /** Brings 64 bits of joined hashes to 32, of which the low ones choose a place. */
    static int mix(long joined) {
        return (int) (joined * ODD >>> 32);
    }
}
