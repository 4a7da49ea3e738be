package dev.evenkeel.drift;

import java.util.Arrays;

/**
 * How many slices at the start to leave out: the number that gives the slope of the rest its smallest standard error
 * (the marginal standard error rule of White 1997, for a slope instead of a mean).
 *
 * <p>The rule for a mean would be wrong here: a leak inflates the variance about the mean, and the rule would throw
 * away the very data that show it.
 */
final class WarmUp {
    private static final double MOST = 1.0 / 3;
    private static final double WORTHWHILE = 0.8;
    private static final int KEEP = 8;

    private WarmUp() {}

    static int slicesToDiscard(Slices slices) {
        double[] x = slices.centres();
        double whole = Double.NaN;
        double best = Double.POSITIVE_INFINITY;
        int discard = 0;
        for (int d = 0; d <= (int) (slices.total * MOST) && x.length - d >= KEEP; d++) {
            double se2 = slopeVariance(Arrays.copyOfRange(x, d, x.length), slices.from(d));
            if (d == 0) {
                whole = se2;
            }
            if (se2 < best) {
                best = se2;
                discard = d;
            }
        }
        return best < WORTHWHILE * whole ? discard : 0;
    }

    private static double slopeVariance(double[] x, Slices kept) {
        int n = x.length;
        double[] r = OrthonormalBasis.line(x).residual(kept.level);
        double mean = 0;
        for (double v : x) {
            mean += v;
        }
        mean /= n;
        double spread = 0;
        for (double v : x) {
            spread += (v - mean) * (v - mean);
        }
        double squares = OrthonormalBasis.dot(r, r);
        if (squares < n * kept.arithmeticNoise()) {
            squares = 0;
        }
        return (squares + n * kept.roundingVariance()) / (n - 2) / spread;
    }
}
