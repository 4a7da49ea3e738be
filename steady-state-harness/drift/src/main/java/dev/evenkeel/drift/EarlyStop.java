package dev.evenkeel.drift;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run may end before its time. Pure functions, safe from any thread; a call judges at most two stretches.
 *
 * <p>A run that is looked at again and again, and ended at the first FAIL, fails more often than each look says. So the
 * looks are few and fixed: one at each eighth of the planned time. A FAIL needs two looks in
 * a row, and none ends a run before half of its time, or before two of the longest declared period. A PASS
 * ends it from five eighths on, where the upper bound lies below the budget.
 */
public final class EarlyStop {
    private static final int PARTS = 8;
    private static final int HALF = 4;
    private static final int EARLIEST_PASS = 5;
    /** A PASS before the end must be twice as sure: it takes the rest of the run for read. */
    private static final double EARLY_PASS = 0.5;

    private EarlyStop() {}

    /**
     * Judges at the last look that is complete.
     *
     * @param series what was read so far
     * @param plannedSeconds the length of the whole run, from the first reading on
     * @return FAIL or PASS with the numbers of that look where the run may end; null where it must go on
     * @throws IllegalArgumentException if the planned time is not above 0
     */
    public static @Nullable DriftResult decide(
            TimeSeries series, double plannedSeconds, Budget budget, List<Mark> marks, DriftAnalysis.Options options) {
        Objects.requireNonNull(series, "series");
        if (!(plannedSeconds > 0)) {
            throw new IllegalArgumentException("A run planned for " + plannedSeconds
                    + " s has no middle to stop at. Pass the length of the whole run in seconds.");
        }
        int n = series.size();
        if (n < 2) {
            return null;
        }
        double elapsed = (series.second(n - 1) - series.second(0)) * n / (n - 1);
        int look = (int) Math.min(PARTS, Math.floor(PARTS * elapsed / plannedSeconds * (1 + 1e-9)));
        double longest = 0;
        for (double period : options.periodsSeconds()) {
            longest = Math.max(longest, period);
        }
        if (look < HALF || look * plannedSeconds / PARTS < 2 * longest) {
            return null;
        }
        DriftResult now = at(look, series, plannedSeconds, budget, marks, options);
        if (now.verdict() == Verdict.PASS) {
            return look >= EARLIEST_PASS ? now : null;
        }
        if (now.verdict() != Verdict.FAIL) {
            return null;
        }
        DriftResult before = at(look - 1, series, plannedSeconds, budget, marks, options);
        return before.verdict() == Verdict.FAIL ? now : null;
    }

    private static DriftResult at(
            int look,
            TimeSeries series,
            double plannedSeconds,
            Budget budget,
            List<Mark> marks,
            DriftAnalysis.Options options) {
        double until = series.second(0) + look * plannedSeconds / PARTS;
        int n = series.size();
        double[] seconds = new double[n];
        double[] values = new double[n];
        int kept = 0;
        while (kept < n && series.second(kept) < until) {
            seconds[kept] = series.second(kept);
            values[kept] = series.value(kept);
            kept++;
        }
        return DriftAnalysis.of(
                TimeSeries.of(Arrays.copyOf(seconds, kept), Arrays.copyOf(values, kept)),
                budget,
                marks,
                look == PARTS ? options : options.withAlphaPass(options.alphaPass() * EARLY_PASS));
    }
}
