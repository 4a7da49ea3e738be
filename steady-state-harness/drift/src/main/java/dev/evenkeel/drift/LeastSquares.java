package dev.evenkeel.drift;

import java.util.Arrays;
import java.util.List;

/**
 * An ordinary least-squares fit by QR: X = QR from {@link OrthonormalBasis}, so that the condition of X is never
 * squared. Columns that depend on those before them get the coefficient 0.
 */
final class LeastSquares {
    private final double[] coefficients;
    private final double[] residuals;
    private final double[][] upper; // R, over the independent columns
    private final int[] independent; // their positions
    private final double[][] q; // an orthonormal vector for each of them

    private LeastSquares(double[] coefficients, double[] residuals, double[][] upper, int[] independent, double[][] q) {
        this.coefficients = coefficients;
        this.residuals = residuals;
        this.upper = upper;
        this.independent = independent;
        this.q = q;
    }

    static LeastSquares fit(List<double[]> columns, double[] y) {
        OrthonormalBasis basis = new OrthonormalBasis();
        double[][] q = new double[columns.size()][];
        int[] independent = new int[columns.size()];
        int p = 0;
        for (int j = 0; j < columns.size(); j++) {
            List<double[]> added = basis.orthonormalised(List.of(columns.get(j)));
            if (!added.isEmpty()) {
                basis.addAll(added);
                q[p] = added.get(0);
                independent[p++] = j;
            }
        }
        double[][] upper = new double[p][p];
        for (int i = 0; i < p; i++) {
            for (int j = i; j < p; j++) {
                upper[i][j] = OrthonormalBasis.dot(q[i], columns.get(independent[j]));
            }
        }
        double[] rest = y.clone();
        double[] qy = new double[p];
        for (int i = 0; i < p; i++) {
            qy[i] = OrthonormalBasis.dot(q[i], rest);
            for (int row = 0; row < rest.length; row++) {
                rest[row] -= qy[i] * q[i][row];
            }
        }
        double[] coefficients = new double[columns.size()];
        for (int i = p - 1; i >= 0; i--) {
            double sum = qy[i];
            for (int j = i + 1; j < p; j++) {
                sum -= upper[i][j] * coefficients[independent[j]];
            }
            coefficients[independent[i]] = sum / upper[i][i];
        }
        return new LeastSquares(coefficients, rest, upper, Arrays.copyOf(independent, p), q);
    }

    double coefficient(int column) {
        return coefficients[column];
    }

    double[] residuals() {
        return residuals;
    }

    double residualSquares() {
        return OrthonormalBasis.dot(residuals, residuals);
    }

    /** w'β. */
    double combination(double[] w) {
        return OrthonormalBasis.dot(coefficients, w);
    }

    /** w'(X'X)⁻¹w, which is |R⁻ᵀw|². */
    double varianceFactor(double[] w) {
        double[] z = solved(w);
        return OrthonormalBasis.dot(z, z);
    }

    /** R⁻ᵀw. */
    private double[] solved(double[] w) {
        double[] z = new double[independent.length];
        for (int i = 0; i < z.length; i++) {
            double v = w[independent[i]];
            for (int j = 0; j < i; j++) {
                v -= upper[j][i] * z[j];
            }
            z[i] = v / upper[i][i];
        }
        return z;
    }

    /**
     * How many times larger the variance of w'β is, with the noise where it lies, than if it lay evenly (the estimator of
     * White 1980, each residual scaled up by its own leverage, over the usual one). 1 where nothing is left over.
     */
    double unevenness(double[] w) {
        double[] z = solved(w);
        double weighted = 0;
        double weights = 0;
        double noise = 0;
        for (int i = 0; i < residuals.length; i++) {
            double influence = 0;
            double leverage = 0;
            for (int j = 0; j < z.length; j++) {
                influence += q[j][i] * z[j];
                leverage += q[j][i] * q[j][i];
            }
            double square = residuals[i] * residuals[i] / Math.max(1e-3, 1 - leverage);
            weighted += influence * influence * square;
            weights += influence * influence;
            noise += square;
        }
        return noise > 0 && weights > 0 ? weighted / weights / (noise / residuals.length) : 1;
    }
}
