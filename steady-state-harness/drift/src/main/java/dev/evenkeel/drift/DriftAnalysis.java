package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * Judges whether a series grows faster than its budget.
 *
 * <p>Pure functions, safe from any thread. A series of 600 readings takes under a millisecond ({@code
 * VerdictBenchmark}).
 */
public final class DriftAnalysis {
    /*
     * The idea: what looks like a leak and is none is mostly a step, a fill or a warm-up, and seldom noise. So
     * explain those by terms of a model, and leave the interval of what remains as narrow as it honestly is.
     *
     *   Slices           the lower envelope in 10 to 48 equal slices of time
     *   WarmUp           how many of the first to leave out
     *   TrendModel       a line and at most two searched terms (step, fill, hinge, cycle), and steps at marks
     *   SlopeInterval    the slope at the end, widened for autocorrelation and for the rounding of the reading
     *   SaturationGuard  only on FAIL: is it a store that has not finished filling?
     *
     * Why not a test for any trend (Mann-Kendall), or the slope against the budget alone: the first fails 30 % of
     * healthy series, the second 12 %, because neither knows a step from a leak.
     */

    private static final int FEWEST_READINGS = 30;
    private static final double FEWEST_FILLED = 0.6;
    private static final double LONGEST = 4; // a longer run than this many times the present one is no advice
    private static final double LITTLE_MORE = 1.25;

    private DriftAnalysis() {}

    /**
     * How to judge.
     *
     * @param resolution the least step the reading can take: 1 for a count of descriptors or threads, even if the
     *     series never moved; 0 to infer it from the readings
     * @param alphaFail one-sided error of the lower bound, above 0 and below 0.5; 0.01 by default
     * @param alphaPass one-sided error of the upper bound, above 0 and below 0.5; 0.05 by default
     * @param cutShort whether the run ended before its time: judged on what there is, and said so
     */
    public record Options(double resolution, double alphaFail, double alphaPass, boolean cutShort) {
        private static final Options DEFAULTS = new Options(0, 0.01, 0.05, false);

        /** @throws IllegalArgumentException if a number is outside its range */
        public Options {
            if (!(resolution >= 0) || Double.isInfinite(resolution)) {
                throw new IllegalArgumentException("A resolution of " + resolution
                        + " is no step that a reading can take. Pass 1 for a count, 0 to infer it from the readings.");
            }
            requireAlpha("alphaFail", alphaFail);
            requireAlpha("alphaPass", alphaPass);
        }

        private static void requireAlpha(String name, double alpha) {
            if (!(alpha > 0 && alpha < 0.5)) {
                throw new IllegalArgumentException(name + " is " + alpha + ": the share of wrong verdicts a bound may"
                        + " lead to lies above 0 and below 0.5. The defaults are 0.01 to fail and 0.05 to pass.");
            }
        }

        public static Options defaults() {
            return DEFAULTS;
        }

        public Options withResolution(double resolution) {
            return new Options(resolution, alphaFail, alphaPass, cutShort);
        }

        public Options withAlphaFail(double alphaFail) {
            return new Options(resolution, alphaFail, alphaPass, cutShort);
        }

        public Options withAlphaPass(double alphaPass) {
            return new Options(resolution, alphaFail, alphaPass, cutShort);
        }

        public Options withCutShort(boolean cutShort) {
            return new Options(resolution, alphaFail, alphaPass, cutShort);
        }
    }

    /** Judges a series about which nothing else is known. */
    public static DriftResult of(TimeSeries series, Budget budget) {
        return of(series, budget, List.of(), Options.defaults());
    }

    /**
     * Judges a series.
     *
     * @param marks what is known to have happened, in any order, on the clock of the series; marks outside of it have
     *     no effect
     */
    public static DriftResult of(TimeSeries series, Budget budget, List<Mark> marks, Options options) {
        Objects.requireNonNull(series, "series");
        Objects.requireNonNull(budget, "budget");
        Objects.requireNonNull(marks, "marks");
        Objects.requireNonNull(options, "options");
        List<Readings> parts = Readings.split(series, marks);
        if (parts.size() == 1) {
            return judge(parts.get(0), budget, marks, options);
        }
        return worstOf(parts, series, budget, marks, options);
    }

    /**
     * Judges a run from the verdicts on its series.
     *
     * @see RunVerdict#holm(List, double)
     */
    public static RunVerdict holm(List<DriftResult> results) {
        return RunVerdict.holm(results, Options.defaults().alphaFail());
    }

