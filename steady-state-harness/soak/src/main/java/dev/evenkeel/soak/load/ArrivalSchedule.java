package dev.evenkeel.soak.load;

import java.util.List;

/**
 * When each request is due: evenly spaced, fixed before the first one leaves. The rate may change at times that are
 * fixed beforehand as well.
 *
 * <p>Immutable. The time of request {@code i} is computed from {@code i} alone, so no error adds up
 * over a long run.
 */
public final class ArrivalSchedule {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Of each step: first request, when it is due in nanoseconds, and the rate from there. */
    private final long[] firstRequest;

    private final long[] beginNanos;
    private final double[] perSecond;

    private ArrivalSchedule(long[] firstRequest, long[] beginNanos, double[] perSecond) {
        this.firstRequest = firstRequest;
        this.beginNanos = beginNanos;
        this.perSecond = perSecond;
    }

    /**
     * A time at one rate.
     *
     * @param seconds how long; of the last step it is not looked at, for that goes on
     * @param perSecond requests per second; 0 for none
     */
    public record Step(double seconds, double perSecond) {}

    /**
     * A schedule of so many requests a second.
     *
     * @param perSecond from 0.001 to 1,000,000
     * @throws IllegalArgumentException outside that range
     */
    public static ArrivalSchedule perSecond(double perSecond) {
        if (perSecond == 0) {
            throw unschedulable(perSecond);
        }
        return steps(List.of(new Step(0, perSecond)));
    }

    /**
     * Rates one after the other.
     *
     * @param steps at least one; the last has no end
     * @throws IllegalArgumentException for a rate outside 0.001 to 1,000,000 that is not 0
     */
    public static ArrivalSchedule steps(List<Step> steps) {
        int n = steps.size();
        if (n == 0) {
            throw new IllegalArgumentException("A schedule needs at least one rate.");
        }
        long[] firstRequest = new long[n];
        long[] beginNanos = new long[n];
        double[] perSecond = new double[n];
        for (int i = 0; i < n; i++) {
            double rate = steps.get(i).perSecond();
            if (!(rate == 0 || (rate >= 0.001 && rate <= 1_000_000))) {
                throw unschedulable(rate);
            }
            perSecond[i] = rate;
            if (i + 1 < n) {
                double seconds = steps.get(i).seconds();
                long requests = Math.round(seconds * rate);
                firstRequest[i + 1] = firstRequest[i] + requests;
                beginNanos[i + 1] = beginNanos[i] + Math.round(seconds * NANOS_PER_SECOND);
            }
        }
        return new ArrivalSchedule(firstRequest, beginNanos, perSecond);
    }

    private static IllegalArgumentException unschedulable(double perSecond) {
        return new IllegalArgumentException("A rate of "
                + perSecond
                + " requests per second cannot be scheduled. Choose one from 0.001 to 1000000.");
    }

    /** Requests per second; the highest, where it changes. */
    public double perSecond() {
        double highest = 0;
        for (double rate : perSecond) {
            highest = Math.max(highest, rate);
        }
        return highest;
    }

    /** Nanoseconds from the start of the load to the moment request {@code sequence} is due; never overflows. */
    public long offsetNanos(long sequence) {
        int step = 0;
        while (step + 1 < perSecond.length && sequence >= firstRequest[step + 1]) {
            step++;
        }
        double rate = perSecond[step];
        long in = sequence - firstRequest[step];
        if (rate == 0) {
            return Long.MAX_VALUE / 4; // after the last step nothing is due any more
        }
        // Whole seconds apart from the rest: i * 1e9 leaves the 53 bits of a double after 104 days at 1/s.
        double seconds = in / rate;
        long whole = (long) seconds;
        double rest = (in - whole * rate) / rate;
        return beginNanos[step] + whole * 1_000_000_000L + Math.round(rest * NANOS_PER_SECOND);
    }

    /** Requests that are due before {@code offsetNanos} nanoseconds have passed. */
    public long dueBefore(long offsetNanos) {
        if (offsetNanos <= 0) {
            return 0;
        }
        int step = 0;
        while (step + 1 < perSecond.length && offsetNanos > beginNanos[step + 1]) {
            step++;
        }
        long last = step + 1 < perSecond.length ? firstRequest[step + 1] : Long.MAX_VALUE;
        long guess =
                firstRequest[step] + (long) ((offsetNanos - beginNanos[step]) / NANOS_PER_SECOND * perSecond[step]);
        guess = Math.min(guess, last);
        while (guess < last && perSecond[step] > 0 && offsetNanos(guess) < offsetNanos) {
            guess++;
        }
        while (guess > firstRequest[step] && offsetNanos(guess - 1) >= offsetNanos) {
            guess--;
        }
        return guess;
    }
}
