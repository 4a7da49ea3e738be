package dev.evenkeel.drift;

/** Lag-1 autocorrelation of residuals and what it leaves of the sample size. */
record Autocorrelation(double rho, double effectiveSamples) {
    private static final double MOST = 0.95;

    /**
     * From the residuals of a fit with some columns. Only slices that are neighbours in time pair up. The estimate
     * is biased down by the fit itself, and corrected for it (after Marriott and Pope 1954, Kendall 1954).
     */
    static Autocorrelation of(double[] residuals, int[] index, double squares, int columns) {
        double pairs = 0;
        for (int i = 0; i + 1 < residuals.length; i++) {
            if (index[i + 1] == index[i] + 1) {
                pairs += residuals[i] * residuals[i + 1];
            }
        }
        return corrected(pairs / squares, residuals.length, columns);
    }

    /**
     * Where a model leaves nothing but rounding of the arithmetic. Readings that move in steps of a size that was
     * inferred are then taken for one long error; where the step is known, {@link SlopeInterval} sees to it.
     */
    static Autocorrelation ofExactFit(Slices kept, int columns) {
        boolean oneLongError = kept.step > 0 && !kept.stepDeclared;
        return corrected(oneLongError ? 1 : 0, kept.size(), columns);
    }

    private static Autocorrelation corrected(double r, double n, int columns) {
        double rho = Math.min(MOST, Math.max(0, (r + columns / n) / (1 - (columns + 2) / n)));
        return new Autocorrelation(rho, n * (1 - rho) / (1 + rho));
    }

    /** By how much the variance of a slope exceeds that of independent slices. */
    double inflation() {
        return (1 + rho) / (1 - rho);
    }
}
