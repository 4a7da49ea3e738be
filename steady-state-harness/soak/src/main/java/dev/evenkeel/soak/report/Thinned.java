package dev.evenkeel.soak.report;

import java.util.Arrays;

/**
 * Few enough points to draw: as given, or the lowest and the highest reading of each column.
 *
 * <p>Lowest and highest, not a mean: a report must not smooth away the spike it is asked about.
 *
 * @param seconds times, ascending; two a column once thinned, equal where the column is flat
 * @param values readings; NaN where there was none
 * @param perColumn how many readings stand behind one column; 1 when nothing was left out
 */
@SuppressWarnings("ArrayRecordComponent") // drawn once and dropped
record Thinned(double[] seconds, double[] values, int perColumn) {

    static Thinned of(double[] seconds, double[] values, int columns) {
        int n = Math.min(seconds.length, values.length);
        if (n <= 2 * columns) {
            return new Thinned(Arrays.copyOf(seconds, n), Arrays.copyOf(values, n), 1);
        }
        double[] t = new double[2 * columns];
        double[] v = new double[2 * columns];
        for (int c = 0; c < columns; c++) {
            int from = (int) ((long) n * c / columns);
            int to = (int) ((long) n * (c + 1) / columns);
            int lowest = -1;
            int highest = -1;
            for (int i = from; i < to; i++) {
                if (Double.isFinite(values[i])) {
                    lowest = lowest < 0 || values[i] < values[lowest] ? i : lowest;
                    highest = highest < 0 || values[i] > values[highest] ? i : highest;
                }
            }
            int earlier = lowest < 0 ? from : Math.min(lowest, highest);
            int later = lowest < 0 ? from : Math.max(lowest, highest);
            t[2 * c] = seconds[earlier];
            v[2 * c] = values[earlier];
            t[2 * c + 1] = seconds[later];
            v[2 * c + 1] = values[later];
        }
        return new Thinned(t, v, n / columns);
    }
}
