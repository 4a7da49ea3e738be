package dev.evenkeel.drift;

import java.util.Arrays;

/**
 * What each of many models says about one slope, a Student t distribution about an estimate, and how much each of them
 * weighs. Filled once, then read; not thread-safe while it is filled.
 */
final class SlopeMixture {
    /** Models whose weight is below e^-13 of the best are left out. */
    static final double SLACK = 26;

    private static final double CLOSE = 1e-9; // of a share; the least asked for is some thousandths
    private static final double NARROW = 0x1p-22; // of a standard error
    private static final int MOST_STEPS = 80;

    private int size;
    private double[] weight = new double[256]; // until finish(), -2 ln of it
    private double[] slope = new double[256];
    private double[] error = new double[256];
    private int[] df = new int[256];
    private int[] model = new int[256];
    private int[] rho = new int[256];
    private double[] charge = new double[256];
    private boolean charged;
    private int best;
    private double least = Double.POSITIVE_INFINITY;

    /** The least -2 ln weight so far. */
    double least() {
        return least;
    }

    /**
     * Adds a model unless it weighs too little beside the best so far.
     *
     * @param chargeOf what {@link #wary()} adds to -2 ln of its weight
     */
    void add(double criterion, double chargeOf, double slopeOf, double errorOf, int dfOf, int modelOf, int rhoOf) {
        if (!(criterion <= least + SLACK)) {
            return;
        }
        least = Math.min(least, criterion);
        if (size == weight.length) {
            int longer = 2 * size;
            weight = Arrays.copyOf(weight, longer);
            slope = Arrays.copyOf(slope, longer);
            error = Arrays.copyOf(error, longer);
            df = Arrays.copyOf(df, longer);
            model = Arrays.copyOf(model, longer);
            rho = Arrays.copyOf(rho, longer);
            charge = Arrays.copyOf(charge, longer);
        }
        charge[size] = chargeOf;
        weight[size] = criterion;
        slope[size] = slopeOf;
        error[size] = errorOf;
        df[size] = dfOf;
        model[size] = modelOf;
        rho[size++] = rhoOf;
    }

    /** Drops what turned out to weigh too little, and makes weights that sum to 1. */
    void finish() {
        int kept = 0;
        double whole = 0;
        for (int i = 0; i < size; i++) {
            if (weight[i] <= least + SLACK) {
                if (weight[i] == least) {
                    best = kept;
                }
                weight[kept] = StrictMath.exp((least - weight[i]) / 2);
                whole += weight[kept];
                slope[kept] = slope[i];
                error[kept] = error[i];
                df[kept] = df[i];
                model[kept] = model[i];
                rho[kept] = rho[i];
                charge[kept] = charge[i];
                charged |= charge[i] != 0;
                kept++;
            }
        }
        size = kept;
        for (int i = 0; i < size; i++) {
            weight[i] /= whole;
        }
    }

    /** The same models, each with its charge; this where none has any. */
    SlopeMixture wary() {
        if (!charged) {
            return this;
        }
        SlopeMixture wary = new SlopeMixture();
        wary.size = size;
        wary.slope = slope;
        wary.error = error;
        wary.df = df;
        wary.model = model;
        wary.rho = rho;
        wary.best = best;
        wary.weight = new double[size];
        double whole = 0;
        for (int i = 0; i < size; i++) {
            wary.weight[i] = weight[i] * StrictMath.exp(-charge[i] / 2);
            whole += wary.weight[i];
        }
        for (int i = 0; i < size; i++) {
            wary.weight[i] /= whole;
        }
        return wary;
    }

    int size() {
        return size;
    }

    /** The model that weighs most, as it was added. */
    int model() {
        return model[best];
    }

    /** Its place in the grid of autocorrelations, as it was added. */
    int rho() {
        return rho[best];
    }

    /** Its degrees of freedom. */
    int df() {
        return df[best];
    }

    /** The weight on slopes below a value. */
    double below(double value) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            if (error[i] > 0) {
                sum += weight[i] * StudentT.upperTail((slope[i] - value) / error[i], df[i]);
            } else if (value >= slope[i]) {
                sum += weight[i];
            }
        }
        return sum;
    }

    /**
     * The slope with a weight of {@code share} below it, or at most a millionth of a standard error to the far side of it.
     * By false position, which is let go back to bisection where it would creep.
     */
    double quantile(double share) {
        double unit = error[best] > 0 ? error[best] : Double.MIN_NORMAL;
        double low = slope[best] - unit;
        double high = slope[best] + unit;
        double atLow = below(low) - share;
        double atHigh = below(high) - share;
        for (double step = unit; atLow > 0 && step < Double.MAX_VALUE / 4; step *= 2) {
            high = low;
            atHigh = atLow;
            low -= step;
            atLow = below(low) - share;
        }
        for (double step = unit; atHigh < 0 && step < Double.MAX_VALUE / 4; step *= 2) {
            low = high;
            atLow = atHigh;
            high += step;
            atHigh = below(high) - share;
        }
        for (int i = 1; i <= MOST_STEPS && high - low > NARROW * unit; i++) {
            double middle = low + (high - low) / 2;
            if (i % 3 != 0 && atHigh > atLow) {
                double guess = low - atLow * (high - low) / (atHigh - atLow);
                middle = guess > low && guess < high ? guess : middle;
            }
            double at = below(middle) - share;
            if (Math.abs(at) <= CLOSE) {
                return middle;
            }
            if (at < 0) {
                low = middle;
                atLow = at;
            } else {
                high = middle;
                atHigh = at;
            }
        }
        return share < 0.5 ? low : high;
    }
}
