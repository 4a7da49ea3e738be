package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * What all models together say about the slope at the end of a run: a line, alone or with one or two terms, each under
 * every autocorrelation of a grid, weighted by how well it explains the slices.
 */
final class ModelAverage {
    /*
     * The idea. An interval that takes the chosen model for the true one is too narrow: which step, which cycle, and how
     * much neighbouring slices hang together were all read off the same few points. So nothing is chosen. Each model m
     * under each lag-1 autocorrelation ρ is fitted by generalised least squares, and weighs
     *
     *   -2 ln weight = (n - b) ln RSS + ln|V(ρ)| + ln|B'V(ρ)⁻¹B| + prior
     *
     * with b base columns B (level, slope, known columns): the restricted likelihood in the base, which corrects ρ for
     * the fit, and for the terms the penalty of Schwarz (1978). The prior charges each term 6, 2 ln n a column, and
     * 2 ln of the number of places it was looked for in; and 16 ρ, for strong autocorrelation without any step, fill or
     * cycle is the rarer cause. The slope has, in each model, a Student t distribution; a bound is a quantile of the mixture
     * (Bayesian model averaging; Hoeting, Madigan, Raftery and Volinsky 1999).
     *
     * The two terms that weigh most are also tried with each step as a third (ThirdStep). A model that rises and has a step down is
     * marked with a charge, which only the lower bound knows of: such a rise is more often a tooth than a leak (decision 23).
     *
     * The constants were set on families of series listed in the tests, and held on others: docs/drift.md.
     *
     * Cost. One matrix of products per ρ, orthogonal to the base (WhitenedColumns); then a model is a few sums, and most
     * are out by their squares, which are compared with the most that would do, before anything else is found of them.
     */

    private static final double[] RHO = {0, 0.2, 0.4, 0.6, 0.75, 0.87, 0.95};
    private static final double RHO_COST = 16;
    private static final double FALL_CHARGE = 10;
    private static final int FEWEST_LEFT_OVER = 4;
    private static final double DEPENDENT = 1e-9;

    private final List<Term> candidates;
    private final CandidateColumns columns;
    private final WhitenedColumns w;
    private final double leastError;
    private final SlopeMixture mixture = new SlopeMixture();

    // Of the autocorrelation in hand.
    private int r;
    private double rss0;
    private double leastSquares;
    private double common;
    /** By the kinds of two terms, the most residual squares that a model with them may leave; by -2 ln weight so far. */
    private final double[][] most;

    private final double[][] pairCost;
    private double mostFor = Double.NaN;
    private final ThirdStep third;
    /** The two terms that weigh most together, and -2 ln of their weight. */
    private int bestFirst;

    private int bestSecond;
    private double bestPair;

    private ModelAverage(List<Term> candidates, CandidateColumns columns, WhitenedColumns w, double leastError) {
        this.candidates = candidates;
        this.columns = columns;
        this.w = w;
        this.leastError = leastError;
        third = new ThirdStep(columns, w);
        int kinds = Term.Kind.values().length;
        most = new double[kinds][kinds + 1];
        pairCost = new double[kinds][kinds + 1];
        for (int i = 0; i < candidates.size(); i++) {
            int kind = columns.kind[i];
            pairCost[kind][kinds] = columns.cost[i];
            for (int j = 0; j < candidates.size(); j++) {
                pairCost[kind][columns.kind[j]] = columns.cost[i] + columns.cost[j];
            }
        }
    }

    /**
     * Weighs all models.
     *
     * @param index place of each slice among all, ascending: what lies between two counts for the autocorrelation
     * @param base columns of every model: level, slope, and what else is known
     * @param candidates those of one column before the cycles
     * @param roundingSquares squares below which a fit is no better for the rounding of the reading
     * @param leastError the least standard error of a slope that rests on the whole window
     */
    static ModelAverage of(
            int[] index,
            double[] y,
            List<double[]> base,
            List<Term> candidates,
            double roundingSquares,
            double leastError) {
        CandidateColumns columns = new CandidateColumns(candidates, y.length);
        ModelAverage average =
                new ModelAverage(candidates, columns, new WhitenedColumns(index, y, base, columns), leastError);
        for (int r = 0; r < RHO.length; r++) {
            average.weigh(r, y.length - base.size(), roundingSquares);
        }
        average.mixture.finish();
        return average;
    }

