package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.DistinctSets;
import dev.evenkeel.metrics.internal.HeavyHitters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What one family knows of the label sets that it had no room for: an estimate of how many they are, and which come most
 * often. Fixed memory. Safe from any thread; waits for nothing; allocates nothing once its places are filled.
 */
final class OverflowSets {
    /** One look-up in so many is a sample for the frequent ones: at random, for a stride would always meet the same set. */
    private static final int SAMPLED = 64;

    /** Frequent sets that a reading shows. */
    private static final int MOST_SHOWN = 10;

    private final DistinctSets all = new DistinctSets();
    private final HeavyHitters hitters;

    OverflowSets(int labels) {
        hitters = new HeavyHitters(labels);
    }

    static long bytesOf(int labels) {
        return 32 + DistinctSets.bytesOf() + HeavyHitters.bytesOf(HeavyHitters.DEFAULT_CAPACITY, labels);
    }

    void add(int hash, String v1) {
        all.add(v1);
        if (isSample()) {
            hitters.add(hash, v1, null, null, SAMPLED);
        }
    }

    void add(int hash, String v1, String v2) {
        all.add(v1, v2);
        if (isSample()) {
            hitters.add(hash, v1, v2, null, SAMPLED);
        }
    }

    void add(int hash, String v1, String v2, String v3) {
        all.add(v1, v2, v3);
        if (isSample()) {
            hitters.add(hash, v1, v2, v3, SAMPLED);
        }
    }

    void add(int hash, String... values) {
        all.add(values);
        if (isSample()) {
            hitters.add(hash, values, SAMPLED);
        }
    }

    private static boolean isSample() {
        return (ThreadLocalRandom.current().nextInt() & (SAMPLED - 1)) == 0;
    }

    /** Returns about how many label sets had no room. */
    long distinct() {
        return all.estimate();
    }

    Overflow reading() {
        List<Overflow.Frequent> frequent = new ArrayList<>();
        for (HeavyHitters.Hitter hitter : hitters.top(MOST_SHOWN)) {
            frequent.add(new Overflow.Frequent(hitter.values(), hitter.count()));
        }
        return new Overflow(distinct(), frequent);
    }
}
