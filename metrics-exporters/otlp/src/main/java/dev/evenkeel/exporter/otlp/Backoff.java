package dev.evenkeel.exporter.otlp;

import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: a random time up to a ceiling that doubles with each of them, "full jitter" (Brooker, Exponential
 * Backoff And Jitter, 2015), so that services that lost their collector together do not come back together. Not thread-safe.
 */
final class Backoff {
    /** The ceiling after the first failure: long enough for a connection that was reset, and no burden. */
    static final long FIRST_NANOS = 1_000_000_000L;

    /** The highest ceiling: a collector that is back is noticed within half of the usual interval. */
    static final long MAX_NANOS = 30_000_000_000L;

    /** The longest that a receiver can silence us for: a day, asked for by mistake, would be a day without metrics. */
    static final long MAX_RETRY_AFTER_NANOS = 600_000_000_000L;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void succeeded() {
        failures = 0;
    }

    int failures() {
        return failures;
    }

    /**
     * Counts a failure and returns how long to wait after it.
     *
     * @param retryAfterNanos how long the receiver asked for, 0 for not at all; that long, and up to a second more
     */
    long failed(long retryAfterNanos) {
        long ceiling = failures >= 5 ? MAX_NANOS : Math.min(MAX_NANOS, FIRST_NANOS << failures);
        failures++;
        if (retryAfterNanos > 0) {
            return Math.min(retryAfterNanos, MAX_RETRY_AFTER_NANOS) + random.nextLong(FIRST_NANOS);
        }
        return random.nextLong(ceiling);
    }
}