    SlopeMixture mixture() {
        return mixture;
    }

    /** The terms of the model that weighs most. */
    List<Term> terms() {
        int c = candidates.size() + 1;
        int model = mixture.model();
        List<Term> terms = new ArrayList<>();
        if (model > c * c) {
            terms.add(candidates.get((model - 1) / (c * c) - 1));
            model = (model - 1) % (c * c) + 1;
        }
        if (model > 0) {
            terms.add(candidates.get((model - 1) / c));
            int second = (model - 1) % c;
            if (second < c - 1) {
                terms.add(candidates.get(second));
            }
        }
        return terms;
    }

    /** Autocorrelation of the model that weighs most. */
    double rho() {
        return RHO[mixture.rho()];
    }

    /** Weighs the models under one autocorrelation. */
    private void weigh(int rho, int left, double roundingSquares) {
        double phi = RHO[rho];
        w.at(phi);
        r = rho;
        // Rounding is independent from slice to slice, so that it is no sign of autocorrelation where nothing else is
        // left.
        leastSquares = roundingSquares * (1 + phi * phi) / (1 - phi * phi);
        common = w.logDeterminant + RHO_COST * phi;
        rss0 = Math.max(w.squares, leastSquares);
        mostFor = Double.NaN;
        double error = Math.max(leastError, Math.sqrt(rss0 / left * w.factor));
        mixture.add(left * StrictMath.log(rss0) + common, 0, w.slope, error, left, 0, r);
        bestPair = Double.POSITIVE_INFINITY;
        for (int i = 0; i < columns.single; i++) {
            if (w.gram[i][i] > 0) {
                withSingle(i, left);
            }
        }
        for (int c = 0; c < columns.cycles; c++) {
            withCycle(c, left);
        }
        if (bestPair <= mixture.least() + SlopeMixture.SLACK) {
            withThird(left);
        }
    }

    /** The models of one term with one column, and of it and each such term before it. */
    private void withSingle(int i, int left) {
        double[] row = w.gram[i];
        double pivotOf = row[i];
        double g = w.projections[i];
        double h = w.slopeWeights[i];
        double explainedBy = g * g / pivotOf;
        if (left - 1 >= FEWEST_LEFT_OVER) {
            consider(i, -1, columns.step(i) && g < 0, explainedBy, g * h / pivotOf, h * h / pivotOf, left, 1);
        }
        if (left - 2 < FEWEST_LEFT_OVER) {
            return;
        }
        for (int j = 0; j < i; j++) {
            double other = w.gram[j][j];
            double a = row[j] / pivotOf;
            double pivot = other - a * row[j];
            if (!(pivot > DEPENDENT * other)) {
                continue;
            }
            double u = w.projections[j] - a * g;
            double explained = explainedBy + u * u / pivot;
            if (rss0 - explained > allowed(i, j, left)) {
                continue;
            }
            double v = w.slopeWeights[j] - a * h;
            boolean falls = (columns.step(j) && u < 0) || (columns.step(i) && g < row[j] * u / pivot);
            consider(j, i, falls, explained, g * h / pivotOf + u * v / pivot, h * h / pivotOf + v * v / pivot, left, 2);
        }
    }

