package dev.evenkeel.soak.report;

import java.util.Arrays;

/**
 * Few enough points to draw: as given, or the lowest and the highest reading of each column.
 *
 * <p>Lowest and highest, not a mean: a report must not smooth away the spike it is asked about.
 *
 * @param seconds times, ascending
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
        int used = 0;
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
            if (lowest < 0) {
                t[used] = seconds[from];
                v[used++] = Double.NaN;
            } else {
                int earlier = Math.min(lowest, highest);
                int later = Math.max(lowest, highest);
                t[used] = seconds[earlier];
                v[used++] = values[earlier];
                if (later != earlier) {
                    t[used] = seconds[later];
                    v[used++] = values[later];
                }
            }
        }
        return new Thinned(Arrays.copyOf(t, used), Arrays.copyOf(v, used), n / columns);
    }
}