    private static DriftResult worstOf(
            List<Readings> parts, TimeSeries series, Budget budget, List<Mark> marks, Options options) {
        List<DriftResult> results = new ArrayList<>();
        int samples = 0;
        int fitted = 0;
        for (Readings part : parts) {
            DriftResult result = judge(part, budget, marks, options);
            results.add(result);
            samples += result.samples();
            fitted += result.fitSeconds().length;
        }
        double[] seconds = new double[fitted];
        double[] values = new double[fitted];
        int at = 0;
        int worst = 0;
        for (int i = 0; i < results.size(); i++) {
            DriftResult result = results.get(i);
            int length = result.fitSeconds().length;
            System.arraycopy(result.fitSeconds(), 0, seconds, at, length);
            System.arraycopy(result.fitValues(), 0, values, at, length);
            at += length;
            if (WORST_LAST.compare(result, results.get(worst)) > 0) {
                worst = i;
            }
        }
        String part = "Part " + (worst + 1) + " of " + parts.size() + " between planned restarts";
        return results.get(worst).standingFor(part, samples, series.gaps(), seconds, values);
    }

    /** Of equal verdicts the higher upper bound is the worse, and a part without numbers counts as unbounded. */
    private static final Comparator<DriftResult> WORST_LAST = Comparator.<DriftResult>comparingInt(
                    r -> r.verdict().severity())
            .thenComparingDouble(r -> r.measured() ? r.upperPerHour() : Double.POSITIVE_INFINITY);

