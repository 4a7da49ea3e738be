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

    private LeastSquares(double[] coefficients, double[] residuals, double[][] upper, int[] independent) {
        this.coefficients = coefficients;
        this.residuals = residuals;
        this.upper = upper;
        this.independent = independent;
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
        return new LeastSquares(coefficients, rest, upper, Arrays.copyOf(independent, p));
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
        int p = independent.length;
        double[] z = new double[p];
        double sum = 0;
        for (int i = 0; i < p; i++) {
            double v = w[independent[i]];
            for (int j = 0; j < i; j++) {
                v -= upper[j][i] * z[j];
            }
            z[i] = v / upper[i][i];
            sum += z[i] * z[i];
        }
        return sum;
    }
}
