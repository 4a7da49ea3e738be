package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a series grows faster than its budget.
 *
 * <p>Pure functions, safe from any thread. A series of 600 readings takes about 2 ms ({@code
 * VerdictBenchmark}).
 */
public final class DriftAnalysis {
    /*
     * The idea: what looks like a leak and is none is mostly a step, a fill or a warm-up, and seldom noise. So
     * explain those by terms of a model, and leave the interval of what remains as narrow as it honestly is.
     *
     *   Readings         without what fell into a fault; of a held series only its changes, of uneven teeth their floors
     *   Slices           the level in 10 to 48 equal slices of time
     *   ModelAverage     the slope at the end and its interval, over lines with at most two terms (step, fill, hinge, cycle)
     *   Fit              the interval, and the weightiest model in words; or the reference method (WarmUp, TrendModel,
     *                    SlopeInterval)
     *   SaturationGuard  only above the budget: is it a store that has not finished filling?
     *
     * Why not a test for any trend (Mann-Kendall), or the slope against the budget alone: the first fails 30 % of
     * healthy series, the second 12 %, because neither knows a step from a leak.
     */

    private static final int FEWEST_READINGS = 30;
    static final double FEWEST_FILLED = 0.6;
    private static final int FEWEST_UPDATES = 6;

    private DriftAnalysis() {}

