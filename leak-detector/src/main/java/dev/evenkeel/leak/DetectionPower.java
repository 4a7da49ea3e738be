package dev.evenkeel.leak;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Which leak a run finds nine times in ten, by trying the rule on made-up counts. Pure; the same options give the same answer. */
final class DetectionPower {
    /*
     * The probability has no closed form: a leak must show in the window, in each escalated round, and keep its rate. So the rule
     * itself is run on simulated leaks, and the rate is bisected until 90 % are found. The same random numbers serve all rates,
     * which makes the share found nearly monotone in the rate. 600 runs leave 1.2 points of uncertainty of the share.
     *
     * A leak of objects is found at a lower rate: where the heap grew in the quiet pass the plain rounds are larger.
     */

    /** The share of such leaks that the stated limit promises to find. */
    static final double POWER = 0.9;

    private static final int RUNS = 600;
    private static final int STEPS = 12;
    private static final long SEED = 20_261_121;

    /** The answer for the options asked last, which are mostly the same all through a suite: it takes 30 ms to find. */
    private record Known(
            int iterations,
            int rounds,
            int escalations,
            int warmUpRounds,
            double rate,
            double heapRate,
            double shareOfNoise) {
        boolean isOf(DetectionPower asked) {
            return iterations == asked.iterations
                    && rounds == asked.rounds
                    && escalations == asked.escalations
                    && warmUpRounds == asked.warmUpRounds;
        }
    }

    private enum Leak {
        /** Things that are counted, by chance. */
        COUNTED,
        /** Objects, by chance. */
        OBJECTS,
        /** Evenly, beside noise. */
        BESIDE_NOISE
    }

    private static volatile @Nullable Known latest;

    private final int iterations;
    private final int rounds;
    private final int escalations;
    private final int warmUpRounds;

    DetectionPower(LeakOptions options) {
        iterations = options.iterations();
        rounds = options.rounds();
        escalations = options.escalations();
        warmUpRounds = options.warmUpRounds();
    }

    /** Things per iteration, each iteration leaking one by chance, from which on nine in ten such leaks are found; at most 1. */
    double rate() {
        return known().rate;
    }

    /** As {@link #rate}, of objects on the heap. */
    double heapRate() {
        return known().heapRate;
    }

    /**
     * Growth per iteration from which nine in ten even leaks are found in a series that moves by itself, as a part of how far it
     * moved in the window.
     */
    double shareOfNoise() {
        return known().shareOfNoise;
    }

    private Known known() {
        Known last = latest;
        if (last == null || !last.isOf(this)) {
            last = new Known(
                    iterations,
                    rounds,
                    escalations,
                    warmUpRounds,
                    bisect(Leak.COUNTED),
                    bisect(Leak.OBJECTS),
                    bisect(Leak.BESIDE_NOISE));
            latest = last;
        }
        return last;
    }

