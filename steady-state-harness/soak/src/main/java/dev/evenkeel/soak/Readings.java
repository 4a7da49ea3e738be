package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import java.util.Arrays;
import java.util.List;

/** Readings of one resource as they come in. One thread. */
final class Readings {
    private double[] seconds;
    private double[] values;
    private int size;
    private int backward;

    Readings(int capacity) {
        seconds = new double[capacity];
        values = new double[capacity];
    }

    /** Adds a reading; one whose time is not after the last is dropped. */
    void add(double second, double value) {
        if (size > 0 && second <= seconds[size - 1]) {
            backward++;
            return;
        }
        if (size == seconds.length) {
            seconds = Arrays.copyOf(seconds, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        seconds[size] = second;
        values[size++] = value;
    }

    /** Readings that were dropped because their time was not after the last. */
    int backward() {
        return backward;
    }

    int size() {
        return size;
    }

    TimeSeries all() {
        return TimeSeries.of(Arrays.copyOf(seconds, size), Arrays.copyOf(values, size));
    }

    double[] seconds() {
        return Arrays.copyOf(seconds, size);
    }

    double[] values() {
        return Arrays.copyOf(values, size);
    }

    /** Readings from a second on, without gaps and without those taken inside a fault window. */
    TimeSeries steady(double fromSecond, List<Mark> marks) {
        double[] keptSeconds = new double[size];
        double[] keptValues = new double[size];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (seconds[i] >= fromSecond && Double.isFinite(values[i]) && !inFault(seconds[i], marks)) {
                keptSeconds[kept] = seconds[i];
                keptValues[kept++] = values[i];
            }
        }
        return TimeSeries.of(Arrays.copyOf(keptSeconds, kept), Arrays.copyOf(keptValues, kept));
    }

    private static boolean inFault(double second, List<Mark> marks) {
        for (Mark mark : marks) {
            if (mark.kind() == Mark.Kind.FAULT && second >= mark.fromSecond() && second <= mark.toSecond()) {
                return true;
            }
        }
        return false;
    }

    /** Each reading replaced by the least of those up to {@code reach} before and after it. */
    static TimeSeries leastOfNeighbours(TimeSeries series, int reach) {
        double[] seconds = new double[series.size()];
        double[] values = new double[series.size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = series.second(i);
            values[i] = series.value(i);
            for (int j = Math.max(0, i - reach); j <= Math.min(seconds.length - 1, i + reach); j++) {
                values[i] = Math.min(values[i], series.value(j));
            }
        }
        return TimeSeries.of(seconds, values);
    }

    /** The middle reading; NaN when there is none. */
    static double median(TimeSeries series) {
        double[] sorted = new double[series.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = series.value(i);
        }
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