    private static DriftResult judge(Readings readings, Budget budget, List<Mark> marks, Options options) {
        int n = readings.size();
        if (n < FEWEST_READINGS) {
            String why = n + " readings" + gapsOf(readings) + " are too few to judge: at least " + FEWEST_READINGS
                    + " are needed. Sample more often or run longer.";
            OptionalDouble needed = n < 2
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.min(LONGEST, (double) FEWEST_READINGS / n) * readings.spanSeconds());
            return unmeasured("too few readings", why, budget, readings, needed, options);
        }
        Slices slices = Slices.of(readings.seconds(), readings.values(), marks, options.resolution());
        if (slices.size() < FEWEST_FILLED * slices.total) {
            int empty = slices.total - slices.size() - slices.faulted;
            String why = "Only " + slices.size() + " of " + slices.total + " slices of the run hold readings to judge ("
                    + empty + " without a reading" + gapsOf(readings) + ", " + slices.faulted
                    + " under a fault mark); 60 % are needed. Run longer, or with fewer faults and gaps.";
            return unmeasured("too many gaps", why, budget, readings, OptionalDouble.empty(), options);
        }
        TrendModel model = TrendModel.of(slices, WarmUp.slicesToDiscard(slices));
        SlopeInterval interval = SlopeInterval.of(model);
        Estimate estimate = Estimate.of(model, interval, budget.perHour(), options);
        if (estimate.lower() > budget.perHour()) {
            SaturationGuard.Fill fill = SaturationGuard.explains(slices);
            if (fill != null) {
                return stillFilling(fill, slices, estimate, budget, readings, options);
            }
        }
        return decided(model, interval, estimate, budget, readings, options);
    }

    private static DriftResult decided(
            TrendModel model,
            SlopeInterval interval,
            Estimate estimate,
            Budget budget,
            Readings readings,
            Options options) {
        double b = budget.perHour();
        Verdict verdict =
                estimate.lower() > b ? Verdict.FAIL : estimate.upper() < b ? Verdict.PASS : Verdict.INCONCLUSIVE;
        OptionalDouble needed = OptionalDouble.empty();
        ModelWords reason;
        if (verdict == Verdict.FAIL) {
            reason = amount -> "Grows by at least " + amount.apply(estimate.lower()) + " per hour ("
                    + confidence(options.alphaFail()) + " lower bound), above the budget of "
                    + budgetWords(budget, amount)
                    + ".";
        } else if (verdict == Verdict.PASS) {
            reason = amount -> (estimate.upper() > 0
                            ? "Grows by at most " + amount.apply(estimate.upper()) + " per hour ("
                            : "Does not grow (")
                    + confidence(options.alphaPass()) + " upper bound), below the budget of "
                    + budgetWords(budget, amount)
                    + ".";
        } else {
            double span = readings.spanSeconds();
            double distance = Math.abs(interval.slope() - b);
            double factor = StrictMath.pow(Estimate.detectableBand(interval, options) / distance, 2.0 / 3);
            needed = OptionalDouble.of(Math.min(factor, LONGEST) * span);
            String advice = factor <= LONGEST
                    ? "A run of about " + Words.duration(factor * span) + " should decide."
                    : "Even a run of " + Words.duration(LONGEST * span) + ", " + (int) LONGEST
                            + " times this one, may not decide.";
            reason = amount -> "The growth lies between " + amount.apply(estimate.lower()) + " and "
                    + amount.apply(estimate.upper()) + " per hour, and the budget of " + budgetWords(budget, amount)
                    + " lies between them. " + advice;
        }
        ModelWords words = ModelWords.of(model, interval, options.alphaFail(), options.alphaPass());
        return new DriftResult(
                verdict, reason, words, budget, estimate, needed, readings.size(), readings.gaps(), options.cutShort());
    }

    private static DriftResult stillFilling(
            SaturationGuard.Fill fill,
            Slices slices,
            Estimate estimate,
            Budget budget,
            Readings readings,
            Options options) {
        double ceiling = SaturationGuard.ceiling(slices);
        double span = readings.spanSeconds();
        // Whichever is longer: until three time constants have passed, or until the slope beneath the fill is known.
        double perSpan = Math.scalb(budget.perHour(), -slices.exponent) * slices.spanHours();
        double t = StudentT.quantile(options.alphaFail(), Math.max(fill.effectiveSamples() - 4, 2)) + 1.28;
        double known = StrictMath.pow(t * fill.error() / Math.abs(fill.slope() - perSpan), 2.0 / 3);
        double factor = Math.min(LONGEST, Math.max(LITTLE_MORE, Math.max(known, 3 * fill.tau())));
        return new DriftResult(
                Verdict.INCONCLUSIVE,
                amount -> "Rises faster than the budget of " + budgetWords(budget, amount)
                        + ", but bends like a store that is still filling towards ~" + amount.apply(ceiling)
                        + ". A run of about " + Words.duration(factor * span) + " should tell.",
                ModelWords.filling(ceiling),
                budget,
                estimate,
                OptionalDouble.of(factor * span),
                readings.size(),
                readings.gaps(),
                options.cutShort());
    }

    private static DriftResult unmeasured(
            String model, String why, Budget budget, Readings readings, OptionalDouble needed, Options options) {
        return new DriftResult(
                Verdict.INCONCLUSIVE,
                ModelWords.plain(why),
                ModelWords.plain(model),
                budget,
                Estimate.NONE,
                needed,
                readings.size(),
                readings.gaps(),
                options.cutShort());
    }

    private static String gapsOf(Readings readings) {
        return readings.gaps() == 0 ? "" : " (and " + readings.gaps() + " gaps)";
    }

    private static String budgetWords(Budget budget, DoubleFunction<String> amount) {
        String reason = budget.reason().isEmpty() ? "" : " (" + budget.reason() + ")";
        return amount.apply(budget.perHour()) + " per hour" + reason;
    }

    private static String confidence(double alpha) {
        return Words.number(100 * (1 - alpha)) + " %";
    }

    /** The readings of one life of the process, without gaps. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
    private record Readings(double[] seconds, double[] values, int gaps) {
        int size() {
            return seconds.length;
        }

        /** The run these readings stand for: the last one counts for as long as the others do. */
        double spanSeconds() {
            int n = seconds.length;
            return (seconds[n - 1] - seconds[0]) * n / (n - 1);
        }

        /** One part per life of the process; a part without any reading is left out unless it is the only one. */
        static List<Readings> split(TimeSeries series, List<Mark> marks) {
            List<Mark> restarts = marks.stream()
                    .filter(m -> m.kind() == Mark.Kind.RESTART)
                    .sorted(Comparator.comparingDouble(Mark::fromSecond))
                    .toList();
            List<Readings> parts = new ArrayList<>();
            double from = Double.NEGATIVE_INFINITY;
            for (Mark restart : restarts) {
                add(parts, between(series, from, restart.fromSecond()));
                from = Math.max(from, restart.toSecond());
            }
            add(parts, between(series, from, Double.POSITIVE_INFINITY));
            return parts.isEmpty() ? List.of(between(series, Double.POSITIVE_INFINITY, 0)) : parts;
        }

        private static void add(List<Readings> parts, Readings part) {
            if (part.size() > 0 || part.gaps() > 0) {
                parts.add(part);
            }
        }

        /** Readings at or after one second and before another. */
        private static Readings between(TimeSeries series, double from, double before) {
            double[] seconds = new double[series.size()];
            double[] values = new double[series.size()];
            int n = 0;
            int gaps = 0;
            for (int i = 0; i < series.size(); i++) {
                if (series.second(i) < from || series.second(i) >= before) {
                    continue;
                }
                if (Double.isFinite(series.value(i))) {
                    seconds[n] = series.second(i);
                    values[n++] = series.value(i);
                } else {
                    gaps++;
                }
            }
            return new Readings(Arrays.copyOf(seconds, n), Arrays.copyOf(values, n), gaps);
        }
    }
}
