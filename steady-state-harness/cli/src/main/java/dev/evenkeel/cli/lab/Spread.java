package dev.evenkeel.cli.lab;

import java.util.Arrays;

/** The middle, the least and the most of some repeats. */
record Spread(double median, double low, double high) {
    /** At least one value. */
    static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
    }

    /** Whether the two cannot be told apart by what was measured. */
    boolean overlaps(Spread other) {
        return low <= other.high && other.low <= high;
    }

    /** From the least to the most, as a part of the middle; infinite where the middle is 0. */
    double relative() {
        return median == 0 ? Double.POSITIVE_INFINITY : (high - low) / median;
    }
}
