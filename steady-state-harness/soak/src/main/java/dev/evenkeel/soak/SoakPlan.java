package dev.evenkeel.soak;

import java.time.Duration;

/**
 * How a soak is to run.
 *
 * @param warmup load before the steady phase, from 0; no verdict looks at it
 * @param duration the steady phase, which is judged; at least 10 s
 * @param ratePerSecond requests per second
 * @param faultEvery time from the start of one slow-upstream fault to the next; zero for none
 * @param command the command line that repeats this run, for the report
 */
public record SoakPlan(Duration warmup, Duration duration, double ratePerSecond, Duration faultEvery, String command) {

    /** Shortest steady phase that is accepted: less cannot hold the 30 samples a verdict needs three times over. */
    public static final Duration SHORTEST = Duration.ofSeconds(10);

    /** Added delay of a slow upstream. */
    public static final long SLOW_MILLIS = 250;

    /** Runs from here on are judged by the hour; shorter ones by the operation as well. */
    public static final Duration HOURLY_FROM = Duration.ofHours(1);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a negative time or a steady phase under {@link #SHORTEST}
     */
    public SoakPlan {
        if (warmup.isNegative() || faultEvery.isNegative()) {
            throw new IllegalArgumentException("A warm-up and the time between faults cannot be negative.");
        }
        if (duration.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("A soak of "
                    + duration.toMillis() / 1000.0
                    + " s is too short to judge. Ask for at least "
                    + SHORTEST.toSeconds()
                    + " s; two minutes tell something, an hour tells more.");
        }
        if (!faultEvery.isZero() && faultEvery.toSeconds() < 10) {
            throw new IllegalArgumentException("Faults every "
                    + faultEvery.toMillis() / 1000.0
                    + " s leave no steady time between them. Leave at least 10 s, or 0 for none.");
        }
    }

    double warmupSeconds() {
        return warmup.toNanos() / 1e9;
    }

    double steadySeconds() {
        return duration.toNanos() / 1e9;
    }

    double totalSeconds() {
        return warmupSeconds() + steadySeconds();
    }

    boolean judgedByHour() {
        return duration.compareTo(HOURLY_FROM) >= 0;
    }

    /** Seconds between live-set readings: often enough for a verdict, rarely enough to stay cheap. */
    double liveSetEverySeconds() {
        return Math.max(2, Math.min(10, steadySeconds() / 120));
    }

    /** Seconds that one fault lasts. */
    double faultSeconds() {
        return Math.max(1, Math.min(5, faultEvery.toNanos() / 1e9 / 8));
    }

    /** Seconds after a fault in which what it piled up drains. */
    double recoverySeconds() {
        return Math.max(1, faultSeconds() / 2);
    }
}
