package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
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
     * The constants were set on families of series listed in the tests, and held on others: docs/drift.md.
     *
     * Cost. One Gram matrix of all candidate columns per ρ, orthogonal to the base; then a model is a Cholesky
     * factor of at most three rows. Some 5 500 models by 7 ρ take about
     * 4 ms.
     */

    private static final double[] RHO = {0, 0.2, 0.4, 0.6, 0.75, 0.87, 0.95};
    private static final double COLUMN = 2;
    private static final double TERM = 6;
    private static final double RHO_COST = 16;
    /** Models whose weight is below e^-13 of the best are left out. */
    private static final double SLACK = 26;

    private static final int FEWEST_LEFT_OVER = 4;
    private static final double DEPENDENT = 1e-9;
    private static final int BISECTIONS = 22;

    private final List<Term> candidates;
    private int size;
    private double[] weight = new double[256]; // until finish(), -2 ln of it
    private double[] slope = new double[256];
    private double[] error = new double[256];
    private int[] df = new int[256];
    private int[] model = new int[256]; // 1 + first * (candidates + 1) + second; 0 for the line alone
    private int[] rho = new int[256];
    private int best;

    private ModelAverage(List<Term> candidates) {
        this.candidates = candidates;
    }

    /**
     * Weighs all models.
     *
     * @param index place of each slice among all, ascending: what lies between two counts for the autocorrelation
     * @param base columns of every model: level, slope, and what else is known
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
        ModelAverage average = new ModelAverage(candidates);
        Columns columns = new Columns(candidates, y.length);
        double least = Double.POSITIVE_INFINITY;
        for (int r = 0; r < RHO.length; r++) {
            least = average.weigh(
                    new Whitened(index, RHO[r], y, base, columns), columns, r, roundingSquares, leastError, least);
        }
        average.finish(least);
        return average;
    }

    /** Weighs the models under one autocorrelation; returns the least -2 ln weight so far. */
    private double weigh(
            Whitened w, Columns columns, int r, double roundingSquares, double leastError, double leastSoFar) {
        // Rounding is independent from slice to slice, so that it is no sign of autocorrelation where nothing else is
        // left.
        double leastSquares = roundingSquares * (1 + RHO[r] * RHO[r]) / (1 - RHO[r] * RHO[r]);
        int c = candidates.size();
        int n = w.n;
        int left = n - w.base;
        double least = leastSoFar;
        double common = w.logDeterminant + RHO_COST * RHO[r];
        double rss0 = Math.max(w.squares, leastSquares);
        double line = left * StrictMath.log(rss0) + common;
        least = Math.min(least, line);
        add(line, w.slope, Math.max(leastError, Math.sqrt(rss0 / left * w.factor)), left, 0, r);
        int[] cols = new int[4];
        Cholesky cholesky = new Cholesky();
        for (int i = 0; i < c; i++) {
            for (int j = i + 1; j <= c; j++) {
                if (j < c && columns.cycle[i] && columns.cycle[j]) {
                    continue; // two cycles explain anything
                }
                int k = columns.copy(i, cols, 0);
                double cost = columns.cost[i];
                double share = columns.endShare[i];
                if (j < c) {
                    k = columns.copy(j, cols, k);
                    cost += columns.cost[j];
                    share = Math.min(share, columns.endShare[j]);
                }
                int d = left - k;
                if (d < FEWEST_LEFT_OVER || !cholesky.solve(w.gram, w.projections, w.slopeWeights, cols, k)) {
                    continue;
                }
                double rss = Math.max(rss0 - cholesky.explained, Math.max(1e-12 * rss0, leastSquares));
                // ln u is at least 1 - 1/u: most models are out without a logarithm.
                if (line + cost + left * (1 - rss0 / rss) > least + SLACK) {
                    continue;
                }
                double criterion = left * StrictMath.log(rss) + common + cost;
                if (criterion > least + SLACK) {
                    continue;
                }
                least = Math.min(least, criterion);
                double se = Math.sqrt(rss / d * (w.factor + cholesky.factor));
                add(criterion, w.slope + cholesky.slope, Math.max(leastError / share, se), d, 1 + i * (c + 1) + j, r);
            }
        }
        return least;
    }

    private void add(double criterion, double slopeOf, double errorOf, int dfOf, int modelOf, int rhoOf) {
        if (size == weight.length) {
            int longer = 2 * size;
            weight = Arrays.copyOf(weight, longer);
            slope = Arrays.copyOf(slope, longer);
            error = Arrays.copyOf(error, longer);
            df = Arrays.copyOf(df, longer);
            model = Arrays.copyOf(model, longer);
            rho = Arrays.copyOf(rho, longer);
        }
        weight[size] = criterion;
        slope[size] = slopeOf;
        error[size] = errorOf;
        df[size] = dfOf;
        model[size] = modelOf;
        rho[size++] = rhoOf;
    }

    private void finish(double least) {
        int kept = 0;
        double whole = 0;
        for (int i = 0; i < size; i++) {
            if (weight[i] <= least + SLACK) {
                if (weight[i] == least) {
                    best = kept;
                }
                weight[kept] = StrictMath.exp((least - weight[i]) / 2);
                whole += weight[kept];
                slope[kept] = slope[i];
                error[kept] = error[i];
                df[kept] = df[i];
                model[kept] = model[i];
                rho[kept++] = rho[i];
            }
        }
        size = kept;
        for (int i = 0; i < size; i++) {
            weight[i] /= whole;
        }
    }

    /** The terms of the model that weighs most. */
    List<Term> terms() {
        int c = candidates.size() + 1;
        List<Term> terms = new ArrayList<>();
        if (model[best] > 0) {
            terms.add(candidates.get((model[best] - 1) / c));
            int second = (model[best] - 1) % c;
            if (second < c - 1) {
                terms.add(candidates.get(second));
            }
        }
        return terms;
    }

    /** Autocorrelation of the model that weighs most. */
    double rho() {
        return RHO[rho[best]];
    }

    /** Degrees of freedom of the model that weighs most. */
    int df() {
        return df[best];
    }

    /** The weight on slopes below a value. */
    double below(double value) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            if (error[i] > 0) {
                sum += weight[i] * StudentT.upperTail((slope[i] - value) / error[i], df[i]);
            } else if (value >= slope[i]) {
                sum += weight[i];
            }
        }
        return sum;
    }

    /** The slope with a weight of {@code share} below it. */
    double quantile(double share) {
        double unit = error[best] > 0 ? error[best] : Double.MIN_NORMAL;
        double low = slope[best] - unit;
        double high = slope[best] + unit;
        for (double step = unit; below(low) > share && step < Double.MAX_VALUE / 4; step *= 2) {
            high = low;
            low -= step;
        }
        for (double step = unit; below(high) < share && step < Double.MAX_VALUE / 4; step *= 2) {
            low = Math.max(low, high);
            high += step;
        }
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = low + (high - low) / 2;
            if (below(middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return share < 0.5 ? low : high;
    }

    /** Four sums side by side in a fixed order: three times as fast as one, and the same digits everywhere. */
    private static double dot(double[] a, double[] b) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int n = a.length;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < n; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** The candidate columns side by side, and what each candidate costs. */
    private static final class Columns {
        final double[][] column;
        final double[] slopeWeight;
        final double[] cost;
        final double[] endShare;
        final boolean[] cycle;
        private final int[] first;

        Columns(List<Term> candidates, int n) {
            int c = candidates.size();
            int[] places = new int[Term.Kind.values().length];
            first = new int[c + 1];
            for (int i = 0; i < c; i++) {
                places[candidates.get(i).kind().ordinal()]++;
                first[i + 1] = first[i] + candidates.get(i).columns().size();
            }
            column = new double[first[c]][];
            slopeWeight = new double[first[c]];
            cost = new double[c];
            endShare = new double[c];
            cycle = new boolean[c];
            double logN = StrictMath.log(n);
            for (int i = 0; i < c; i++) {
                Term term = candidates.get(i);
                int width = term.columns().size();
                for (int k = 0; k < width; k++) {
                    column[first[i] + k] = term.columns().get(k);
                    slopeWeight[first[i] + k] = term.slopeWeight();
                }
                cost[i] = TERM
                        + COLUMN * width * logN
                        + 2 * StrictMath.log(places[term.kind().ordinal()]);
                endShare[i] = term.kind() == Term.Kind.HINGE ? 1 - term.place() : 1;
                cycle[i] = term.kind() == Term.Kind.CYCLE;
            }
        }

        /** Appends the columns of a candidate to a list of them; returns its new length. */
        int copy(int candidate, int[] cols, int k) {
            int length = k;
            for (int m = first[candidate]; m < first[candidate + 1]; m++) {
                cols[length++] = m;
            }
            return length;
        }
    }

    /** Readings and columns made independent for one autocorrelation, and orthogonal to the base. */
    private static final class Whitened {
        final int n;
        final int base;
        /** ln|V| + ln|B'V⁻¹B|. */
        final double logDeterminant;
        /** Residual squares, slope and its variance factor of the base alone. */
        final double squares;

        final double slope;
        final double factor;
        final double[] projections;
        /** What one unit of the coefficient of each column adds to the slope at the end, once the base has adapted. */
        final double[] slopeWeights;

        final double[][] gram;

        Whitened(int[] index, double rho, double[] y, List<double[]> baseColumns, Columns columns) {
            n = y.length;
            base = baseColumns.size();
            double[] carry = new double[n];
            double[] scale = new double[n];
            scale[0] = 1;
            double log = 0;
            for (int i = 1; i < n; i++) {
                double phi = StrictMath.pow(rho, index[i] - index[i - 1]);
                carry[i] = phi;
                scale[i] = 1 / Math.sqrt(1 - phi * phi);
                log += StrictMath.log(1 - phi * phi);
            }
            double[][] q = new double[base][];
            double[][] r = new double[base][base];
            for (int j = 0; j < base; j++) {
                double[] v = whiten(baseColumns.get(j), carry, scale);
                for (int pass = 0; pass < 2; pass++) {
                    for (int i = 0; i < j; i++) {
                        double k = dot(q[i], v);
                        r[i][j] += k;
                        subtract(v, k, q[i]);
                    }
                }
                r[j][j] = Math.sqrt(dot(v, v));
                for (int i = 0; i < n; i++) {
                    v[i] /= r[j][j];
                }
                q[j] = v;
                log += 2 * StrictMath.log(r[j][j]);
            }
            logDeterminant = log;
            // The row of R⁻¹ that yields the coefficient of column 1, the slope.
            double[] row = new double[base];
            row[1] = 1 / r[1][1];
            for (int j = 2; j < base; j++) {
                double sum = 0;
                for (int i = 1; i < j; i++) {
                    sum += row[i] * r[i][j];
                }
                row[j] = -sum / r[j][j];
            }
            factor = dot(row, row);
            double[] rest = whiten(y, carry, scale);
            slope = project(rest, q, row);
            squares = dot(rest, rest);
            int count = columns.column.length;
            projections = new double[count];
            slopeWeights = new double[count];
            gram = new double[count][count];
            double[][] orthogonal = new double[count][];
            for (int k = 0; k < count; k++) {
                double[] v = whiten(columns.column[k], carry, scale);
                double before = dot(v, v);
                slopeWeights[k] = columns.slopeWeight[k] - project(v, q, row);
                orthogonal[k] = v;
                projections[k] = dot(v, rest);
                for (int l = 0; l <= k; l++) {
                    double d = dot(v, orthogonal[l]);
                    gram[k][l] = d;
                    gram[l][k] = d;
                }
                if (gram[k][k] < DEPENDENT * before) {
                    gram[k][k] = 0;
                }
            }
        }

        /** Takes the base out of v; returns the slope that the base had for it. */
        private static double project(double[] v, double[][] q, double[] row) {
            double sum = 0;
            for (int j = 0; j < q.length; j++) {
                double k = dot(q[j], v);
                sum += row[j] * k;
                subtract(v, k, q[j]);
            }
            return sum;
        }

        private static double[] whiten(double[] v, double[] carry, double[] scale) {
            double[] white = new double[v.length];
            white[0] = v[0];
            for (int i = 1; i < v.length; i++) {
                white[i] = (v[i] - carry[i] * v[i - 1]) * scale[i];
            }
            return white;
        }

        private static void subtract(double[] y, double k, double[] x) {
            for (int i = 0; i < y.length; i++) {
                y[i] -= k * x[i];
            }
        }
    }

    /** Solves for at most four columns; reused, so that a model allocates nothing. */
    private static final class Cholesky {
        private final double[][] lower = new double[4][4];
        private final double[] u = new double[4];
        private final double[] v = new double[4];
        /** Squares the columns explain; what they add to the slope, and to its variance factor. */
        double explained;

        double slope;
        double factor;

        /** False if the columns depend on each other or on the base. */
        boolean solve(double[][] gram, double[] projections, double[] weights, int[] cols, int k) {
            explained = 0;
            slope = 0;
            factor = 0;
            for (int i = 0; i < k; i++) {
                double[] row = gram[cols[i]];
                double[] l = lower[i];
                double pivot = row[cols[i]];
                double g = projections[cols[i]];
                double h = weights[cols[i]];
                for (int j = 0; j < i; j++) {
                    double s = row[cols[j]];
                    for (int m = 0; m < j; m++) {
                        s -= l[m] * lower[j][m];
                    }
                    s /= lower[j][j];
                    l[j] = s;
                    pivot -= s * s;
                    g -= s * u[j];
                    h -= s * v[j];
                }
                if (!(pivot > DEPENDENT * row[cols[i]])) {
                    return false;
                }
                double root = Math.sqrt(pivot);
                l[i] = root;
                u[i] = g / root;
                v[i] = h / root;
                explained += u[i] * u[i];
                slope += u[i] * v[i];
                factor += v[i] * v[i];
            }
            return true;
        }
    }
}
