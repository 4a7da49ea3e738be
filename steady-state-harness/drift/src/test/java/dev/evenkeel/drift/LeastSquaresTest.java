package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;

class LeastSquaresTest {
    @Test
    void agreesWithHipparchus() {
        Random random = new Random(51);
        double[] x = new double[40];
        double[] y = new double[40];
        double[][] rows = new double[40][];
        for (int i = 0; i < 40; i++) {
            x[i] = (i + 0.5) / 40;
            y[i] = 1e6 + 300 * x[i] + random.nextGaussian();
        }
        double[] fill = Candidates.fill(x, 0.7);
        for (int i = 0; i < 40; i++) {
            rows[i] = new double[] {x[i], fill[i]};
        }
        OLSMultipleLinearRegression theirs = new OLSMultipleLinearRegression();
        theirs.newSampleData(y, rows);
        double[] expected = theirs.estimateRegressionParameters();
        double[][] variance = theirs.estimateRegressionParametersVariance();

        LeastSquares ours = LeastSquares.fit(List.of(OrthonormalBasis.ones(40), x, fill), y);

        for (int i = 0; i < 3; i++) {
            assertEquals(expected[i], ours.coefficient(i), 1e-9 * 1e6);
            double[] w = new double[3];
            w[i] = 1;
            assertEquals(variance[i][i], ours.varianceFactor(w), 1e-8 * variance[i][i]);
            assertEquals(expected[i], ours.combination(w), 1e-9 * 1e6);
        }
        assertArrayEquals(theirs.estimateResiduals(), ours.residuals(), 1e-7);
        assertEquals(theirs.calculateResidualSumOfSquares(), ours.residualSquares(), 1e-6);
    }

    @Test
    void columnThatDependsOnOthersGetsNoCoefficient() {
        double[] x = {0, 1, 2, 3, 4};
        double[] twice = {0, 2, 4, 6, 8};
        double[] y = {1, 3, 5, 7, 9};

        LeastSquares fit = LeastSquares.fit(List.of(OrthonormalBasis.ones(5), x, twice), y);

        assertEquals(1, fit.coefficient(0), 1e-12);
        assertEquals(2, fit.coefficient(1), 1e-12);
        assertEquals(0, fit.coefficient(2));
        assertEquals(0.1, fit.varianceFactor(new double[] {0, 1, 0}), 1e-12);
    }
}
