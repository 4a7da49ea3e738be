package dev.evenkeel.soak.load;

/**
 * When each request is due: evenly spaced, fixed before the first one leaves.
 *
 * <p>Immutable. The time of request {@code i} is computed from {@code i} alone, so no error adds up
 * over a long run.
 */
public final class ArrivalSchedule {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;

    private ArrivalSchedule(double perSecond) {
        this.perSecond = perSecond;
    }

    /**
     * A schedule of so many requests a second.
     *
     * @param perSecond from 0.001 to 1,000,000
     * @throws IllegalArgumentException outside that range
     */
    public static ArrivalSchedule perSecond(double perSecond) {
        if (!(perSecond >= 0.001 && perSecond <= 1_000_000)) {
            throw new IllegalArgumentException("A rate of "
                    + perSecond
                    + " requests per second cannot be scheduled. Choose one from 0.001 to 1000000.");
        }
        return new ArrivalSchedule(perSecond);
    }

    /** Requests per second. */
    public double perSecond() {
        return perSecond;
    }

    /** Nanoseconds from the start of the load to the moment request {@code sequence} is due. */
    public long offsetNanos(long sequence) {
        // Whole seconds apart from the rest: i * 1e9 leaves the 53 bits of a double after 104 days at 1/s.
        double seconds = sequence / perSecond;
        long whole = (long) seconds;
        double rest = (sequence - whole * perSecond) / perSecond;
        return whole * 1_000_000_000L + Math.round(rest * NANOS_PER_SECOND);
    }

    /** Requests that are due before {@code offsetNanos} nanoseconds have passed. */
    public long dueBefore(long offsetNanos) {
        if (offsetNanos <= 0) {
            return 0;
        }
        long guess = (long) (offsetNanos / NANOS_PER_SECOND * perSecond);
        while (offsetNanos(guess) < offsetNanos) {
            guess++;
        }
        while (guess > 0 && offsetNanos(guess - 1) >= offsetNanos) {
            guess--;
        }
        return guess;
    }
}
