package dev.evenkeel.drift;

/**
 * A slope per hour with its standard error.
 *
 * @param df degrees of freedom of Student's t: effective samples less parameters, at least 2
 */
record SlopeInterval(double slope, double standardError, double df, Autocorrelation autocorrelation) {
    private static final double FEWEST_DF = 2;

    static SlopeInterval of(TrendModel model) {
        return of(model, model.slopeWeights());
    }

    static SlopeInterval of(TrendModel model, double[] weights) {
        Buckets kept = model.kept;
        int n = kept.size();
        double squares = model.fit.residualSquares();
        if (squares <= n * kept.arithmeticNoise()) {
            squares = 0;
        }
        Autocorrelation auto = Autocorrelation.of(model.fit.residuals(), kept.index, squares, model.columnCount());
        double variance = Math.max(squares / Math.max(n - model.parameters, 1), kept.roundingVariance());
        double se = Math.sqrt(variance * model.fit.varianceFactor(weights) * auto.inflation());
        double df = Math.max(auto.effectiveSamples() - model.parameters, FEWEST_DF);
        return new SlopeInterval(model.perHour(model.fit.combination(weights)), model.perHour(se), df, auto);
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
