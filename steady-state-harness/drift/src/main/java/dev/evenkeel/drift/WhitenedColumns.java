package dev.evenkeel.drift;

import java.util.Arrays;
import java.util.List;

/**
 * Slices and candidate columns made independent for one autocorrelation and orthogonal to the base, as inner products.
 * What does not depend on the autocorrelation is found once; {@link #at} then sets all else. Not thread-safe.
 */
final class WhitenedColumns {
    /*
     * The idea. With slices one apart, the inner product of two columns x and z under lag-1 autocorrelation φ is
     *
     *   ½ (x₁z₁ + xₙzₙ) + ¼ [ (1-φ)/(1+φ) Σ (xᵢ+xᵢ₋₁)(zᵢ+zᵢ₋₁) + (1+φ)/(1-φ) Σ (xᵢ-xᵢ₋₁)(zᵢ-zᵢ₋₁) ]
     *
     * in which neither sum depends on φ, and nothing cancels. So the sums are found once for all φ, which is most of the
     * work: some 8 000 pairs of columns. A slice that is missing cuts the links in two runs; the link over it has
     * its own φ² and adds a product of its own. What the base explains is taken out of the products, not of the
     * columns: columns are of order 1, so that few digits are lost.
     */

    private static final double DEPENDENT = 1e-9;

    private final int[] index;
    private final double[] y;
    private final List<double[]> baseColumns;
    private final CandidateColumns columns;
    private final int n;
    /** Places whose slice does not follow on the one before. */
    private final int[] apart;

    private final double[][] sums;
    private final double[][] differences;
    private final double[][] ends;

    private final double[] carry;
    private final double[] scale;

    final int base;
    /** ln|V| + ln|B'V⁻¹B|. */
    double logDeterminant;
    /** Residual squares, slope and its variance factor of the base alone. */
    double squares;

    double slope;
    double factor;
    /** Inner products with what the base leaves of the slices. */
    final double[] projections;
    /** What one unit of the coefficient of each column adds to the slope at the end, once the base has adapted. */
    final double[] slopeWeights;
    /**
     * Inner products of the columns: a row holds those with the single columns up to itself; that of a cycle holds them all, and
     * then those within the cycle. 0 on the diagonal where a column depends on the base.
     */
    final double[][] gram;

    WhitenedColumns(int[] index, double[] y, List<double[]> baseColumns, CandidateColumns columns) {
        this.index = index;
        this.y = y;
        this.baseColumns = baseColumns;
        this.columns = columns;
        n = y.length;
        base = baseColumns.size();
        int count = columns.column.length;
        projections = new double[count];
        slopeWeights = new double[count];
        carry = new double[n];
        scale = new double[n];
        int[] places = new int[n];
        int cuts = 0;
        for (int i = 1; i < n; i++) {
            if (index[i] - index[i - 1] > 1) {
                places[cuts++] = i;
            }
        }
        apart = Arrays.copyOf(places, cuts);
        sums = new double[count][];
        differences = new double[count][];
        ends = new double[count][];
        gram = new double[count][];
        double[][] sum = new double[count][n];
        double[][] difference = new double[count][n];
        for (int k = 0; k < count; k++) {
            double[] x = columns.column[k];
            for (int i = 1; i < n; i++) {
                if (index[i] - index[i - 1] == 1) {
                    sum[k][i] = x[i] + x[i - 1];
                    difference[k][i] = x[i] - x[i - 1];
                }
            }
            int length = rowLength(k);
            sums[k] = new double[length];
            differences[k] = new double[length];
            ends[k] = new double[length];
            gram[k] = new double[length];
            for (int m = 0; m < length; m++) {
                int l = columnAt(k, m);
                sums[k][m] = dot(sum[k], sum[l]) / 4;
                differences[k][m] = dot(difference[k], difference[l]) / 4;
                ends[k][m] = ends(x, columns.column[l]);
            }
        }
    }

    private int rowLength(int k) {
        return k < columns.single ? k + 1 : columns.single + 1 + (k - columns.single) % 2;
    }

    /** The column that place m of row k is the product with. */
    private int columnAt(int k, int m) {
        return m < columns.single ? m : k - (k - columns.single) % 2 + m - columns.single;
    }

