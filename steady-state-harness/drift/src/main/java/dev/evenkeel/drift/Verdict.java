package dev.evenkeel.drift;

/** What a run says about one series, or about all of them. */
public enum Verdict {
    /** The growth is below the budget: the upper bound of the slope is. */
    PASS,
    /** The growth is above the budget: the lower bound of the slope is, and no fill that ends explains it. */
    FAIL,
    /**
     * The run cannot tell. {@link DriftResult#reason()} says why, {@link DriftResult#secondsNeeded()} what would
     * help.
     */
    INCONCLUSIVE,
    /**
     * The readings do not belong to one life of one process, so that no trend in them means anything. The analysis
     * cannot see a restart that nobody marked and never returns this by itself: who sees one says so by {@link
     * DriftResult#invalidated(String)}.
     */
    INVALID;

    /** FAIL beats INVALID beats INCONCLUSIVE beats PASS: a leak that was found stays found. */
    static Verdict worse(Verdict a, Verdict b) {
        return a.severity() >= b.severity() ? a : b;
    }

    int severity() {
        return switch (this) {
            case PASS -> 0;
            case INCONCLUSIVE -> 1;
            case INVALID -> 2;
            case FAIL -> 3;
        };
    }
}
