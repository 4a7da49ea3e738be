package dev.evenkeel.drift;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run may end before its time. Pure functions, safe from any thread; a call judges at most two stretches.
 *
 * <p>A run that is looked at again and again, and ended at the first FAIL, fails more often than each look says. So the
 * looks are few and fixed, {@value #LOOKS} at equal distances; a FAIL must hold at a twentieth of the error that the end
 * of the run would allow, the look an eighth of the run earlier must have said FAIL too, what rose must not have fallen back
 * meanwhile, as a sawtooth of few teeth does, and must still rise, as a store that fills does not for long. So none ends a run before a
 * third of its time, before two of the longest declared period, or on fewer than 15 readings. A PASS ends
 * it from five eighths on, where the upper bound lies below the budget. What an early FAIL says holds for the part of the run it
 * saw: a store that fills for half of the run, and then is full, grew until then.
 */
public final class EarlyStop {
    /** Looks at a whole run, at equal distances, the last at its end: {@value}. */
    public static final int LOOKS = 24;

    /*
     * Why these. Over the healthy families of the study (docs/drift.md), looks at plain 1 % from a quarter of the run on stop
     * 3 % of the runs. That the look an eighth before agrees takes out what passes by; the twentieth of the error, what noise makes of
     * many looks. What is left are teeth of a third of the run, of which a look sees one or two: all of those fell back; and
     * stores that fill in a second stage: of those the last quarter of what was seen rises by less than the look before vouched for, in one
     * of three. Asking for more than the budget (a margin of 1.5), or for growth in most parts of the stretch, cost
     * more time for each false stop avoided. Fifteen readings are enough for a line with a term or two under seven
     * autocorrelations; the last verdict, which nothing before it confirms, needs thirty.
     */
    private static final int BACK = 3;
    private static final int EARLIEST_FAIL = 8;
    private static final int EARLIEST_PASS = 15;
    private static final int FEWEST_READINGS = 15;
    private static final double EARLY_FAIL = 0.05;
    private static final int LEVELS = 12;
    private static final double FELL_BACK = 0.8; // of what was gained
    private static final double LATELY = 0.25; // of what was seen
    private static final double STILL = 0.7; // of the lower bound of the look before
    private static final int FEWEST_LATELY = 3;
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
        int look = (int) Math.min(LOOKS, Math.floor(LOOKS * elapsed / plannedSeconds * (1 + 1e-9)));
        double longest = 0;
        for (double period : options.periodsSeconds()) {
            longest = Math.max(longest, period);
        }
        if (look < EARLIEST_FAIL || look * plannedSeconds / LOOKS < 2 * longest) {
            return null;
        }
        DriftAnalysis.Options now = look == LOOKS
                ? options
                : options.withAlphaPass(options.alphaPass() * EARLY_PASS)
                        .withAlphaFail(options.alphaFail() * EARLY_FAIL);
        TimeSeries seen = until(look, series, plannedSeconds);
        DriftResult result = DriftAnalysis.of(seen, budget, marks, now, FEWEST_READINGS);
        if (result.verdict() == Verdict.PASS) {
            return look >= EARLIEST_PASS ? result : null;
        }
        double restarted = lastRestart(marks, seen);
        if (result.verdict() != Verdict.FAIL || fellBack(seen, restarted)) {
            return null;
        }
        DriftResult before =
                DriftAnalysis.of(until(look - BACK, series, plannedSeconds), budget, marks, options, FEWEST_READINGS);
        boolean still = before.verdict() == Verdict.FAIL
                && slopeLately(seen, restarted, marks) >= STILL * before.lowerPerHour();
        return still ? result : null;
    }

    /** The slope per hour of a line through the last quarter of what was seen; NaN where that holds too few readings. */
    private static double slopeLately(TimeSeries seen, double since, List<Mark> marks) {
        int n = seen.size();
        double last = seen.second(n - 1);
        double from = Math.max(since, last - LATELY * (last - seen.second(0)));
        double[] seconds = new double[n];
        double[] values = new double[n];
        int kept = 0;
        for (int i = 0; i < n; i++) {
            double second = seen.second(i);
            if (second >= from
                    && Double.isFinite(seen.value(i))
                    && marks.stream().noneMatch(mark -> mark.covers(second))) {
                seconds[kept] = second - from;
                values[kept++] = seen.value(i);
            }
        }
        if (kept < FEWEST_LATELY) {
            return Double.NaN;
        }
        List<double[]> line = List.of(OrthonormalBasis.ones(kept), Arrays.copyOf(seconds, kept));
        return LeastSquares.fit(line, Arrays.copyOf(values, kept)).coefficient(1) * 3600;
    }

    private static double lastRestart(List<Mark> marks, TimeSeries seen) {
        double last = Double.NEGATIVE_INFINITY;
        for (Mark mark : marks) {
            if (mark.kind() == Mark.Kind.RESTART && mark.toSecond() <= seen.second(seen.size() - 1)) {
                last = Math.max(last, mark.toSecond());
            }
        }
        return last;
    }

    /** Whether the level, in a dozen parts of the time since a second, fell by most of what it gained over them all. */
    private static boolean fellBack(TimeSeries seen, double since) {
        int n = seen.size();
        double start = Math.max(since, seen.second(0));
        double span = seen.second(n - 1) - start;
        double[] sum = new double[LEVELS];
        int[] count = new int[LEVELS];
        for (int i = 0; i < n; i++) {
            if (seen.second(i) >= start && Double.isFinite(seen.value(i))) {
                int part = span > 0 ? Math.min(LEVELS - 1, (int) ((seen.second(i) - start) / span * LEVELS)) : 0;
                sum[part] += seen.value(i);
                count[part]++;
            }
        }
        double first = Double.NaN;
        double last = Double.NaN;
        double highest = Double.NEGATIVE_INFINITY;
        double fall = 0;
        for (int part = 0; part < LEVELS; part++) {
            if (count[part] > 0) {
                last = sum[part] / count[part];
                first = Double.isNaN(first) ? last : first;
                highest = Math.max(highest, last);
                fall = Math.max(fall, highest - last);
            }
        }
        return fall > FELL_BACK * (last - first);
    }

    /** What had been read at a look. */
    private static TimeSeries until(int look, TimeSeries series, double plannedSeconds) {
        double until = series.second(0) + look * plannedSeconds / LOOKS;
        int n = series.size();
        double[] seconds = new double[n];
        double[] values = new double[n];
        int kept = 0;
        while (kept < n && series.second(kept) < until) {
            seconds[kept] = series.second(kept);
            values[kept] = series.value(kept);
            kept++;
        }
        return TimeSeries.of(Arrays.copyOf(seconds, kept), Arrays.copyOf(values, kept));
    }
}