    /**
     * How to judge.
     *
     * @param resolution the least step the reading can take: 1 for a count of descriptors or threads, even if the
     *     series never moved; 0 to infer it from the readings
     * @param alphaFail one-sided error of the lower bound, above 0 and below 0.5; 0.01 by default
     * @param alphaPass one-sided error of the upper bound, above 0 and below 0.5; 0.05 by default
     * @param cutShort whether the run ended before its time: judged on what there is, and said so
     * @param method how the interval is found
     * @param periodsSeconds lengths of cycles that are known to be there, in seconds
     * @param load what drives the resource, or null
     */
    public record Options(
            double resolution,
            double alphaFail,
            double alphaPass,
            boolean cutShort,
            Method method,
            List<Double> periodsSeconds,
            @Nullable TimeSeries load) {
        private static final Options DEFAULTS = new Options(0, 0.01, 0.05, false, Method.AVERAGE, List.of(), null);

        /** @throws IllegalArgumentException if a number is outside its range */
        public Options {
            Objects.requireNonNull(method, "method");
            periodsSeconds = List.copyOf(periodsSeconds);
            if (!(resolution >= 0) || Double.isInfinite(resolution)) {
                throw new IllegalArgumentException("A resolution of " + resolution
                        + " is no step that a reading can take. Pass 1 for a count, 0 to infer it from the readings.");
            }
            requireAlpha("alphaFail", alphaFail);
            requireAlpha("alphaPass", alphaPass);
            for (double period : periodsSeconds) {
                if (!(period > 0) || Double.isInfinite(period)) {
                    throw new IllegalArgumentException("A period of " + period
                            + " s cannot be fitted: pass its length in" + " seconds, for example 86400 for a day.");
                }
            }
            if (method == Method.REFERENCE && (!periodsSeconds.isEmpty() || load != null)) {
                throw new IllegalArgumentException("The reference method knows neither declared periods nor a load:"
                        + " its verdict would ignore them. Use Method.AVERAGE, or leave them out.");
            }
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
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
        }

        public Options withAlphaFail(double alphaFail) {
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
        }

        public Options withAlphaPass(double alphaPass) {
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
        }

        public Options withCutShort(boolean cutShort) {
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
        }

        public Options withMethod(Method method) {
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
        }

        /** Cycles known to be there, however much of one the run saw. A run of less than a period seldom decides. */
        public Options withPeriodsSeconds(List<Double> periodsSeconds) {
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
        }

        /**
         * What drives the resource, for example requests per second, on the clock of the series: what follows it is not
         * growth. Its times need not be those of the series.
         */
        public Options withLoad(TimeSeries load) {
            return new Options(resolution, alphaFail, alphaPass, cutShort, method, periodsSeconds, load);
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
        return of(series, budget, marks, options, FEWEST_READINGS);
    }

    /** The same, from as few readings as the caller can answer for. */
    static DriftResult of(TimeSeries series, Budget budget, List<Mark> marks, Options options, int fewestReadings) {
        List<Readings> parts = Readings.split(series, marks);
        if (parts.size() == 1) {
            return judge(parts.get(0), budget, marks, options, fewestReadings);
        }
        return worstOf(parts, series, budget, marks, options, fewestReadings);
    }

    /**
     * Judges growth per operation, per fault, or per whatever else a counter counts.
     *
     * <p>Readings between which the counter stood still become one, their mean: of a fault that is counted when it begins, and
     * left out by its mark, what remains is the level after each. Thirty such levels are needed, as they are of readings. Growth by
     * the hour and by the fault cannot be told apart where faults come at even intervals.
     *
     * @param counter never falling, on the clock of the series; read between its neighbours where its times differ
     * @param budget growth allowed per unit of {@code per}
     * @param marks on the clock of the series
     * @param options without a load or periods, which are known by the clock
     * @return slopes and bounds per unit of {@code per}
     * @throws IllegalArgumentException if the counter falls, or the options hold what is known by the clock
     */
    public static DriftResult per(
            Per per, TimeSeries series, TimeSeries counter, Budget budget, List<Mark> marks, Options options) {
        Objects.requireNonNull(per, "per");
        if (options.load() != null || !options.periodsSeconds().isEmpty()) {
            throw new IllegalArgumentException(
                    "Growth per " + per.unit() + " is judged on the clock of a counter: a load"
                            + " and periods in seconds have no place on it. Leave them out.");
        }
        CounterClock clock = new CounterClock(per, counter);
        return of(clock.series(series, marks), budget, clock.marks(marks), options)
                .per(per);
    }

    /**
     * Judges growth per fault, of those that are marked: what readings after each have come to, one level a fault.
     *
     * @param budget growth allowed per fault
     * @see #per
     */
    public static DriftResult perFault(TimeSeries series, Budget budget, List<Mark> marks, Options options) {
        double[] seconds = new double[series.size()];
        double[] faults = new double[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            double second = series.second(i);
            seconds[i] = second;
            faults[i] = marks.stream()
                    .filter(mark -> mark.kind() == Mark.Kind.FAULT && mark.fromSecond() <= second)
                    .count();
        }
        return per(new Per("fault", 1), series, TimeSeries.of(seconds, faults), budget, marks, options);
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
            List<Readings> parts,
            TimeSeries series,
            Budget budget,
            List<Mark> marks,
            Options options,
            int fewestReadings) {
        List<DriftResult> results = new ArrayList<>();
        int samples = 0;
        int fitted = 0;
        for (Readings part : parts) {
            DriftResult result = judge(part, budget, marks, options, fewestReadings);
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

    private static DriftResult judge(
            Readings readings, Budget budget, List<Mark> marks, Options options, int fewestReadings) {
        int n = readings.size();
        if (n < fewestReadings) {
            String why = n + " readings" + Conclusion.gapsOf(readings) + " are too few to judge: at least "
                    + fewestReadings + " are needed. Sample more often or run longer.";
            OptionalDouble needed = n < 2
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(
                            Math.min(Conclusion.LONGEST, (double) fewestReadings / n) * readings.spanSeconds());
            return Conclusion.unmeasured("too few readings", why, budget, readings, needed, options);
        }
        Readings calm = readings.outsideWindows(marks);
        Readings judged = options.method() == Method.AVERAGE ? calm.telling(options.resolution() > 0) : calm;
        if (judged != calm && judged.size() < FEWEST_UPDATES) {
            String why = "The reading changed only " + (judged.size() - 1) + " times in " + n
                    + " readings. What is read between two changes tells nothing new, and " + FEWEST_UPDATES
                    + " values are needed. Run longer.";
            OptionalDouble needed = OptionalDouble.of(
                    Math.min(Conclusion.LONGEST, 1.5 * FEWEST_UPDATES / judged.size()) * readings.spanSeconds());
            return Conclusion.unmeasured("too few changes", why, budget, readings, needed, options);
        }
        if (judged.size() < 2) {
            String why = "All " + n + " readings fall into fault marks: nothing is left to judge. Run for longer than"
                    + " the faults last.";
            return Conclusion.unmeasured("too many gaps", why, budget, readings, OptionalDouble.empty(), options);
        }
        Slices slices = Slices.of(judged.seconds(), judged.values(), readings.span(), marks, options);
        int fewest = judged == calm ? (int) Math.ceil(FEWEST_FILLED * slices.total) : FEWEST_UPDATES - 1;
        if (slices.size() < fewest) {
            int empty = slices.total - slices.size() - slices.faulted;
            String why = "Only " + slices.size() + " of " + slices.total + " slices of the run hold readings to judge ("
                    + empty + " without a reading" + Conclusion.gapsOf(readings) + ", " + slices.faulted
                    + " under a fault mark); 60 % are needed. Run longer, or with fewer faults and gaps.";
            return Conclusion.unmeasured("too many gaps", why, budget, readings, OptionalDouble.empty(), options);
        }
        Fit fit = options.method() == Method.REFERENCE
                ? Fit.chosen(slices, budget.perHour(), options)
                : Fit.averaged(slices, budget.perHour(), options);
        double b = budget.perHour();
        boolean rises = options.method() == Method.REFERENCE
                ? fit.estimate().lower() > b
                : fit.estimate().upper() >= b;
        if (rises) {
            SaturationGuard.Fill fill = SaturationGuard.explains(slices);
            if (fill != null) {
                return Conclusion.stillFilling(fill, slices, fit.estimate(), budget, readings, options);
            }
        }
        if (fit.falls() > 0 && fit.estimate().lower() > b) {
            return Conclusion.fellBack(fit, budget, readings, options);
        }
        return Conclusion.decided(fit, budget, readings, options);
    }
}