    /** x₁z₁, and half of what the squares of each run of links end with less what they begin with. */
    private double ends(double[] x, double[] z) {
        double sum = 0;
        int from = 0;
        for (int cut = 0; cut <= apart.length; cut++) {
            int to = cut < apart.length ? apart[cut] - 1 : n - 1;
            sum += x[to] * z[to] - x[from] * z[from];
            from = to + 1;
        }
        return x[0] * z[0] + sum / 2;
    }

    /** Sets all for one autocorrelation of slices next to each other, at least 0 and below 1. */
    void at(double phi) {
        double log = 0;
        scale[0] = 1;
        for (int i = 1; i < n; i++) {
            carry[i] = StrictMath.pow(phi, index[i] - index[i - 1]);
            double rest = 1 - carry[i] * carry[i];
            scale[i] = 1 / Math.sqrt(rest);
            log += StrictMath.log(rest);
        }
        double[][] q = new double[base][];
        double[][] r = new double[base][base];
        for (int j = 0; j < base; j++) {
            double[] v = whitened(baseColumns.get(j));
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
        double[] row = slopeRow(r);
        factor = dot(row, row);
        double[] rest = whitened(y);
        slope = 0;
        for (int j = 0; j < base; j++) {
            double k = dot(q[j], rest);
            slope += row[j] * k;
            subtract(rest, k, q[j]);
        }
        squares = dot(rest, rest);
        project(q, row, rest, phi);
    }

    /** The row of R⁻¹ that yields the coefficient of column 1, the slope. */
    private static double[] slopeRow(double[][] r) {
        double[] row = new double[r.length];
        row[1] = 1 / r[1][1];
        for (int j = 2; j < row.length; j++) {
            double sum = 0;
            for (int i = 1; i < j; i++) {
                sum += row[i] * r[i][j];
            }
            row[j] = -sum / r[j][j];
        }
        return row;
    }

    private void project(double[][] q, double[] row, double[] rest, double phi) {
        int count = columns.column.length;
        double[] adjointRest = adjoint(rest);
        double[][] onBase = new double[count][base];
        double[][] adjoint = new double[base][];
        for (int j = 0; j < base; j++) {
            adjoint[j] = adjoint(q[j]);
        }
        double[][] over = new double[count][apart.length];
        for (int k = 0; k < count; k++) {
            double[] x = columns.column[k];
            projections[k] = dot(x, adjointRest);
            double weight = columns.slopeWeight[k];
            for (int j = 0; j < base; j++) {
                onBase[k][j] = dot(x, adjoint[j]);
                weight -= row[j] * onBase[k][j];
            }
            slopeWeights[k] = weight;
            for (int cut = 0; cut < apart.length; cut++) {
                int i = apart[cut];
                over[k][cut] = (x[i] - carry[i] * x[i - 1]) * scale[i];
            }
        }
        double low = (1 - phi) / (1 + phi);
        double high = (1 + phi) / (1 - phi);
        for (int k = 0; k < count; k++) {
            int length = gram[k].length;
            for (int m = 0; m < length; m++) {
                gram[k][m] = ends[k][m] + low * sums[k][m] + high * differences[k][m];
            }
            if (apart.length > 0) {
                for (int m = 0; m < length; m++) {
                    gram[k][m] += dot(over[k], over[columnAt(k, m)]);
                }
            }
            double before = gram[k][length - 1];
            for (int j = 0; j < base; j++) {
                double p = onBase[k][j];
                for (int m = 0; m < length; m++) {
                    gram[k][m] -= p * onBase[columnAt(k, m)][j];
                }
            }
            if (!(gram[k][length - 1] > DEPENDENT * before)) {
                gram[k][length - 1] = 0;
            }
        }
    }

    private double[] whitened(double[] v) {
        double[] white = new double[n];
        white[0] = v[0];
        for (int i = 1; i < n; i++) {
            white[i] = (v[i] - carry[i] * v[i - 1]) * scale[i];
        }
        return white;
    }

    /** The vector whose product with a column is that of {@code white} with the whitened column. */
    private double[] adjoint(double[] white) {
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            v[i] = scale[i] * white[i] - (i + 1 < n ? carry[i + 1] * scale[i + 1] * white[i + 1] : 0);
        }
        return v;
    }

    private static void subtract(double[] y, double k, double[] x) {
        for (int i = 0; i < y.length; i++) {
            y[i] -= k * x[i];
        }
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
}
