package dev.evenkeel.guard;

import java.time.Duration;

/**
 * What a submitter does when the queue of a {@link BoundedPool} is full: give up at once, wait, or wait so long and no
 * longer. Immutable.
 */
public final class Admission {
    /** Give up at once: the job is shed. For work that someone else can retry, such as a request. */
    public static final Admission SHED = new Admission("shed", 0);

    /**
     * Wait until there is room or the pool is closed. For work that must not be lost and whose producer may be slowed;
     * never for a thread that serves others.
     */
    public static final Admission BLOCK = new Admission("block", Long.MAX_VALUE);

    private final String word;
    private final long waitNanos;

    private Admission(String word, long waitNanos) {
        this.word = word;
        this.waitNanos = waitNanos;
    }

    /**
     * Waits for room up to {@code limit}, then sheds.
     *
     * @param limit longer than zero; more than 292 years counts as {@link #BLOCK}
     * @throws IllegalArgumentException if the limit is zero or negative
     */
    public static Admission within(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("Cannot wait " + limit
                    + " for room in a pool: the wait must be longer than zero. Use Admission.SHED to give up at once.");
        }
        return new Admission("within " + limit, nanosOf(limit));
    }

    /** The longest wait in nanoseconds: 0 for {@link #SHED}, {@link Long#MAX_VALUE} for {@link #BLOCK}. */
    public long waitNanos() {
        return waitNanos;
    }

    @Override
    public String toString() {
        return word;
    }

    /** Nanoseconds of a duration, held at {@link Long#MAX_VALUE} where {@link Duration#toNanos()} would overflow. */
    static long nanosOf(Duration duration) {
        return duration.getSeconds() >= Long.MAX_VALUE / 1_000_000_000L ? Long.MAX_VALUE : duration.toNanos();
    }
}
