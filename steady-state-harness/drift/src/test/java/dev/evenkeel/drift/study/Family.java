package dev.evenkeel.drift.study;

import dev.evenkeel.drift.TimeSeries;
import java.util.Random;

/**
 * A kind of series with a known truth.
 *
 * @param leak whether it grows at its end by more than the budget
 * @param maker adds everything to a shape and returns the rise at the end of the run, per run, in units of the noise
 */
record Family(String name, boolean leak, Maker maker) {
    /** {@code rise} is the growth over the run for a leak, 0 for a healthy family. */
    interface Maker {
        double make(Shape s, double rise, double budget);
    }

    /** One length of run with one spacing of readings. */
    enum Horizon {
        HOUR("1 h", 60, 60),
        WORKDAY("8 h", 480, 60),
        TEN_MINUTES("10 min", 600, 1);

        final String words;
        final int readings;
        final double every;

        Horizon(String words, int readings, double every) {
            this.words = words;
            this.readings = readings;
            this.every = every;
        }
    }

    /** A series with its truth; slopes per hour. */
    record Made(
            String family,
            Horizon horizon,
            boolean leak,
            double multiple,
            double trueSlope,
            double budget,
            TimeSeries series) {}

    Made make(Horizon horizon, long seed) {
        return make(horizon, seed, 0);
    }

    /** A multiple of 0 draws one between 1.5 and 8. */
    Made make(Horizon horizon, long seed, double fixedMultiple) {
        Random random = new Random(seed * 1_000_003 + name.hashCode() * 31L + horizon.ordinal());
        random.nextLong();
        Shape s = new Shape(horizon.readings, random);
        double budget = s.logBetween(1.8, 5); // growth allowed over the run, in standard deviations of the noise
        double multiple = leak ? (fixedMultiple > 0 ? fixedMultiple : s.logBetween(1.5, 8)) : 0;
        double end = maker.make(s, multiple * budget, budget);
        double scale = s.logBetween(0.1, 1000);
        double level = scale * s.between(20, 500);
        double hours = horizon.readings * horizon.every / 3600;
        int kept = 0;
        double[] seconds = new double[s.n];
        double[] values = new double[s.n];
        for (int i = 0; i < s.n; i++) {
            double jitter = (random.nextDouble() - 0.5) * 0.04;
            if (!s.missing[i]) {
                seconds[kept] = (i + jitter) * horizon.every;
                values[kept++] = level + scale * s.y[i];
            }
        }
        return new Made(
                name,
                horizon,
                leak,
                leak ? end / budget : 0,
                end * scale / hours,
                budget * scale / hours,
                TimeSeries.of(java.util.Arrays.copyOf(seconds, kept), java.util.Arrays.copyOf(values, kept)));
    }
}
