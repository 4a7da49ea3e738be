package dev.evenkeel.metrics.internal;

/**
 * Internal. 64-bit hashes of label values, for {@link DistinctEstimate} and {@link DistinctSets}.
 *
 * <p>Pure; allocates nothing. A hash may differ from one version of the library to the next: it is no key to store.
 */
public final class LabelHash {
    /*
     * The quick hash is made of String.hashCode, which the string keeps: about 1 ns a value. It has 32 bits and a base of
     * 31, so it loses values (of 1 000 000, LabelHashTest):
     *
     *   user-1000001.., numbers, IPv4, e-mail addresses, paths     0 %
     *   UUID, random base 62 of 22 characters                      0.012 %   (chance: n / 2^33)
     *   times in ISO form                                          0.4 %
     *   base 62 of 5 characters, scattered                         2 %
     *   base 62 counter of 6 characters                           88 %
     *   "Aa" and "BB" in all orders                              100 %
     *
     * An alphabet wider than the base is the cause: "Aa" and "BB" are 65 * 31 + 97 and 66 * 31 + 66. Digits with one case of
     * letters hardly suffer. Counters in base 62 are what short public ids look like. The full hash reads every character
     * and has 64 bits; it costs as much as a look-up, so DistinctSets takes it for one hash in 64 only. The last four
     * characters beside hashCode cure the counters too, but cost 4 ns a value on every record.
     *
     * Several labels are joined in 64 bits by an odd multiplier. The usual 31 * a + b in 32 bits makes 36 100 of the
     * 1 000 000 pairs of user-100000..user-100999 and order-100000..order-100999, since the digits of both land on the
     * same powers of 31.
     *
     * The finalizer is the one of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
     * OOPSLA 2014; constants by D. Stafford, variant 13): a bijection, so it loses nothing.
     */
    private static final long ODD = 0x9E3779B97F4A7C15L;

    private LabelHash() {}

    /** Returns the quick hash of one value. */
    public static long of(String v1) {
        return mix(v1.hashCode());
    }

    /** Returns the quick hash of two values in order. */
    public static long of(String v1, String v2) {
        return mix(v1.hashCode() * ODD + v2.hashCode());
    }

    /** Returns the quick hash of three values in order. */
    public static long of(String v1, String v2, String v3) {
        return mix((v1.hashCode() * ODD + v2.hashCode()) * ODD + v3.hashCode());
    }

    /** Returns the quick hash of any number of values in order; the same as the fixed forms give. */
    public static long of(String[] values) {
        long joined = 0;
        for (String value : values) {
            joined = joined * ODD + value.hashCode();
        }
        return mix(joined);
    }

    /** Returns the full hash of one value: about 1 ns per character. */
    static long full(String v1) {
        return mix(characters(v1));
    }

    /** Returns the full hash of two values in order. */
    static long full(String v1, String v2) {
        return mix(characters(v1) * ODD + characters(v2));
    }

    /** Returns the full hash of three values in order. */
    static long full(String v1, String v2, String v3) {
        return mix((characters(v1) * ODD + characters(v2)) * ODD + characters(v3));
    }

    /** Returns the full hash of any number of values in order; the same as the fixed forms give. */
    static long full(String[] values) {
        long joined = 0;
        for (String value : values) {
            joined = joined * ODD + characters(value);
        }
        return mix(joined);
    }

    /** Mixed at its end, or a character of one value could stand for one of the next. */
    private static long characters(String value) {
        long hash = value.length();
        for (int i = 0; i < value.length(); i++) {
            hash = hash * ODD + value.charAt(i);
        }
        return mix(hash);
    }

    static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
