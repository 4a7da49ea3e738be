package dev.evenkeel.leak;

/**
 * The rule by which a series of counts is judged. A pure function of the counts, so that {@link DetectionPower} can try it on
 * made-up ones.
 */
final class GrowthRule {
    /*
     * A suspect ends the last plain rounds higher than it began them. Rounds of 4N, 8N, ... iterations follow. A suspect that
     * does not grow in one of them has settled. After the last of the escalations it is certain when
     *
     *  - it grew in so many rounds that chance would not: a series that goes up or down like a coin grows in k rounds
     *    with probability 2^-k, and with m series that move at all one of them does with m * 2^-k (Bonferroni);
     *  - its rate did not fall: what grows by as much a round whatever the iterations, as strings do while code is compiled, and
     *    what fills to a bound, has a lower rate in each round;
     *  - the rate is not below half of what the report states as the limit.
     *
     * Further rounds show it when the first is not reached yet, and tell a leak from a bound that is far off.
     */

    /** Rounds over which suspects are looked for. */
    static final int WINDOW = 4;

    /** False alarms a run may make in all, were each series a coin. */
    static final double ALPHA = 0.01;

    /**
     * Growth per iteration, as a part of the growth per iteration before, from which it is a leak's, and below which it is not.
     * A leak stays near 1.
     */
    private static final double STEADY = 0.6;

    private static final double SLOWING = 0.45;

    /** How many standard deviations of a Poisson count the growth must miss before it has slowed. */
    private static final double CLEARLY = 2.5;

    /** What is known of a suspect. */
    enum State {
        /** It may be a leak or not: judged again. */
        OPEN,
        /** It grew once and stopped. */
        SETTLED,
        /** A leak, as far as growth can tell. Judged again too while rounds are cheap. */
        CERTAIN
    }

    private GrowthRule() {}

    /** Iterations of the escalated round number {@code escalation}, from 1 on. */
    static int iterationsOf(int iterations, int escalation) {
        return (int) Math.min(Integer.MAX_VALUE, (2L * iterations) << escalation);
    }

    /** Iterations of the escalated rounds up to one, together. */
    static long iterationsUpTo(int iterations, int escalation) {
        return (2L * iterations) * ((2L << escalation) - 2);
    }

    /** Whether a series ends the plain rounds as high as it ever was in the last of them, and higher than it began them. */
    static boolean isSuspect(Series series, int rounds) {
        long end = series.value(rounds);
        int first = Math.max(0, rounds - WINDOW);
        if (end <= series.value(first)) {
            return false;
        }
        for (int column = first; column < rounds; column++) {
            if (series.value(column) > end) {
                return false;
            }
        }
        return true;
    }

    /**
     * Judges a suspect by the newest round.
     *
     * @param rounds plain rounds
     * @param column the newest round
     * @param perThing units of the series that one thing makes: 1 for a count, at least 16 for bytes of heap
     * @param leastRate things per iteration that must be found
     * @param decide whether all escalations were run
     * @param moving series of the run that moved in the plain rounds
     */
    static State judge(
            Series series, int rounds, int column, double perThing, double leastRate, boolean decide, int moving) {
        int first = Math.max(0, rounds - WINDOW);
        // Arrays grow in steps, each twice the one before: only two rounds together are sure to hold one.
        int from = perThing > 1 && column - 2 >= rounds ? column - 2 : column - 1;
        long delta = series.value(column) - series.value(from);
        if (delta <= 0) {
            return perThing > 1 && column == rounds + 1 ? State.OPEN : State.SETTLED;
        }
        long escalated = series.value(column) - series.value(rounds);
        double things = escalated / perThing;
        if (things < leastRate / 2 * (series.iterations(column) - series.iterations(rounds))) {
            return decide ? State.SETTLED : State.OPEN;
        }
        double expected = (series.value(from) - series.value(first))
                / (double) (series.iterations(from) - series.iterations(first))
                * (series.iterations(column) - series.iterations(from));
        boolean clearly = perThing > 1 || expected - delta > CLEARLY * Math.sqrt(expected);
        if (delta < SLOWING * expected && clearly) {
            return decide ? State.SETTLED : State.OPEN;
        }
        boolean steady = delta >= STEADY * expected || !clearly;
        return decide && steady && moving * chance(series, column) <= ALPHA ? State.CERTAIN : State.OPEN;
    }

    /** How likely a coin would have grown in as many rounds. */
    private static double chance(Series series, int column) {
        int grown = 0;
        for (int c = 1; c <= column; c++) {
            if (series.value(c) > series.value(c - 1)) {
                grown++;
            }
        }
        return Math.scalb(1.0, -grown);
    }

    /** One series: its value after each round, from column 0 on, and the iterations up to there. */
    interface Series {
        long value(int column);

        long iterations(int column);
    }
}
