package dev.evenkeel.drift;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Series made for a test. Seeded: the same call gives the same series. */
final class Made {
    static final Budget TEN = new Budget(10, "");

    private Made() {}

    /** A reading every {@code every} seconds, of a function of the hours passed. */
    static TimeSeries series(int n, double every, DoubleUnaryOperator valueAtHour) {
        double[] seconds = new double[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            seconds[i] = i * every;
            values[i] = valueAtHour.applyAsDouble(seconds[i] / 3600);
        }
        return TimeSeries.of(seconds, values);
    }

    /** One hour: 240 readings, 15 s apart, with noise of standard deviation 1. */
    static TimeSeries noisyHour(long seed, DoubleUnaryOperator valueAtHour) {
        Random random = new Random(seed);
        return series(240, 15, hour -> valueAtHour.applyAsDouble(hour) + random.nextGaussian());
    }

    static DriftResult judge(TimeSeries series, Mark... marks) {
        return DriftAnalysis.of(series, TEN, List.of(marks), DriftAnalysis.Options.defaults());
    }

    static DriftResult judgeCount(TimeSeries series, double budget) {
        return DriftAnalysis.of(
                series,
                new Budget(budget, ""),
                List.of(),
                DriftAnalysis.Options.defaults().withResolution(1));
    }
}
