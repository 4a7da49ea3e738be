package dev.evenkeel.cli.sweep;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * A mean and the bounds that hold it with 95 %, by Student's t. Pure.
 *
 * @param mean NaN when there were no readings
 * @param lower NaN with fewer than two readings, from which nothing can be told of their spread
 */
record Interval(double mean, double lower, double upper, int readings) {
    private static final double TAIL = 0.025;

    /** Of readings, those that are NaN apart. */
    static Interval of(List<Double> readings) {
        double[] kept = readings.stream()
                .filter(v -> !Double.isNaN(v))
                .mapToDouble(Double::doubleValue)
                .toArray();
        int n = kept.length;
        double sum = 0;
        for (double v : kept) {
            sum += v;
        }
        double mean = n == 0 ? Double.NaN : sum / n;
        if (n < 2) {
            return new Interval(mean, Double.NaN, Double.NaN, n);
        }
        double squares = 0;
        for (double v : kept) {
            squares += (v - mean) * (v - mean);
        }
        double half =
                new TDistribution(n - 1).inverseCumulativeProbability(1 - TAIL) * Math.sqrt(squares / (n - 1) / n);
        return new Interval(mean, mean - half, mean + half, n);
    }

    /**
     * How many times larger one thing is than another, from readings that were taken in the same rounds: what a round did to both is
     * not in it. The mean is the geometric one.
     *
     * @param values by round, NaN where there is none
     * @param than as many, in the same order
     */
    static Interval ratio(List<Double> values, List<Double> than) {
        if (values.size() != than.size()) {
            throw new IllegalArgumentException("Cannot pair " + values.size() + " readings with " + than.size() + ".");
        }
        List<Double> logs = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            double log = Math.log(values.get(i) / than.get(i));
            logs.add(Double.isInfinite(log) ? Double.NaN : log);
        }
        Interval of = of(logs);
        return new Interval(Math.exp(of.mean), Math.exp(of.lower), Math.exp(of.upper), of.readings);
    }
}
