package dev.evenkeel.cli.bench;

import java.util.Arrays;
import java.util.List;

/**
 * How many times longer one thing took than another, and bounds that hold whatever the noise is distributed like. Pure.
 *
 * <p>Noise here has heavy tails (a machine that changes its regime between two runs makes one of them 1.7 times slower), so
 * the bounds come from ranks of log ratios and not from their standard deviation.
 *
 * <p>Each bound alone is wrong with a probability of at most the {@code alpha} asked for. With {@code alpha = 0.05 / cases}
 * all bounds of so many cases hold together with 95 % (Bonferroni's inequality).
 *
 * @param ratio the Hodges-Lehmann estimate; 1.10 says ten percent longer
 * @param lower the least ratio that the readings agree with
 * @param upper the greatest
 * @param alpha the probability with which each bound is wrong
 */
record RatioInterval(double ratio, double lower, double upper, double alpha) {
    /*
     * Paired: with d = ln(head / base) of each pair, the Walsh averages (d_i + d_j) / 2, i <= j, sorted; their median is
     * the estimate, and the bounds are the averages that are c places from either end, where c is the greatest number with
     * P(T+ <= c) <= alpha under Wilcoxon's signed-rank distribution. Unpaired: the same with all differences
     * ln head_j - ln base_i and the distribution of Mann and Whitney's U.
     * (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd edition, sections 3.3 and 4.3.)
     */

    RatioInterval {
        if (!(lower <= ratio && ratio <= upper)) {
            throw new IllegalArgumentException("The ratio " + ratio + " is not within " + lower + " to " + upper + ".");
        }
    }

    /** The fewest pairs that can make a bound as sure as that: with fewer, even the smallest one is not. */
    static int leastPairs(double alpha) {
        int pairs = 1;
        while (Math.pow(0.5, pairs) > alpha) {
            pairs++;
        }
        return pairs;
    }

    /**
     * Compares readings that were taken in pairs, the two of a pair close in time and in random order.
     *
     * @param alpha the probability with which each bound may be wrong, above 0 and below one half
     * @throws IllegalArgumentException when there are fewer than {@link #leastPairs}, or the lists differ in length
     */
    static RatioInterval paired(List<Double> base, List<Double> head, double alpha) {
        int n = base.size();
        if (head.size() != n || n < leastPairs(alpha)) {
            throw new IllegalArgumentException("Cannot bound a ratio from " + n + " and " + head.size()
                    + " readings: bounds that are each wrong in at most " + alpha + " of all runs need "
                    + leastPairs(alpha)
                    + " pairs or more. Run more forks, or fewer cases.");
        }
        double[] averages = new double[n * (n + 1) / 2];
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                averages[next++] = (Math.log(head.get(i) / base.get(i)) + Math.log(head.get(j) / base.get(j))) / 2;
            }
        }
        return of(averages, signedRankCounts(n), alpha);
    }

    /**
     * Compares two sets of readings that were taken apart. With few of them the bounds are the extremes, and the record's
     * {@code alpha} says how sure these are.
     *
     * @throws IllegalArgumentException when a set is empty
     */
    static RatioInterval unpaired(List<Double> base, List<Double> head, double alpha) {
        if (base.isEmpty() || head.isEmpty()) {
            throw new IllegalArgumentException("Cannot compare with no readings at all.");
        }
        double[] differences = new double[base.size() * head.size()];
        int next = 0;
        for (double b : base) {
            for (double h : head) {
                differences[next++] = Math.log(h / b);
            }
        }
        return of(differences, rankSumCounts(base.size(), head.size()), alpha);
    }

    /** In how many of the 2^n sign patterns the ranks with a plus add up to each sum. */
    static double[] signedRankCounts(int n) {
        double[] counts = new double[n * (n + 1) / 2 + 1];
        counts[0] = 1;
        for (int rank = 1; rank <= n; rank++) {
            for (int sum = counts.length - 1; sum >= rank; sum--) {
                counts[sum] += counts[sum - rank];
            }
        }
        return counts;
    }

    /** In how many of the orders of m and n readings U has each value. */
    static double[] rankSumCounts(int m, int n) {
        double[][] counts = new double[n + 1][m * n + 1]; // of the first i of one set, for j of the other
        for (int j = 0; j <= n; j++) {
            counts[j][0] = 1;
        }
        for (int i = 1; i <= m; i++) {
            for (int j = 1; j <= n; j++) {
                // The greatest reading is either of the first set, above j others, or of the second.
                double[] withoutLast = counts[j - 1];
                double[] now = new double[m * n + 1];
                for (int u = 0; u <= i * j; u++) {
                    now[u] = (u >= j ? counts[j][u - j] : 0) + withoutLast[u];
                }
                counts[j] = now;
            }
        }
        return counts[n];
    }

    private static RatioInterval of(double[] logs, double[] counts, double alpha) {
        Arrays.sort(logs);
        double all = Arrays.stream(counts).sum();
        int c = 0;
        double below = counts[0];
        while (2 * (c + 1) < logs.length && (below + counts[c + 1]) / all <= alpha) {
            below += counts[++c];
        }
        int middle = logs.length / 2;
        double median = logs.length % 2 == 1 ? logs[middle] : (logs[middle - 1] + logs[middle]) / 2;
        return new RatioInterval(Math.exp(median), Math.exp(logs[c]), Math.exp(logs[logs.length - 1 - c]), below / all);
    }
}
