package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import java.util.Arrays;
import java.util.List;

/** The parts into which planned restarts split a run. */
final class Parts {

    /** Readings that a verdict needs. A part with fewer would leave every run undecided that was restarted near an end. */
    static final int FEWEST_READINGS = 30;

    private Parts() {}

    /**
     * A series without those of its parts that are too short to judge; as it is when all are.
     *
     * @param marks of the run, in any order
     */
    static TimeSeries longEnough(TimeSeries series, List<Mark> marks) {
        double[] restarts = marks.stream()
                .filter(m -> m.kind() == Mark.Kind.RESTART)
                .mapToDouble(Mark::fromSecond)
                .sorted()
                .toArray();
        int n = series.size();
        double[] seconds = new double[n];
        double[] values = new double[n];
        int kept = 0;
        int next = 0;
        for (int part = 0; part <= restarts.length; part++) {
            int from = next;
            while (next < n && (part == restarts.length || series.second(next) < restarts[part])) {
                next++;
            }
            if (next - from >= FEWEST_READINGS) {
                for (int i = from; i < next; i++) {
                    seconds[kept] = series.second(i);
                    values[kept++] = series.value(i);
                }
            }
        }
        return kept == 0 || kept == n
                ? series
                : TimeSeries.of(Arrays.copyOf(seconds, kept), Arrays.copyOf(values, kept));
    }
}
