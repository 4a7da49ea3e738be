package dev.evenkeel.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a rise may be a store that is still filling: a concave curve whose slope, in the end, need not be above
 * zero.
 *
 * <p>It looks at the whole series, the warm-up included, for that is where a fill shows. The time constant is not
 * known: taking the best one as known would condemn one slow fill in five, so that the bound is the lowest over all
 * time constants that fit about as well (a profile likelihood).
 */
final class SaturationGuard {
    private static final double[] TAUS = {0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0};
    private static final double ALPHA = 0.10;
    private static final double PROFILE = 2.7; // 90 % of chi-square with one degree of freedom
    private static final int PARAMETERS = 4;

    private SaturationGuard() {}

    /** One time constant tried: the slope that remains once the fill is over, and its lower bound, per whole span. */
    record Fill(
            double tau,
            double squares,
            double slope,
            double error,
            double lower,
            double amplitude,
            double effectiveSamples) {}

    /** The fill that may explain a rise, or null. */
    static @Nullable Fill explains(Slices all) {
        int n = all.size();
        double[] x = all.centres();
        OrthonormalBasis line = OrthonormalBasis.line(x);
        double[] r = line.residual(all.level);
        double rounding = n * all.roundingVariance();
        double unexplained = OrthonormalBasis.dot(r, r);
        double lineSquares = unexplained + rounding;
        if (unexplained <= n * all.arithmeticNoise()) {
            return null; // an exact straight line
        }
        Fill[] fills = new Fill[TAUS.length];
        Fill best = null;
        for (int i = 0; i < TAUS.length; i++) {
            fills[i] = fill(all, x, TAUS[i], rounding);
            if (best == null || fills[i].squares() < best.squares()) {
                best = fills[i];
            }
        }
        if (best == null || best.squares() <= 0 || best.amplitude() >= 0) {
            return null;
        }
        double logN = StrictMath.log(n);
        if (n * StrictMath.log(lineSquares / best.squares()) - logN <= 0) {
            return null;
        }
        double rival = Math.min(
                bestRival(Candidates.steps(x), line, r, lineSquares, logN),
                bestRival(Candidates.cycles(x), line, r, lineSquares, logN));
        if (n * StrictMath.log(best.squares()) + 2 * logN > rival) {
            return null;
        }
        for (Fill fill : fills) {
            boolean plausible = best.effectiveSamples() * StrictMath.log(fill.squares() / best.squares()) <= PROFILE;
            if (plausible && fill.lower() <= 0) {
                return best;
            }
        }
        return null;
    }

    private static Fill fill(Slices all, double[] x, double tau, double rounding) {
        int n = x.length;
        LeastSquares fit = LeastSquares.fit(List.of(OrthonormalBasis.ones(n), x, Candidates.fill(x, tau)), all.level);
        double raw = fit.residualSquares();
        double squares = raw + rounding;
        Autocorrelation auto = raw <= n * all.arithmeticNoise()
                ? Autocorrelation.ofExactFit(all, 3)
                : Autocorrelation.of(fit.residuals(), all.index, raw, 3);
        double error = Math.sqrt(
                squares / Math.max(n - PARAMETERS, 1) * fit.varianceFactor(new double[] {0, 1, 0}) * auto.inflation());
        double t = StudentT.quantile(ALPHA, Math.max(auto.effectiveSamples() - PARAMETERS, 2));
        double slope = fit.coefficient(1);
        return new Fill(tau, squares, slope, error, slope - t * error, fit.coefficient(2), auto.effectiveSamples());
    }

    private static double bestRival(
            List<Term> rivals, OrthonormalBasis line, double[] r, double lineSquares, double logN) {
        double best = Double.POSITIVE_INFINITY;
        for (Term rival : rivals) {
            double left = lineSquares - TrendModel.explained(r, line.orthonormalised(rival.columns()));
            double criterion =
                    r.length * StrictMath.log(Math.max(left, 1e-12 * lineSquares)) + rival.parameters() * logN;
            best = Math.min(best, criterion);
        }
        return best;
    }

    /** The level that a fill without any trend beneath it ends at, in readings. */
    static double ceiling(Slices all) {
        double[] x = all.centres();
        double squares = Double.POSITIVE_INFINITY;
        double ceiling = Double.NaN;
        for (double tau : TAUS) {
            LeastSquares fit =
                    LeastSquares.fit(List.of(OrthonormalBasis.ones(x.length), Candidates.fill(x, tau)), all.level);
            if (fit.residualSquares() < squares) {
                squares = fit.residualSquares();
                ceiling = fit.coefficient(0);
            }
        }
        return Math.scalb(ceiling, all.exponent);
    }
}
