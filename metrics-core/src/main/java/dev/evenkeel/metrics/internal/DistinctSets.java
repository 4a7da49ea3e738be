package dev.evenkeel.metrics.internal;

/**
 * Internal. Estimates how many different label sets were added, at the price of {@code String.hashCode}, and mends the
 * estimate where that hash gives one number to many values.
 *
 * <p>Standard error 0.8 %. Where hashes stand for 1.1 sets and more it is mended, with a larger error: of base 62 counters, nine
 * sets to a hash, 2.5 % at 1 000 000 sets, 3.5 % at 100 000, 8 % at 10 000, 23 % at 1 000 (root mean square of 20 to 40 runs;
 * unmended 88 % too low). Values made to collide on purpose, all in a few hashes, are still estimated far too low. 24 KB,
 * never more.
 *
 * <p>Safe from any thread; lock-free; adding allocates nothing.
 */
public final class DistinctSets {
    /*
     * Every set goes into one estimate by its quick hash. One quick hash in 64, chosen by six of its bits, is looked at again:
     * all sets that have such a hash go into a second estimate by the same hash and into a third by the full hash. The
     * third over the second is how many sets stand behind one hash, and the first is multiplied by it.
     *
     * Choosing by hash and not by chance is what makes this work: of a chosen hash all sets are seen, however often each
     * comes. Two independent estimates of one number differ by noise, so a ratio below 1.1 is taken for 1: three
     * standard errors of the ratio with 4 096 registers each.
     */

    /** One quick hash in 64 is looked at again: by bits that choose no register and are seldom part of a rank. */
    private static final long CHOSEN_MASK = 63L << 20;

    private static final int CHOSEN_PRECISION = 12;

    /** Ratio from which the estimate is mended. */
    private static final double LEAST_RATIO = 1.1;

    /** By how many sets the third estimate must pass the second: between small numbers one lost set is a large ratio. */
    private static final int LEAST_EXCESS = 3;

    private final DistinctEstimate all = new DistinctEstimate();
    private final DistinctEstimate chosenHashes = new DistinctEstimate(CHOSEN_PRECISION);
    private final DistinctEstimate chosenSets = new DistinctEstimate(CHOSEN_PRECISION);

    /** Returns the bytes that each one takes. */
    public static long bytesOf() {
        return 32
                + DistinctEstimate.bytesOf(DistinctEstimate.DEFAULT_PRECISION)
                + 2 * DistinctEstimate.bytesOf(CHOSEN_PRECISION);
    }

    /** Adds the set of one value. */
    public void add(String v1) {
        long hash = LabelHash.of(v1);
        all.add(hash);
        if ((hash & CHOSEN_MASK) == 0) {
            chosen(hash, LabelHash.full(v1));
        }
    }

    /** Adds the set of two values in order. */
    public void add(String v1, String v2) {
        long hash = LabelHash.of(v1, v2);
        all.add(hash);
        if ((hash & CHOSEN_MASK) == 0) {
            chosen(hash, LabelHash.full(v1, v2));
        }
    }

    /** Adds the set of three values in order. */
    public void add(String v1, String v2, String v3) {
        long hash = LabelHash.of(v1, v2, v3);
        all.add(hash);
        if ((hash & CHOSEN_MASK) == 0) {
            chosen(hash, LabelHash.full(v1, v2, v3));
        }
    }

    /** Adds the set of any number of values in order. */
    public void add(String[] values) {
        long hash = LabelHash.of(values);
        all.add(hash);
        if ((hash & CHOSEN_MASK) == 0) {
            chosen(hash, LabelHash.full(values));
        }
    }

    private void chosen(long hash, long full) {
        chosenHashes.add(hash);
        chosenSets.add(full);
    }

    /**
     * Returns the estimate: at least 0. May miss sets that are added meanwhile. Reads 24 KB. Never falls unless it is mended,
     * and then by its error only.
     */
    public long estimate() {
        long hashes = chosenHashes.estimate();
        long sets = chosenSets.estimate();
        long estimate = all.estimate();
        return sets > LEAST_RATIO * hashes + LEAST_EXCESS
                ? Math.round((double) estimate * sets / Math.max(1, hashes))
                : estimate;
    }
}
