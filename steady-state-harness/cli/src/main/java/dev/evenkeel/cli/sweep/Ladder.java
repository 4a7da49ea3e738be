package dev.evenkeel.cli.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which heaps are tried. Pure. */
final class Ladder {
    /*
     * From half of what the heap grows to when nothing holds it, which is where saving memory begins, to six times what is live,
     * above which more heap buys little: a collection copies the live set, and with six times the room it does so five times
     * as rarely as with two (Jones, Hosking and Moss, The Garbage Collection Handbook, 2nd edition, section 1.3).
     */

    private static final double NATURAL_SHARE = 0.5;
    private static final double MOST_LIVE = 6;

    /** Steps of the ladder in multiples of the live set, between its ends. */
    private static final double[] STEPS = {1.5, 3};

    /** Heaps nearer to each other than this tell nothing apart in runs of some seconds. */
    private static final double NEAREST = 1.2;

    /** No JVM that does anything starts with less. */
    static final int LEAST_MIB = 8;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,7})\\s*([mg])");

    private Ladder() {}

    /**
     * Heaps from half the natural size to six times the live set, in MiB, smallest first.
     *
     * @param liveBytes what stays after a collection of the whole heap
     * @param naturalBytes what the heap grew to when nothing held it
     * @param mostMiB what the machine has room for
     */
    static List<Integer> of(double liveBytes, double naturalBytes, int mostMiB) {
        double mib = 1 << 20;
        TreeSet<Integer> sizes = new TreeSet<>();
        sizes.add(within(NATURAL_SHARE * naturalBytes / mib, mostMiB));
        sizes.add(within(MOST_LIVE * liveBytes / mib, mostMiB));
        for (double step : STEPS) {
            sizes.add(within(step * liveBytes / mib, mostMiB));
        }
        List<Integer> kept = new ArrayList<>();
        for (int size : sizes) {
            if (kept.isEmpty() || size >= NEAREST * kept.get(kept.size() - 1)) {
                kept.add(size);
            }
        }
        return kept;
    }

    /** Whole steps of 4 MiB: heaps are rounded to some such step by every collector. */
    private static int within(double mib, int mostMiB) {
        int rounded = 4 * (int) Math.ceil(mib / 4);
        return Math.max(LEAST_MIB, Math.min(mostMiB, rounded));
    }

    /**
     * Reads {@code 64m} or {@code 2g}.
     *
     * @throws IllegalArgumentException for anything else, in a sentence
     */
    static int mib(String size) {
        Matcher m = SIZE.matcher(size.strip().toLowerCase(Locale.ROOT));
        if (m.matches()) {
            long mib = Long.parseLong(m.group(1)) * (m.group(2).equals("g") ? 1024 : 1);
            if (mib >= LEAST_MIB && mib <= 1 << 22) {
                return (int) mib;
            }
        }
        throw new IllegalArgumentException(
                "\"" + size + "\" is no heap size. Write 64m or 2g, at least " + LEAST_MIB + "m.");
    }
}
