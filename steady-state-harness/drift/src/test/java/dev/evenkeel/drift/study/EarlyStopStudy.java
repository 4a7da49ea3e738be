package dev.evenkeel.drift.study;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.EarlyStop;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.drift.study.Family.Horizon;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs that are looked at eight times: how often they stop wrongly, and when they stop. Families whose truth changes during
 * the run, so that what is right at half of it is wrong at the end, are left out: no early stop can know.
 */
final class EarlyStopStudy {
    private static final Set<String> CHANGING = Set.of("leak_that_stops", "late_start", "half_way");

    private EarlyStopStudy() {}

    static String table(List<Family> families, int each, long seed) {
        StringBuilder table = new StringBuilder(
                "| kind | growth | runs | stopped with FAIL | stopped with PASS | end, share of the run, mean | end of those with FAIL |\n"
                        + "|---|---|---:|---:|---:|---:|---:|\n");
        for (double multiple : new double[] {0, 4, 8}) {
            for (Horizon horizon : Horizon.values()) {
                int runs = 0;
                int fail = 0;
                int pass = 0;
                double end = 0;
                double failEnd = 0;
                for (Family family : families) {
                    if (family.leak() != multiple > 0 || CHANGING.contains(family.name())) {
                        continue;
                    }
                    for (int i = 0; i < each; i++) {
                        Family.Made made = family.make(horizon, seed + i, multiple);
                        int look = 1;
                        @Nullable DriftResult stop = null;
                        for (; look <= 8 && stop == null; look++) {
                            stop = EarlyStop.decide(
                                    firstPart(made.series(), look * horizon.readings * horizon.every / 8),
                                    horizon.readings * horizon.every,
                                    new Budget(made.budget(), ""),
                                    List.of(),
                                    DriftAnalysis.Options.defaults());
                        }
                        double share = stop == null ? 1 : (look - 1) / 8.0;
                        runs++;
                        end += share;
                        if (stop != null && stop.verdict() == Verdict.FAIL) {
                            fail++;
                            failEnd += share;
                        } else if (stop != null) {
                            pass++;
                        }
                    }
                }
                table.append(String.format(
                        Locale.ROOT,
                        "| %s, %s | %.0f x budget | %d | %.1f %% | %.1f %% | %.2f | %.2f |%n",
                        multiple > 0 ? "leak" : "healthy",
                        horizon.words,
                        multiple,
                        runs,
                        100.0 * fail / runs,
                        100.0 * pass / runs,
                        end / runs,
                        failEnd / fail));
            }
        }
        return table.toString();
    }

    private static TimeSeries firstPart(TimeSeries series, double seconds) {
        int n = 0;
        double[] t = new double[series.size()];
        double[] v = new double[series.size()];
        while (n < series.size() && series.second(n) < seconds) {
            t[n] = series.second(n);
            v[n] = series.value(n++);
        }
        return TimeSeries.of(Arrays.copyOf(t, n), Arrays.copyOf(v, n));
    }
}
