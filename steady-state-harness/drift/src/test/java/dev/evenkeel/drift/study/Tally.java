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

    static final String HEAD =
            "| family | horizon | kind | series | FAIL | PASS | INCONCLUSIVE | lower bound holds | upper bound holds |\n"
                    + "|---|---|---|---:|---:|---:|---:|---:|---:|\n";

    String row(String family, String horizon, boolean leak) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% |%n",
                family,
                horizon,
                leak ? "leak" : "healthy",
                total(),
                share(fail, total()),
                share(pass, total()),
                share(inconclusive, total()),
                share(lowerHeld, measured),
                share(upperHeld, measured));
    }

    private static double share(int part, int whole) {
        return whole == 0 ? Double.NaN : 100.0 * part / whole;
    }
}
