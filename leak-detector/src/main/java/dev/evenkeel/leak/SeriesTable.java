package dev.evenkeel.leak;

import java.util.Arrays;

/**
 * Readings of many keyed series.
 *
 * <p>Not safe for use by several threads. Adding allocates only where a new key needs a larger table, see {@link
 * #addedBytes()}; keys past the most are counted by {@link #overflowed()} and otherwise lost.
 */
final class SeriesTable {
    /*
     * A detector that keeps a map per reading finds its own maps. So a key is a 64-bit hash of the name, the values are
     * columns of one open-addressing table, and names are asked for once, after the last reading.
     *
     * Tables for the most keys that may come were 28 MB a run, and to allocate and clear them took longer than the readings
     * (2026-11-21). So a table begins small; what it grows by is known, and left out of the heap.
     */

    /** The key of the sum over all keys. */
    static final long TOTAL = 1L << 62;

    private static final int FIRST_KEYS = 64;

    private final int most;
    private final int firstCapacity;
    private final long[][] values;
    private long[] keys;
    private int limit;
    private int size;
    private long overflowed;

    /** For few keys at first. */
    SeriesTable(int mostKeys, int readings) {
        this(mostKeys, FIRST_KEYS, readings);
    }

    /** @param expectedKeys up to which the table need not grow */
    SeriesTable(int mostKeys, int expectedKeys, int readings) {
        most = capacityFor(mostKeys);
        firstCapacity = Math.min(most, capacityFor(expectedKeys));
        keys = new long[firstCapacity];
        values = new long[readings][firstCapacity];
        limit = firstCapacity * 3 / 4;
    }

    private static int capacityFor(int keys) {
        return Integer.highestOneBit(Math.max(16, keys) * 2 - 1) * 2;
    }

    /** Bytes of heap, in arrays of {@code long}, that the table holds more than when it was made. */
    long addedBytes() {
        return (long) (keys.length - firstCapacity) * Long.BYTES * (values.length + 1);
    }

    private void grow() {
        long[] old = keys;
        keys = new long[old.length * 2];
        limit = keys.length * 3 / 4;
        int[] moved = new int[old.length];
        for (int slot = 0; slot < old.length; slot++) {
            if (old[slot] != 0) {
                moved[slot] = ~slotOf(old[slot]);
                keys[moved[slot]] = old[slot];
            }
        }
        for (int reading = 0; reading < values.length; reading++) {
            long[] column = new long[keys.length];
            for (int slot = 0; slot < old.length; slot++) {
                if (old[slot] != 0) {
                    column[moved[slot]] = values[reading][slot];
                }
            }
            values[reading] = column;
        }
    }

    /** A 63-bit key for a name, never 0 and never {@link #TOTAL}; even, so that the odd neighbour is free for a second series. */
    static long keyOf(CharSequence name) {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            h = (h ^ name.charAt(i)) * 0x100000001b3L;
        }
        h ^= h >>> 32;
        h = h * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 29)) & 0x3FFF_FFFF_FFFF_FFFEL;
        return h == 0 ? 2 : h;
    }

    /** A key for a name in which every run of digits counts as {@code *}. */
    static long keyWithoutDigits(CharSequence name) {
        return keyOf(withoutDigits(name));
    }

    static String withoutDigits(CharSequence name) {
        StringBuilder out = new StringBuilder(name.length());
        boolean inDigits = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit) {
                out.append(c);
            } else if (!inDigits) {
                out.append('*');
            }
            inDigits = digit;
        }
        return out.toString();
    }

    void clear(int reading) {
        Arrays.fill(values[reading], 0);
    }

    void add(int reading, long key, long amount) {
        int slot = slotOf(key);
        if (slot < 0) {
            if (size >= limit && keys.length < most) {
                grow();
                slot = slotOf(key);
            }
            if (size >= limit) {
                overflowed++;
                return;
            }
            slot = ~slot;
            keys[slot] = key;
            size++;
        }
        values[reading][slot] += amount;
    }

    long value(int reading, long key) {
        int slot = slotOf(key);
        return slot < 0 ? 0 : values[reading][slot];
    }

    int capacity() {
        return keys.length;
    }

    int size() {
        return size;
    }

    /** The key in a slot, 0 when the slot is empty. */
    long keyAt(int slot) {
        return keys[slot];
    }

    long valueAt(int reading, int slot) {
        return values[reading][slot];
    }

    /** Whether any series is higher in one reading than in another. */
    boolean anyAbove(int reading, int than) {
        return countAbove(reading, than) > 0;
    }

    /** How many series are higher in one reading than in another. */
    int countAbove(int reading, int than) {
        int above = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (keys[slot] != 0 && values[reading][slot] > values[than][slot]) {
                above++;
            }
        }
        return above;
    }

    /** How many series differ between two readings. */
    int countMoved(int reading, int than) {
        int moved = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (values[reading][slot] != values[than][slot]) {
                moved++;
            }
        }
        return moved;
    }

    void copy(int from, int to) {
        System.arraycopy(values[from], 0, values[to], 0, keys.length);
    }

    long overflowed() {
        return overflowed;
    }

    private int slotOf(long key) {
        int mask = keys.length - 1;
        int slot = (int) (key >>> 1 ^ key << 7) & mask;
        while (keys[slot] != 0) {
            if (keys[slot] == key) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return ~slot;
    }
}
