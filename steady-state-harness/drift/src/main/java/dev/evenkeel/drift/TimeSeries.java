package dev.evenkeel.drift;

import java.util.Arrays;
import java.util.Objects;

/**
 * Readings of one resource over one run, in the order of time.
 *
 * <p>Times are seconds since the start of the run; not epoch seconds, because the model in words quotes them
 * ("a step of +38 at 00:21"). A reading that is NaN or infinite is a gap: it keeps its place here, is counted by
 * {@link #gaps()} and takes no part in the analysis.
 */
public final class TimeSeries {
    private final double[] seconds;
    private final double[] values;
    private final int gaps;

    private TimeSeries(double[] seconds, double[] values, int gaps) {
        this.seconds = seconds;
        this.values = values;
        this.gaps = gaps;
    }

    /**
     * Copies the arrays.
     *
     * @param seconds elapsed seconds, finite and strictly increasing
     * @param values one reading per time; NaN and infinities are gaps
     * @throws IllegalArgumentException if the lengths differ, or a time is not finite, repeats or runs backward
     */
    public static TimeSeries of(double[] seconds, double[] values) {
        Objects.requireNonNull(seconds, "seconds");
        Objects.requireNonNull(values, "values");
        if (seconds.length != values.length) {
            throw new IllegalArgumentException(
                    "Cannot make a series of " + seconds.length + " times and " + values.length
                            + " readings: each reading has one time. Pass arrays of equal length; a missed reading is NaN.");
        }
        int gaps = 0;
        for (int i = 0; i < seconds.length; i++) {
            if (!Double.isFinite(seconds[i])) {
                throw new IllegalArgumentException("Time " + i + " of the series is " + seconds[i]
                        + ": a reading without a time has no place in a trend. Leave the reading out.");
            }
            if (i > 0 && seconds[i] <= seconds[i - 1]) {
                throw new IllegalArgumentException("Time " + i + " of the series is " + seconds[i] + " s after "
                        + seconds[i - 1] + " s: " + (seconds[i] == seconds[i - 1] ? "a repeated" : "a backward")
                        + " time makes the slope meaningless. Take times from a monotonic clock"
                        + " and merge or drop the repeated reading.");
            }
            if (!Double.isFinite(values[i])) {
                gaps++;
            }
        }
        return new TimeSeries(seconds.clone(), values.clone(), gaps);
    }

    /**
     * This series less another that ran beside it, for example the old version under the same load: cycles and steps that
     * both share go, and what this one grows faster by is left.
     *
     * @param other on the same clock; read between its neighbours in time where its times differ
     * @return as many readings as this series; a gap where either has one, or where the other did not run yet or any more
     */
    public TimeSeries minus(TimeSeries other) {
        double[] difference = new double[values.length];
        int after = 0;
        for (int i = 0; i < values.length; i++) {
            while (after < other.size() && other.second(after) < seconds[i]) {
                after++;
            }
            difference[i] = values[i] - other.between(after, seconds[i]);
        }
        return of(seconds, difference);
    }

    /** Linear between the readings around a second; NaN outside of the series. */
    double at(double second) {
        int after = Arrays.binarySearch(seconds, second);
        return between(after < 0 ? -after - 1 : after, second);
    }

    /** Linear between the reading before an index and that at it; NaN outside of the series. */
    private double between(int after, double second) {
        if (after < size() && seconds[after] == second) {
            return values[after];
        }
        if (after == 0 || after == size()) {
            return Double.NaN;
        }
        double share = (second - seconds[after - 1]) / (seconds[after] - seconds[after - 1]);
        return values[after - 1] + share * (values[after] - values[after - 1]);
    }

    /** Readings with the gaps among them. */
    public int size() {
        return seconds.length;
    }

    public double second(int i) {
        return seconds[i];
    }

    /** The reading as it was given; NaN or infinite where it is a gap. */
    public double value(int i) {
        return values[i];
    }

    /** How many readings are NaN or infinite. */
    public int gaps() {
        return gaps;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeSeries that
                && Arrays.equals(seconds, that.seconds)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(seconds) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "TimeSeries[" + size() + " readings, " + gaps + " gaps]";
    }
}
