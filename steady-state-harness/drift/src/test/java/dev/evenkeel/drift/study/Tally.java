package dev.evenkeel.drift.study;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import java.util.Locale;

/** Verdicts counted, and how often the bounds held. */
final class Tally {
    int fail;
    int pass;
    int inconclusive;
    int measured;
    int lowerHeld;
    int upperHeld;

    void add(DriftResult result, double trueSlope) {
        if (result.verdict() == Verdict.FAIL) {
            fail++;
        } else if (result.verdict() == Verdict.PASS) {
            pass++;
        } else {
            inconclusive++;
        }
        if (result.measured()) {
            measured++;
            double tolerance = 1e-9 * Math.abs(trueSlope);
            lowerHeld += result.lowerPerHour() <= trueSlope + tolerance ? 1 : 0;
            upperHeld += result.upperPerHour() >= trueSlope - tolerance ? 1 : 0;
        }
    }

    void add(Tally other) {
        fail += other.fail;
        pass += other.pass;
        inconclusive += other.inconclusive;
        measured += other.measured;
        lowerHeld += other.lowerHeld;
        upperHeld += other.upperHeld;
    }

    int total() {
        return fail + pass + inconclusive;
    }

    double lowerLevel() {
        return (double) lowerHeld / measured;
    }

    static final String FAMILY_HEAD = "| family | kind | FAIL: 1 h | 8 h | 10 min | PASS: 1 h | 8 h | 10 min |"
            + " lower bound holds | upper bound holds |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";

    /** Of one family; the last tally is that of all lengths. */
    static String familyRow(String family, boolean leak, Tally[] tallies) {
        StringBuilder row = new StringBuilder("| " + family + " | " + (leak ? "leak" : "healthy") + " |");
        int last = tallies.length - 1;
        for (int h = 0; h < last; h++) {
            row.append(whole(tallies[h].fail, tallies[h].total()));
        }
        for (int h = 0; h < last; h++) {
            row.append(whole(tallies[h].pass, tallies[h].total()));
        }
        Tally all = tallies[last];
        return row.append(whole(all.lowerHeld, all.measured))
                .append(whole(all.upperHeld, all.measured))
                .append('\n')
                .toString();
    }

    static final String SET_HEAD = "| set | length | false positive | healthy INCONCLUSIVE | leak passed | power |"
            + " lower bound holds, healthy | lower bound holds, leaks |\n|---|---|---:|---:|---:|---:|---:|---:|\n";

    /** Of one set and length. */
    static String setRow(String set, String length, Tally healthy, Tally leaks) {
        return "| " + set + " | " + length + " |"
                + tenth(healthy.fail, healthy.total())
                + tenth(healthy.inconclusive, healthy.total())
                + tenth(leaks.pass, leaks.total())
                + tenth(leaks.fail, leaks.total())
                + tenth(healthy.lowerHeld, healthy.measured)
                + tenth(leaks.lowerHeld, leaks.measured)
                + "\n";
    }

    private static String whole(int part, int of) {
        return of == 0 ? " - |" : String.format(Locale.ROOT, " %.0f %% |", 100.0 * part / of);
    }

    private static String tenth(int part, int of) {
        return of == 0 ? " - |" : String.format(Locale.ROOT, " %.1f %% |", 100.0 * part / of);
    }
}
