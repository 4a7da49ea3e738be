package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A counter in the place of the clock: 3600 for each unit, so that what is per hour elsewhere is per unit here. */
final class CounterClock {
    private final Per per;
    private final TimeSeries counter;

    /** @throws IllegalArgumentException if the counter falls */
    CounterClock(Per per, TimeSeries counter) {
        this.per = per;
        this.counter = counter;
        double last = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < counter.size(); i++) {
            double value = counter.value(i);
            if (value < last) {
                throw new IllegalArgumentException("The counter of " + per.unit() + " falls from " + Words.number(last)
                        + " to " + Words.number(value) + " at second " + Words.number(counter.second(i))
                        + ": it tells nothing of what was done before. Judge what came after its restart.");
            }
            last = Double.isNaN(value) ? last : value;
        }
    }

    /** One reading for each value of the counter; without those inside a mark's window and those without a count. */
    TimeSeries series(TimeSeries series, List<Mark> marks) {
        double[] clock = new double[series.size()];
        double[] values = new double[series.size()];
        int n = 0;
        int merged = 0;
        for (int i = 0; i < series.size(); i++) {
            double second = series.second(i);
            double at = at(second);
            if (!Double.isFinite(series.value(i))
                    || Double.isNaN(at)
                    || marks.stream().anyMatch(m -> m.covers(second))) {
                continue;
            }
            if (n > 0 && at <= clock[n - 1]) {
                merged++;
                values[n - 1] += (series.value(i) - values[n - 1]) / merged;
            } else {
                clock[n] = at;
                values[n++] = series.value(i);
                merged = 1;
            }
        }
        return TimeSeries.of(Arrays.copyOf(clock, n), Arrays.copyOf(values, n));
    }

    /** What changed the level or began a new life, by the counter; faults have done their part in {@link #series}. */
    List<Mark> marks(List<Mark> marks) {
        List<Mark> moved = new ArrayList<>();
        for (Mark mark : marks) {
            double at = at(mark.fromSecond());
            if (mark.kind() != Mark.Kind.FAULT && !Double.isNaN(at)) {
                moved.add(Mark.at(at, mark.kind(), mark.label()));
            }
        }
        return moved;
    }

    private double at(double second) {
        return counter.at(second) / per.count() * 3600;
    }
}
