package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.DistinctSets;
import dev.evenkeel.metrics.internal.HeavyHitters;
import java.util.ArrayList;
import java.util.List;

/**
 * What one family knows of the label sets that it had no room for: an estimate of how many they are, and which come most
 * often. Fixed memory. Safe from any thread; waits for nothing; allocates nothing once its places are filled.
 */
final class OverflowSets {
    /*
     * A look-up past the limit must cost hardly more than one that hits: one load and one test. So each look-up is looked at
     * closely only for a while, at first and again after each collect; between these times one class of hashes in 32 is.
     * Sets that come while nobody looks closely are estimated from those of the class that were not seen before: 32 times
     * as many. Of a million sets that come once each the class holds 31 000, which adds 0.6 % of error to the estimator's own
     * 0.8 %; of a few sets that come again and again all are seen, and nothing is added.
     *
     * Which sets are frequent is sampled in the same times. A random choice at each look-up would cost 2 ns, a stride would
     * always meet the same one of a caller that walks round its sets; look-ups in a row do neither.
     */
    private static final int CLASSES = 32;

    /** Look-ups that are looked at closely when the first set finds no room. */
    private static final int FIRST_LOOK = 1 << 16;

    /** Look-ups that are looked at closely after each collect: some 100 microseconds of all threads together. */
    private static final int LOOK = 1 << 10;

    /** Frequent sets that a reading shows. */
    private static final int MOST_SHOWN = 10;

    private final DistinctSets seen = new DistinctSets();
    private final DistinctSets seenOfClass = new DistinctSets();
    private final DistinctSets ofClass = new DistinctSets();
    private final HeavyHitters hitters;

    /** Look-ups still to be looked at closely. Racy: what is lost between threads is a look more or less. */
    private int looks = FIRST_LOOK;

    OverflowSets(int labels) {
        hitters = new HeavyHitters(labels);
    }

    static long bytesOf(int labels) {
        return 48 + 3 * DistinctSets.bytesOf() + HeavyHitters.bytesOf(HeavyHitters.DEFAULT_CAPACITY, labels);
    }

    /** Returns whether a look-up must be told. */
    boolean wants(int hash) {
        return looks > 0 || isOfClass(hash);
    }

    private static boolean isOfClass(int hash) {
        return hash >>> 27 == 0; // the low bits choose the place in the table; the estimates have a mix of their own
    }

    /** Looks closely again for a while. */
    void look() {
        looks = Math.max(looks, LOOK);
    }

    void add(int hash, String v1) {
        boolean ofTheClass = isOfClass(hash);
        if (ofTheClass) {
            ofClass.add(v1);
        }
        if (looks > 0) {
            looks--;
            seen.add(v1);
            if (ofTheClass) {
                seenOfClass.add(v1);
            }
            hitters.add(hash, v1, null, null, 1);
        }
    }

    void add(int hash, String v1, String v2) {
        boolean ofTheClass = isOfClass(hash);
        if (ofTheClass) {
            ofClass.add(v1, v2);
        }
        if (looks > 0) {
            looks--;
            seen.add(v1, v2);
            if (ofTheClass) {
                seenOfClass.add(v1, v2);
            }
            hitters.add(hash, v1, v2, null, 1);
        }
    }

    void add(int hash, String v1, String v2, String v3) {
        boolean ofTheClass = isOfClass(hash);
        if (ofTheClass) {
            ofClass.add(v1, v2, v3);
        }
        if (looks > 0) {
            looks--;
            seen.add(v1, v2, v3);
            if (ofTheClass) {
                seenOfClass.add(v1, v2, v3);
            }
            hitters.add(hash, v1, v2, v3, 1);
        }
    }

    /** For any number of values. The array is read, not kept. */
    void addAll(int hash, String... values) {
        boolean ofTheClass = isOfClass(hash);
        if (ofTheClass) {
            ofClass.add(values);
        }
        if (looks > 0) {
            looks--;
            seen.add(values);
            if (ofTheClass) {
                seenOfClass.add(values);
            }
            hitters.add(hash, values, 1);
        }
    }

    /** Returns about how many label sets had no room. */
    long distinct() {
        return seen.estimate() + CLASSES * Math.max(0, ofClass.estimate() - seenOfClass.estimate());
    }

    Overflow reading() {
        double samples = Math.max(1, hitters.total());
        List<Overflow.Frequent> frequent = new ArrayList<>();
        for (HeavyHitters.Hitter hitter : hitters.top(MOST_SHOWN)) {
            frequent.add(new Overflow.Frequent(hitter.values(), hitter.count() / samples));
        }
        return new Overflow(distinct(), frequent);
    }
}
