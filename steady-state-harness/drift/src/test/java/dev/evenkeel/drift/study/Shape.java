package dev.evenkeel.drift.study;

import java.util.Random;

/**
 * One run in the making: n readings over x in [0, 1], in units of the standard deviation of the noise. Seeded; every
 * method adds to {@link #y} and returns this.
 */
final class Shape {
    final int n;
    final double[] x;
    final double[] y;
    final boolean[] missing;
    final Random random;

    Shape(int n, Random random) {
        this.n = n;
        this.random = random;
        x = new double[n];
        y = new double[n];
        missing = new boolean[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i + 0.5) / n;
        }
    }

    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    double logBetween(double low, double high) {
        return Math.exp(between(Math.log(low), Math.log(high)));
    }

    double sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    interface OfShare {
        double at(double x);
    }

    Shape add(OfShare f) {
        for (int i = 0; i < n; i++) {
            y[i] += f.at(x[i]);
        }
        return this;
    }

    Shape scale(OfShare f) {
        for (int i = 0; i < n; i++) {
            y[i] *= f.at(x[i]);
        }
        return this;
    }

    Shape linear(double rise) {
        return add(t -> rise * t);
    }

    Shape white() {
        return white(1);
    }

    Shape white(double sd) {
        for (int i = 0; i < n; i++) {
            y[i] += sd * random.nextGaussian();
        }
        return this;
    }

    /** First-order autoregression with a marginal standard deviation. */
    Shape ar(double phi, double sd) {
        double v = random.nextGaussian();
        double e = Math.sqrt(1 - phi * phi);
        for (int i = 0; i < n; i++) {
            y[i] += sd * v;
            v = phi * v + e * random.nextGaussian();
        }
        return this;
    }

    /** A walk that reverts within a share of the run. */
    Shape reverting(double share, double sd) {
        return ar(Math.exp(-1 / (share * n)), sd);
    }

    /** Second-order autoregression that swings with about a period, damped. */
    Shape swinging(double periods, double damping, double sd) {
        double r = Math.exp(-damping * periods / n);
        double a1 = 2 * r * Math.cos(2 * Math.PI * periods / n);
        double a2 = -r * r;
        double[] v = new double[n + 500];
        double squares = 0;
        for (int i = 2; i < v.length; i++) {
            v[i] = a1 * v[i - 1] + a2 * v[i - 2] + random.nextGaussian();
        }
        // The theoretical variance of the process.
        double variance = (1 - a2) / ((1 + a2) * ((1 - a2) * (1 - a2) - a1 * a1));
        squares = Math.sqrt(variance);
        for (int i = 0; i < n; i++) {
            y[i] += sd * v[500 + i] / squares;
        }
        return this;
    }

    /** Heavy tails on both sides: Student's t with three degrees of freedom, scaled. */
    Shape heavy(double sd) {
        for (int i = 0; i < n; i++) {
            double c = 0;
            for (int k = 0; k < 3; k++) {
                double g = random.nextGaussian();
                c += g * g;
            }
            y[i] += sd * random.nextGaussian() / Math.sqrt(c / 3) / 1.3;
        }
        return this;
    }

    /** Single readings far off. */
    Shape outliers(double rate, double size, boolean bothSides) {
        for (int i = 0; i < n; i++) {
            if (random.nextDouble() < rate) {
                y[i] += (bothSides ? sign() : 1) * size * (0.3 + random.nextDouble());
            }
        }
        return this;
    }

    Shape step(double at, double size) {
        return add(t -> t >= at ? size : 0);
    }

    Shape fill(double tau, double size) {
        return add(t -> -size * Math.exp(-t / tau));
    }

    Shape cycle(double periods, double size) {
        double phase = random.nextDouble();
        return add(t -> size * Math.sin(2 * Math.PI * (periods * t + phase)));
    }

    /** Growth between collections that fall back to a floor; period in readings, drifting by a factor over the run. */
    Shape sawtooth(double period, double drift, double size) {
        double phase = random.nextDouble();
        for (int i = 0; i < n; i++) {
            y[i] += size * phase;
            phase += 1 / (period * Math.exp(x[i] * Math.log(drift)));
            if (phase >= 1) {
                phase -= 1;
            }
        }
        return this;
    }

    /** Holds each reading until the next of about {@code updates} updates at random times. */
    Shape held(double updates) {
        double current = y[0];
        for (int i = 0; i < n; i++) {
            if (i == 0 || random.nextDouble() < updates / n) {
                current = y[i];
            }
            y[i] = current;
        }
        return this;
    }

    /** Two levels, switching at random with a mean dwell in readings. */
    Shape telegraph(double dwell, double size) {
        boolean up = random.nextBoolean();
        for (int i = 0; i < n; i++) {
            if (random.nextDouble() < 1 / dwell) {
                up = !up;
            }
            y[i] += up ? size : 0;
        }
        return this;
    }

    /** Bursts that decay, at random times. */
    Shape bursts(double count, double size, double tau) {
        double level = 0;
        double decay = Math.exp(-1 / (tau * n));
        for (int i = 0; i < n; i++) {
            if (random.nextDouble() < count / n) {
                level += size * (0.5 + random.nextDouble());
            }
            y[i] += level;
            level *= decay;
        }
        return this;
    }

    /** A rise made of jumps at random times, with a mean total. */
    Shape jumps(double count, double total, boolean equal) {
        for (int i = 0; i < n; i++) {
            if (random.nextDouble() < count / n) {
                double size = total / count * (equal ? 1 : between(0.3, 1.7));
                for (int j = i; j < n; j++) {
                    y[j] += size;
                }
            }
        }
        return this;
    }

    Shape round(double step) {
        double offset = random.nextDouble();
        for (int i = 0; i < n; i++) {
            y[i] = Math.floor(y[i] / step + offset) * step;
        }
        return this;
    }

    /** Readings missing one by one. */
    Shape drop(double rate) {
        for (int i = 1; i < n; i++) {
            missing[i] |= random.nextDouble() < rate;
        }
        return this;
    }

    /** Readings missing in a row. */
    Shape gap(double from, double width) {
        for (int i = 1; i < n; i++) {
            missing[i] |= x[i] >= from && x[i] < from + width;
        }
        return this;
    }
}
