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
 * Runs that are looked at as often as they may be: how often they stop wrongly, and when they stop. Families whose truth changes during
 * the run, so that what is right at half of it is wrong at the end, are left out: no early stop can know.
 */
final class EarlyStopStudy {
    private static final Set<String> CHANGING = Set.of("leak_that_stops", "late_start", "half_way");

    /** Truly rising by more than the budget at some look, and full later: told apart in the sums. */
    private static final Set<String> STAGED = Set.of("two_stage_fill", "delayed_fill", "batch_ramp");

    private EarlyStopStudy() {}

    /** Ends of runs of one kind. */
    private static final class Ends {
        int runs;
        int fail;
        int pass;
        double share;
        double failShare;

        void add(@Nullable DriftResult stop, double at) {
            runs++;
            share += at;
            if (stop != null && stop.verdict() == Verdict.FAIL) {
                fail++;
                failShare += at;
            } else if (stop != null) {
                pass++;
            }
        }

        void add(Ends other) {
            runs += other.runs;
            fail += other.fail;
            pass += other.pass;
            share += other.share;
            failShare += other.failShare;
        }

        String row(String what) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %.1f %% | %.1f %% | %.2f | %s |%n",
                    what,
                    runs,
                    100.0 * fail / runs,
                    100.0 * pass / runs,
                    share / runs,
                    fail == 0 ? "-" : String.format(Locale.ROOT, "%.2f", failShare / fail));
        }
    }

    static String table(List<Family> families, int each, long seed) {
        String head =
                "| runs | stopped with FAIL | stopped with PASS | end, share of the run, mean | end of those with FAIL |\n"
                        + "|---|---:|---:|---:|---:|---:|\n";
        StringBuilder byFamily = new StringBuilder("| family, length, growth " + head);
        StringBuilder sums = new StringBuilder("\n| kind, length, growth " + head);
        Ends steep = new Ends();
        Ends healthy = new Ends();
        for (double multiple : new double[] {0, 4, 8}) {
            String growth = multiple > 0 ? String.format(Locale.ROOT, "%.0f x budget", multiple) : "healthy";
            for (Horizon horizon : Horizon.values()) {
                Ends all = new Ends();
                Ends staged = new Ends();
                for (Family family : families) {
                    if (family.leak() == multiple > 0 && !CHANGING.contains(family.name())) {
                        Ends ends = ends(family, horizon, multiple, each, seed);
                        byFamily.append(ends.row(family.name() + ", " + horizon.words + ", " + growth));
                        (STAGED.contains(family.name()) ? staged : all).add(ends);
                    }
                }
                if (all.runs > 0) {
                    sums.append(all.row("all, " + horizon.words + ", " + growth));
                }
                if (staged.runs > 0) {
                    sums.append(staged.row("stores that fill in stages, " + horizon.words + ", " + growth));
                }
                if (multiple > 0) {
                    steep.add(all);
                } else {
                    healthy.add(all);
                }
            }
        }
        sums.append(healthy.row("healthy, all lengths, but stores that fill in stages"));
        if (steep.runs > 0) {
            sums.append(steep.row("leaks, all lengths, 4 and 8 x budget"));
        }
        return byFamily.append(sums).toString();
    }

    private static Ends ends(Family family, Horizon horizon, double multiple, int each, long seed) {
        Ends ends = new Ends();
        double planned = horizon.readings * horizon.every;
        for (int i = 0; i < each; i++) {
            Family.Made made = family.make(horizon, seed + i, multiple);
            @Nullable DriftResult stop = null;
            int look = 0;
            while (look < EarlyStop.LOOKS - 1 && stop == null) {
                look++;
                stop = EarlyStop.decide(
                        firstPart(made.series(), look * planned / EarlyStop.LOOKS),
                        planned,
                        new Budget(made.budget(), ""),
                        List.of(),
                        DriftAnalysis.Options.defaults());
            }
            ends.add(stop, stop == null ? 1 : look / (double) EarlyStop.LOOKS);
        }
        return ends;
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