    /** The models of one cycle, and of it and each term with one column. */
    private void withCycle(int c, int left) {
        int candidate = columns.single + c;
        int sine = columns.single + 2 * c;
        int m = columns.single;
        double[] first = w.gram[sine];
        double[] second = w.gram[sine + 1];
        if (!(first[m] > 0 && second[m + 1] > 0)) {
            return;
        }
        double p0 = first[m];
        double a = second[m] / p0;
        double p1 = second[m + 1] - a * second[m];
        if (!(p1 > DEPENDENT * second[m + 1])) {
            return;
        }
        double u0 = w.projections[sine];
        double u1 = w.projections[sine + 1] - a * u0;
        double v0 = w.slopeWeights[sine];
        double v1 = w.slopeWeights[sine + 1] - a * v0;
        double explainedBy = u0 * u0 / p0 + u1 * u1 / p1;
        double slopeBy = u0 * v0 / p0 + u1 * v1 / p1;
        double factorBy = v0 * v0 / p0 + v1 * v1 / p1;
        if (left - 2 >= FEWEST_LEFT_OVER) {
            consider(candidate, -1, false, explainedBy, slopeBy, factorBy, left, 2);
        }
        if (left - 3 < FEWEST_LEFT_OVER) {
            return;
        }
        for (int j = 0; j < m; j++) {
            double other = w.gram[j][j];
            double b0 = first[j] / p0;
            double b1 = (second[j] - a * first[j]) / p1;
            double pivot = other - b0 * first[j] - b1 * (second[j] - a * first[j]);
            if (!(pivot > DEPENDENT * other)) {
                continue;
            }
            double u = w.projections[j] - b0 * u0 - b1 * u1;
            double explained = explainedBy + u * u / pivot;
            if (rss0 - explained > allowed(candidate, j, left)) {
                continue;
            }
            double v = w.slopeWeights[j] - b0 * v0 - b1 * v1;
            consider(
                    j,
                    candidate,
                    columns.step(j) && u < 0,
                    explained,
                    slopeBy + u * v / pivot,
                    factorBy + v * v / pivot,
                    left,
                    3);
        }
    }

    /** The most residual squares with which a model of these two terms still counts. */
    private double allowed(int i, int j, int left) {
        if (mostFor != mixture.least()) {
            mostFor = mixture.least();
            for (int a = 0; a < most.length; a++) {
                for (int b = 0; b <= most.length; b++) {
                    most[a][b] = StrictMath.exp((mostFor + SlopeMixture.SLACK - common - pairCost[a][b]) / left);
                }
            }
        }
        return most[columns.kind[i]][columns.kind[j]];
    }

    private void consider(
            int i, int j, boolean falls, double explained, double slope, double factor, int left, int width) {
        double rss = Math.max(rss0 - explained, Math.max(1e-12 * rss0, leastSquares));
        double cost = columns.cost[i] + (j < 0 ? 0 : columns.cost[j]);
        double criterion = left * StrictMath.log(rss) + common + cost;
        int d = left - width;
        if (j >= 0 && criterion < bestPair) {
            bestPair = criterion;
            bestFirst = i;
            bestSecond = j;
        }
        double share = j < 0 ? columns.endShare[i] : Math.min(columns.endShare[i], columns.endShare[j]);
        double se = Math.sqrt(rss / d * (w.factor + factor));
        int c = candidates.size();
        int second = j < 0 ? c : j;
        double slopeOf = w.slope + slope;
        double charge = falls && slopeOf > 0 ? FALL_CHARGE : 0;
        int model = 1 + i * (c + 1) + second;
        mixture.add(criterion, charge, slopeOf, Math.max(leastError / share, se), d, model, r);
    }

    /** The models of the best two terms, and a step. */
    private void withThird(int left) {
        int first = Math.min(bestFirst, bestSecond);
        int second = Math.max(bestFirst, bestSecond);
        int d = left - third.beside(first, second) - 1;
        if (d < FEWEST_LEFT_OVER) {
            return;
        }
        double share = Math.min(columns.endShare[first], columns.endShare[second]);
        double cost = columns.cost[first] + columns.cost[second] + columns.thirdCost;
        int c = candidates.size() + 1;
        for (int i = 0; i < columns.single; i++) {
            if (columns.step(i) && w.gram[i][i] > 0 && third.with(i)) {
                double rss = Math.max(rss0 - third.explained, Math.max(1e-12 * rss0, leastSquares));
                double slope = w.slope + third.slope;
                double charge = third.falls && slope > 0 ? FALL_CHARGE : 0;
                double se = Math.sqrt(rss / d * (w.factor + third.factor));
                int model = 1 + first * c + second + (i + 1) * c * c;
                mixture.add(
                        left * StrictMath.log(rss) + common + cost,
                        charge,
                        slope,
                        Math.max(leastError / share, se),
                        d,
                        model,
                        r);
            }
        }
    }
}
