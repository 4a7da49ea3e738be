package dev.evenkeel.drift;

/** Lag-1 autocorrelation of residuals and what it leaves of the sample size. */
record Autocorrelation(double rho, double effectiveSamples) {
    private static final double MOST = 0.95;

    /**
     * From the residuals of a fit with some columns. Only buckets that are neighbours in time pair up. The estimate is biased down by
     * the fit itself, and corrected for it (after Marriott and Pope 1954, Kendall 1954).
     */
    static Autocorrelation of(double[] residuals, int[] index, double squares, int columns) {
        double pairs = 0;
        for (int i = 0; i + 1 < residuals.length; i++) {
            if (index[i + 1] == index[i] + 1) {
                pairs += residuals[i] * residuals[i + 1];
            }
        }
        double n = residuals.length;
        double r = pairs / Math.max(squares, 1e-300);
        double rho = Math.min(MOST, Math.max(0, (r + columns / n) / (1 - (columns + 2) / n)));
        return new Autocorrelation(rho, n * (1 - rho) / (1 + rho));
    }

    /** By how much the variance of a slope exceeds that of independent buckets. */
    double inflation() {
        return (1 + rho) / (1 - rho);
    }
}
