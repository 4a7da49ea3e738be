package dev.evenkeel.metrics.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Internal. Finds the label sets that come most often, in memory that does not grow with their number.
 *
 * <p>Weights are the caller's: one who passes on one measurement in 64 gives a weight of 64 and reads measurements. Choose
 * the measurements at random gaps: every 64th of a caller that walks round 64 values is always the same one.
 *
 * <p>Safe from any thread. {@link #add} never waits: while another thread adds or reads, the sample is dropped and
 * counted. It allocates while the places fill up, and later only to cut a value that is too long.
 */
public final class HeavyHitters {
    /*
     * Space-Saving: A. Metwally, D. Agrawal, A. El Abbadi, "Efficient computation of frequent and top-k elements in data
     * streams", ICDT 2005. Every place counts one label set. A set without a place takes that of the least, and its count
     * too, noted as its error: so no count is too low, none is too high by more than its error, and whatever weighs more than
     * total / capacity is there.
     *
     * Places form a binary heap by count, least on top, and are found by open addressing. Metwally's list of equal counts
     * does each step in constant time but allocates, and needs unit weights to be quick; eight levels of a heap do not show
     * at one sample in 64.
     *
     * One lock, taken by tryLock only. Merging a sketch of each thread would save the dropped samples and cost the
     * memory of all these sketches.
     */

    /**
     * Whatever has more than 1/256 of the weight is found for certain. Of a million values whose frequencies fall as
     * rank^-1.1, one sample in 64, the ten most frequent are found as well as any capacity finds them (recall 0.97 after a
     * million measurements, 0.995 after four) from 128 places on; 64 find 0.88. The other half is for flatter streams.
     */
    public static final int DEFAULT_CAPACITY = 256;

    /** A longer value keeps its first characters and ends in {@link #CUT}: a UUID, a route and most ids fit. */
    public static final int MOST_CHARS = 64;

    /** The mark of a value that was cut. ASCII, so that the value keeps one byte per character. */
    public static final String CUT = "...";

    private static final Comparator<Hitter> BY_CERTAIN_WEIGHT = Comparator.comparingLong(
                    (Hitter hitter) -> hitter.count() - hitter.error())
            .thenComparingLong(Hitter::count)
            .reversed();

    private static final int MOST_PLACES = 1 << 16;

    /** A label set and its weight. */
    private static final class Place {
        final String[] values;
        int hash;
        int heapIndex;
        long count;
        long error;

        Place(int labels) {
            values = new String[labels];
        }
    }

    /**
     * One label set that came often.
     *
     * @param values its label values, long ones cut
     * @param count its weight, never too low
     * @param error by how much the count may be too high, at most
     */
    public record Hitter(List<String> values, long count, long error) {
        public Hitter {
            values = List.copyOf(values);
        }
    }

    /** Visible to a test, which holds it. */
    final ReentrantLock lock = new ReentrantLock();

    private final AtomicLong dropped = new AtomicLong();
    private final int capacity;
    private final int labels;

    // Guarded by the lock.
    private final @Nullable Place[] table;
    private final Place[] heap;
    private final String[] given;
    private int size;
    private long total;

    /** Creates one with the default capacity for label sets of a number of labels. */
    public HeavyHitters(int labels) {
        this(DEFAULT_CAPACITY, labels);
    }

    /**
     * Creates one that counts up to {@code capacity} label sets of {@code labels} values.
     *
     * @throws IllegalArgumentException when the capacity is not between 1 and 65 536, or there is no label
     */
    public HeavyHitters(int capacity, int labels) {
        if (capacity < 1 || capacity > MOST_PLACES) {
            throw new IllegalArgumentException("Cannot count heavy hitters in " + capacity
                    + " places: with none there is nothing to find, and each costs memory for ever. Give 1 to "
                    + MOST_PLACES
                    + "; " + DEFAULT_CAPACITY + " find the ten most frequent.");
        }
        if (labels < 1) {
            throw new IllegalArgumentException("Cannot count heavy hitters among sets of " + labels
                    + " labels: there is only one such set. Give the number of labels of the instrument.");
        }
        this.capacity = capacity;
        this.labels = labels;
        this.given = new String[labels];
        this.table = new Place[tableLength(capacity)];
        this.heap = new Place[capacity];
    }

    private static int tableLength(int capacity) {
        return Stripes.ceilingPowerOfTwo(2 * capacity);
    }

    /** Returns the most bytes that one of this size can hold, its values as long as they may be, in two-byte characters. */
    public static long bytesOf(int capacity, int labels) {
        long value = 24 + Cells.ARRAY_HEADER_BYTES + 2L * MOST_CHARS;
        long place = 40 + Cells.ARRAY_HEADER_BYTES + labels * (8 + value);
        return 128 + 2 * Cells.ARRAY_HEADER_BYTES + 8L * (tableLength(capacity) + capacity) + capacity * place;
    }

    /**
     * Counts a label set, or drops the sample when another thread is at work here. Never waits, never throws. A weight
     * below 1, a null value or a wrong number of values counts nothing. Sums stay at {@code Long.MAX_VALUE} once they reach it.
     *
     * @param hash of the values: equal for equal values; all its bits may count
     * @param values in declared order, as many as there are labels; read here, not kept
     * @param weight how many measurements the sample stands for
     */
    public void add(int hash, String[] values, long weight) {
        if (weight < 1 || values.length != labels) {
            return;
        }
        for (String value : values) {
            if (value == null) {
                return;
            }
        }
        if (!lock.tryLock()) {
            dropped.getAndIncrement();
            return;
        }
        try {
            total = saturated(total, weight);
            count(hash, values, weight);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts a set of up to three labels, as {@link #add(int, String[], long)} does, without an array of the caller's. Values past
     * the number of labels are not looked at.
     */
    public void add(int hash, String v1, @Nullable String v2, @Nullable String v3, long weight) {
        if (weight < 1 || labels > 3 || (labels > 1 && v2 == null) || (labels > 2 && v3 == null)) {
            return;
        }
        if (!lock.tryLock()) {
            dropped.getAndIncrement();
            return;
        }
        try {
            given[0] = v1;
            if (labels > 1 && v2 != null) {
                given[1] = v2;
            }
            if (labels > 2 && v3 != null) {
                given[2] = v3;
            }
            total = saturated(total, weight);
            count(hash, given, weight);
        } finally {
            lock.unlock();
        }
    }

    private void count(int hash, String[] values, long weight) {
        int slot = slotOf(hash, values);
        Place found = table[slot];
        if (found != null) {
            found.count = saturated(found.count, weight);
            sink(found.heapIndex);
        } else if (size < capacity) {
            Place fresh = new Place(labels);
            fill(fresh, values);
            fresh.hash = hash;
            fresh.count = weight;
            table[slot] = fresh;
            rise(size++, fresh);
        } else {
            Place least = heap[0];
            fill(
                    least,
                    values); // first, because it may run out of memory: a place out of its slot would be looked for for
            // ever
            vacate(slotOf(least));
            least.hash = hash;
            least.error = least.count;
            least.count = saturated(least.count, weight);
            table[slotOf(hash, values)] = least; // looked up again: vacating may have moved the gap
            sink(0);
        }
    }

    private static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static void fill(Place place, String[] values) {
        for (int i = 0; i < values.length; i++) {
            place.values[i] = cut(values[i]);
        }
    }

    private static String cut(String value) {
        if (value.length() <= MOST_CHARS) {
            return value;
        }
        int end = keptOf(value);
        return value.substring(0, end) + CUT;
    }

    /** How many characters of a long value are kept: not half of a surrogate pair. */
    private static int keptOf(String value) {
        int end = MOST_CHARS - CUT.length();
        return Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end;
    }

    /** Whether a place holds these values. Of a long one the start is compared, and the hash stands for the rest. */
    private static boolean holds(Place place, int hash, String[] values) {
        if (place.hash != hash) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            String held = place.values[i];
            if (value.length() <= MOST_CHARS
                    ? !value.equals(held)
                    : !(held.length() == keptOf(value) + CUT.length()
                            && value.regionMatches(0, held, 0, keptOf(value)))) {
                return false;
            }
        }
        return true;
    }

    // The table.

    /** The slot where these values are, or the free one where they would be. */
    private int slotOf(int hash, String[] values) {
        int mask = table.length - 1;
        for (int i = homeOf(hash); ; i = (i + 1) & mask) {
            Place place = table[i];
            if (place == null || holds(place, hash, values)) {
                return i;
            }
        }
    }

    private int slotOf(Place wanted) {
        int mask = table.length - 1;
        for (int i = homeOf(wanted.hash); ; i = (i + 1) & mask) {
            if (table[i] == wanted) {
                return i;
            }
        }
    }

    private int homeOf(int hash) {
        return (int) (hash * 0x9E3779B97F4A7C15L >>> 32) & (table.length - 1);
    }

    /** Empties a slot and closes the gap: whoever was pushed past it moves up. */
    private void vacate(int gap) {
        int mask = table.length - 1;
        table[gap] = null;
        for (int i = (gap + 1) & mask; ; i = (i + 1) & mask) {
            Place place = table[i];
            if (place == null) {
                return;
            }
            if (((i - homeOf(place.hash)) & mask) >= ((i - gap) & mask)) {
                table[gap] = place;
                table[i] = null;
                gap = i;
            }
        }
    }

    // The heap.

    private void rise(int index, Place place) {
        int i = index;
        while (i > 0) {
            Place parent = heap[(i - 1) >>> 1];
            if (parent.count <= place.count) {
                break;
            }
            put(i, parent);
            i = (i - 1) >>> 1;
        }
        put(i, place);
    }

    private void sink(int index) {
        Place place = heap[index];
        int i = index;
        for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && heap[child + 1].count < heap[child].count) {
                child++;
            }
            if (place.count <= heap[child].count) {
                break;
            }
            put(i, heap[child]);
            i = child;
        }
        put(i, place);
    }

    private void put(int index, Place place) {
        heap[index] = place;
        place.heapIndex = index;
    }

    /**
     * Returns the label sets that came most often, at most {@code n}, by the weight that is certain: count less error. (A set
     * that has just taken a place has a high count, nearly all of it error.) Samples that arrive while the places
     * are copied are dropped: some 10 microseconds with the default capacity.
     */
    public List<Hitter> top(int n) {
        List<Hitter> all = new ArrayList<>(capacity);
        lock.lock();
        try {
            for (int i = 0; i < size; i++) {
                Place place = heap[i];
                all.add(new Hitter(Arrays.asList(place.values), place.count, place.error));
            }
        } finally {
            lock.unlock();
        }
        all.sort(BY_CERTAIN_WEIGHT);
        return List.copyOf(all.subList(0, Math.max(0, Math.min(n, all.size()))));
    }

    /** Returns the weight of all samples counted, those of label sets that lost their place too. */
    public long total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many samples were dropped because another thread was at work. */
    public long dropped() {
        return dropped.get();
    }

    /** Returns the most bytes this one can hold. */
    public long bytes() {
        return bytesOf(capacity, labels);
    }
}
