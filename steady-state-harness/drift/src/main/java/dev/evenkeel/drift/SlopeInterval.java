package dev.evenkeel.drift;

/**
 * A slope per hour with its standard error.
 *
 * @param df degrees of freedom of Student's t: effective samples less parameters, at least 2
 */
record SlopeInterval(double slope, double standardError, double df, Autocorrelation autocorrelation) {
    /*
     * Two floors keep a reading that moves in steps from looking more certain than it is. Rounding to a step adds
     * step²/12 to the variance of a slice. That alone takes the rounding of each slice for independent of the next,
     * which is wrong where it matters most: a count that stays at 41 through the whole run stays a hair below 42 in
     * all slices together. So where the step is known to be one, the standard error is at least one step over the
     * time that the slope rests on.
     */

    private static final double FEWEST_DF = 2;
    private static final double ROUNDING = 0x1p-40; // of the readings; a slope below it is rounding of the arithmetic

    static SlopeInterval of(TrendModel model) {
        return of(model, model.slopeWeights());
    }

    static SlopeInterval of(TrendModel model, double[] weights) {
        Slices kept = model.kept;
        int n = kept.size();
        double squares = model.fit.residualSquares();
        boolean exact = squares <= n * kept.arithmeticNoise();
        Autocorrelation auto = exact
                ? Autocorrelation.ofExactFit(kept, model.columnCount())
                : Autocorrelation.of(model.fit.residuals(), kept.index, squares, model.columnCount());
        double variance = Math.max(exact ? 0 : squares / Math.max(n - model.parameters, 1), kept.roundingVariance());
        double se = Math.sqrt(variance * model.fit.varianceFactor(weights) * auto.inflation());
        if (kept.stepDeclared) {
            se = Math.max(se, kept.step / model.endShare());
        }
        double df = Math.max(auto.effectiveSamples() - model.parameters, FEWEST_DF);
        double slope = model.fit.combination(weights);
        if (Math.abs(slope) <= kept.magnitude * ROUNDING) {
            slope = 0;
        }
        return new SlopeInterval(model.perHour(slope), model.perHour(se), df, auto);
    }

    double lower(double alpha) {
        return slope - StudentT.quantile(alpha, df) * standardError;
    }

    double upper(double alpha) {
        return slope + StudentT.quantile(alpha, df) * standardError;
    }

    /** How unlikely an estimate this far above a budget is if the slope is no more than the budget. */
    double pValue(double budget) {
        if (standardError > 0) {
            return StudentT.upperTail((slope - budget) / standardError, df);
        }
        return slope > budget ? 0 : 1;
    }
}
