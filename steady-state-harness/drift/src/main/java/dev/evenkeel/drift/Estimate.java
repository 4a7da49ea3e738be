package dev.evenkeel.drift;

/**
 * The numbers of a verdict. All are NaN, and the fit is empty, where the readings did not allow an estimate.
 *
 * @param smallestDetectable a slope that this run would have failed nine times in ten
 * @param pValue how unlikely the estimate is if the slope is within the budget
 * @param endLevel the fitted level at the last reading
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; DriftResult hands out copies
record Estimate(
        double slope,
        double lower,
        double upper,
        double smallestDetectable,
        double pValue,
        double rho,
        double effectiveSamples,
        double discardedSeconds,
        double endLevel,
        double[] fitSeconds,
        double[] fitValues) {
    /** The normal quantile of 90 %: the power at which a leak counts as detectable. */
    static final double POWER = 1.28;

    static final Estimate NONE = new Estimate(
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            1,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            new double[0],
            new double[0]);

    /** The part of an estimate that a method finds. */
    record Bounds(double slope, double lower, double upper, double smallestDetectable, double pValue, double rho) {}

    static Estimate of(TrendModel model, SlopeInterval interval, double budget, DriftAnalysis.Options options) {
        Bounds bounds = new Bounds(
                interval.slope(),
                interval.lower(options.alphaFail()),
                interval.upper(options.alphaPass()),
                budget + detectableBand(interval, options),
                interval.pValue(budget),
                interval.autocorrelation().rho());
        return of(model, bounds, model.first * model.kept.spanSeconds);
    }

    static Estimate of(TrendModel model, Bounds bounds, double discardedSeconds) {
        Slices kept = model.kept;
        double[] seconds = model.fitSeconds();
        double[] values = model.fitValues();
        int last = seconds.length - 1;
        double toEnd = kept.startSecond + kept.spanSeconds - seconds[last];
        return new Estimate(
                bounds.slope(),
                bounds.lower(),
                bounds.upper(),
                bounds.smallestDetectable(),
                bounds.pValue(),
                bounds.rho(),
                kept.size() * (1 - bounds.rho()) / (1 + bounds.rho()),
                discardedSeconds,
                values[last] + bounds.slope() * toEnd / 3600,
                seconds,
                values);
    }

    /** How far above the budget a slope must be to be found nine times in ten. */
    static double detectableBand(SlopeInterval interval, DriftAnalysis.Options options) {
        return (StudentT.quantile(options.alphaFail(), interval.df()) + POWER) * interval.standardError();
    }

    Estimate withFit(double[] seconds, double[] values) {
        return new Estimate(
                slope,
                lower,
                upper,
                smallestDetectable,
                pValue,
                rho,
                effectiveSamples,
                discardedSeconds,
                endLevel,
                seconds,
                values);
    }
}
