package dev.evenkeel.drift;

import java.util.Arrays;

/**
 * Pulls in single readings that stray from their neighbours, to the edge of what neighbours do (the identifier of Hampel
 * 1974: so many median absolute deviations from the running median). A step, a fill and a burst longer than half the window
 * stay: their neighbours are with them.
 */
final class Strays {
    private static final int REACH = 3;
    private static final double EDGE = 3;
    private static final double TO_SIGMA = 1.4826; // of a normal distribution

    private Strays() {}

    /** The readings with strays pulled in; the same array where most neighbours are equal, as in a count. */
    static double[] pulledIn(double[] values) {
        int n = values.length;
        double[] median = new double[n];
        double[] distance = new double[n];
        double[] window = new double[2 * REACH + 1];
        for (int i = 0; i < n; i++) {
            int from = Math.max(0, Math.min(i - REACH, n - window.length));
            int length = Math.min(window.length, n - from);
            System.arraycopy(values, from, window, 0, length);
            Arrays.sort(window, 0, length);
            median[i] = window[length / 2];
            distance[i] = Math.abs(values[i] - median[i]);
        }
        double[] sorted = distance.clone();
        Arrays.sort(sorted);
        double edge = EDGE * TO_SIGMA * sorted[n / 2];
        if (!(edge > 0) || Double.isInfinite(edge)) {
            return values;
        }
        double[] pulled = values.clone();
        for (int i = 0; i < n; i++) {
            if (distance[i] > edge) {
                pulled[i] = median[i] + (values[i] > median[i] ? edge : -edge);
            }
        }
        return pulled;
    }
}