    private double bisect(Leak leak) {
        double low = 0;
        double high = 1;
        for (int step = 0; step < STEPS; step++) {
            double middle = (low + high) / 2;
            if (share(middle, leak) >= POWER) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** The share found: of random leaks of so many things an iteration, or beside noise of an even leak of that part of it. */
    private double share(double rate, Leak leak) {
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(SEED + run);
            boolean finds = leak == Leak.BESIDE_NOISE
                    ? findsBesideNoise(rate, random)
                    : findsRandom(rate, plainIterations(leak), random);
            found += finds ? 1 : 0;
        }
        return found / (double) RUNS;
    }

    /** Iterations of a plain round; where a leak of objects grew in the quiet pass, one warm-up round more has followed. */
    private int plainIterations(Leak leak) {
        return leak == Leak.OBJECTS && warmUpRounds > 0
                ? LeakRun.iterationsWhereTheHeapGrew(iterations, rounds, iterations * (warmUpRounds + rounds + 1))
                : iterations;
    }

    private boolean findsRandom(double rate, int plain, SplittableRandom random) {
        Counts counts = new Counts(rounds + escalations + LeakRun.MOST_PROOFS + 1);
        if (warmUpRounds > 0 && binomial(rounds * iterations, rate, random) == 0) {
            return false; // series with noise of their own are never quiet
        }
        long value = 0;
        for (int column = 1; column <= rounds; column++) {
            value += binomial(plain, rate, random);
            counts.add(column, value, plain);
        }
        if (!GrowthRule.isSuspect(counts, rounds)) {
            return false;
        }
        for (int e = 1; e <= escalations + LeakRun.MOST_PROOFS; e++) {
            int n = GrowthRule.iterationsOf(iterations, e);
            value += binomial(n, rate, random);
            counts.add(rounds + e, value, n);
            GrowthRule.State state =
                    GrowthRule.judge(counts, rounds, rounds + e, 1, LeakRun.leastRate(iterations), e >= escalations, 1);
            if (state != GrowthRule.State.OPEN) {
                return state == GrowthRule.State.CERTAIN;
            }
        }
        return false;
    }

    private boolean findsBesideNoise(double part, SplittableRandom random) {
        double unit = 1e6;
        Counts counts = new Counts(rounds + escalations + LeakRun.MOST_PROOFS + 1);
        double[] noise = new double[rounds + escalations + LeakRun.MOST_PROOFS + 1];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextDouble();
        }
        double low = 1;
        double high = 0;
        for (int column = Math.max(0, rounds - GrowthRule.WINDOW); column <= rounds; column++) {
            low = Math.min(low, noise[column]);
            high = Math.max(high, noise[column]);
        }
        double perIteration = part * (high - low); // the report knows no more of the noise than how far it moved
        long total = 0;
        counts.add(0, (long) (unit * noise[0]), 0);
        for (int column = 1; column <= rounds; column++) {
            total += iterations;
            counts.add(column, (long) (unit * (noise[column] + perIteration * total)), iterations);
        }
        if (!GrowthRule.isSuspect(counts, rounds)) {
            return false;
        }
        for (int e = 1; e <= escalations + LeakRun.MOST_PROOFS; e++) {
            int n = GrowthRule.iterationsOf(iterations, e);
            total += n;
            counts.add(rounds + e, (long) (unit * (noise[rounds + e] + perIteration * total)), n);
            GrowthRule.State state = GrowthRule.judge(counts, rounds, rounds + e, 16, 0, e >= escalations, 1);
            if (state != GrowthRule.State.OPEN) {
                return state == GrowthRule.State.CERTAIN;
            }
        }
        return false;
    }

    /** How many of {@code n} iterations leak; a normal approximation where it is good to a fraction of a count. */
    private static long binomial(int n, double p, SplittableRandom random) {
        double mean = n * p;
        double variance = mean * (1 - p);
        if (variance > 50) {
            double u = Math.max(random.nextDouble(), Double.MIN_NORMAL);
            double normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.nextDouble());
            return Math.max(0, Math.min(n, Math.round(mean + normal * Math.sqrt(variance))));
        }
        if (p >= 1) {
            return n;
        }
        // Jumps from one leaking iteration to the next: as many draws as leaks.
        double perMiss = Math.log1p(-p);
        long count = 0;
        double at = 0;
        while (p > 0) {
            at += 1 + Math.floor(Math.log(Math.max(random.nextDouble(), Double.MIN_NORMAL)) / perMiss);
            if (at > n) {
                break;
            }
            count++;
        }
        return count;
    }

    private static final class Counts implements GrowthRule.Series {
        private final long[] values;
        private final long[] iterations;

        Counts(int columns) {
            values = new long[columns];
            iterations = new long[columns];
        }

        void add(int column, long value, int ran) {
            values[column] = value;
            iterations[column] = column == 0 ? 0 : iterations[column - 1] + ran;
        }

        @Override
        public long value(int column) {
            return values[column];
        }

        @Override
        public long iterations(int column) {
            return iterations[column];
        }
    }
}
