package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * A straight line, and beside it the few terms that a Bayesian information criterion finds worth their parameters,
 * fitted to the slices that were kept.
 *
 * <p>The slope of the model is that at the end of the run: a cache that has filled has none, a leak that began
 * half-way has its own.
 */
final class TrendModel {
    private static final int MOST_SEARCHED = 2;
    private static final int MOST_EVENTS = 6;
    private static final int FEWEST_LEFT_OVER = 4;
    private static final double PENALTY = 1.5;

    final Slices kept;
    /** Where the kept window begins, as a share of the whole span. */
    final double first;
    /** Slice centres on [0, 1] of the kept window. */
    final double[] x;

    final List<Term> terms;
    /** Coefficients that were fitted, and places that were searched for. */
    final int parameters;

    final LeastSquares fit;
    private final List<double[]> columns;

    private TrendModel(Slices kept, double first, double[] x, List<Term> terms) {
        this.kept = kept;
        this.first = first;
        this.x = x;
        this.terms = List.copyOf(terms);
        this.columns = new ArrayList<>(List.of(OrthonormalBasis.ones(x.length), x));
        int parameters = 2;
        for (Term term : terms) {
            columns.addAll(term.columns());
            parameters += term.parameters();
        }
        this.parameters = parameters;
        this.fit = LeastSquares.fit(columns, kept.level);
    }

    /** With terms that were found elsewhere, over all slices. */
    static TrendModel of(Slices slices, double[] x, List<Term> terms) {
        return new TrendModel(slices, (double) slices.index[0] / slices.total, x, terms);
    }

    static TrendModel of(Slices slices, int discard) {
        Slices kept = slices.from(discard);
        double first = (double) kept.index[0] / kept.total;
        double[] x = kept.centres();
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - first) / (1 - first);
        }
        return new TrendModel(kept, first, x, select(kept, first, x));
    }

    private static List<Term> select(Slices kept, double first, double[] x) {
        List<Term> chosen = new ArrayList<>();
        List<Term> candidates = new ArrayList<>(Candidates.events(kept, first, 1 - first));
        candidates.addAll(Candidates.searched(x));
        OrthonormalBasis basis = OrthonormalBasis.line(x);
        int n = x.length;
        int searched = 0;
        int events = 0;
        int parameters = 2;
        while (true) {
            double[] r = basis.residual(kept.level);
            double unexplained = OrthonormalBasis.dot(r, r);
            if (unexplained <= n * kept.arithmeticNoise()) {
                return chosen; // what is left is rounding of the arithmetic: there is nothing to explain
            }
            double rss = unexplained + n * kept.roundingVariance();
            double bestGain = 0;
            Term best = null;
            List<double[]> bestDirections = List.of();
            for (Term term : candidates) {
                boolean known = term.kind() == Term.Kind.EVENT;
                if (!term.mayJoin(chosen)
                        || (known ? events >= MOST_EVENTS : searched >= MOST_SEARCHED)
                        || n - parameters - term.parameters() < FEWEST_LEFT_OVER) {
                    continue;
                }
                List<double[]> directions = basis.orthonormalised(term.columns());
                double gain = gain(n, rss, explained(r, directions), term.parameters());
                if (!directions.isEmpty() && gain > bestGain) {
                    bestGain = gain;
                    best = term;
                    bestDirections = directions;
                }
            }
            if (best == null) {
                return chosen;
            }
            chosen.add(best);
            basis.addAll(bestDirections);
            parameters += best.parameters();
            if (best.kind() == Term.Kind.EVENT) {
                events++;
            } else {
                searched++;
            }
        }
    }

    /** Squares that the directions take out of a residual. */
    static double explained(double[] residual, List<double[]> directions) {
        double sum = 0;
        for (double[] q : directions) {
            double k = OrthonormalBasis.dot(residual, q);
            sum += k * k;
        }
        return sum;
    }

    private static double gain(int n, double rss, double explained, int parameters) {
        return n * StrictMath.log(rss / Math.max(rss - explained, 1e-12 * rss))
                - PENALTY * parameters * StrictMath.log(n);
    }

    int columnCount() {
        return columns.size();
    }

    /** Weights of the coefficients in the slope at the end of the run. */
    double[] slopeWeights() {
        double[] w = new double[columns.size()];
        w[1] = 1;
        for (Term term : terms) {
            for (int i = 0; i < term.columns().size(); i++) {
                w[columnOf(term) + i] = term.slopeWeight();
            }
        }
        return w;
    }

    /** Weights of the coefficients in the slope before a hinge, the same as at the end where there is none. */
    double[] earlySlopeWeights() {
        double[] w = new double[columns.size()];
        w[1] = 1;
        return w;
    }

    /** The share of the kept window that the slope at the end rests on: what follows a hinge, otherwise all of it. */
    double endShare() {
        double share = 1;
        for (Term term : terms) {
            if (term.kind() == Term.Kind.HINGE) {
                share = 1 - term.place();
            }
        }
        return share;
    }

    /** Position of the first column of a chosen term. */
    int columnOf(Term term) {
        int column = 2;
        for (Term other : terms) {
            if (other.equals(term)) {
                return column;
            }
            column += other.columns().size();
        }
        throw new IllegalArgumentException("The term " + term.kind() + " is not part of this model.");
    }

    /** Seconds on the clock of the series of a place in the kept window. */
    double secondAt(double place) {
        return kept.second(first + place * (1 - first));
    }

    /** From a slope per kept window of scaled readings to one of readings per hour. */
    double perHour(double slope) {
        return Math.scalb(slope / (kept.spanHours() * (1 - first)), kept.exponent);
    }

    double[] fitSeconds() {
        double[] seconds = new double[kept.size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = kept.second(kept.centre(i));
        }
        return seconds;
    }

    double[] fitValues() {
        double[] residuals = fit.residuals();
        double[] values = new double[kept.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.scalb(kept.level[i] - residuals[i], kept.exponent);
        }
        return values;
    }
}
