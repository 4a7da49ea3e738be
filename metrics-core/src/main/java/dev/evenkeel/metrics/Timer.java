package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The nanosecond face of a {@link Histogram}: records nanoseconds, shows seconds on every wire. Threads, cost and
 * limits are the histogram's.
 */
public sealed class Timer extends Histogram permits ExemplarTimer {
    private static final long HIGHEST_SECONDS = Long.MAX_VALUE / 1_000_000_000L - 1;

    private final NanoClock clock;

    Timer(Family family, LabelValues values, int digits, List<SlidingWindow> windows) {
        super(family, values, digits, windows);
        this.clock = family.core.nanoClock();
    }

    /**
     * Records a duration. One past {@link #highestValue} counts as that, and a negative one as 0; {@link #clamped} counts
     * both. Allocates nothing. Costs a record and a multiplication.
     *
     * @param duration at least 0
     */
    public final void record(Duration duration) {
        long seconds = duration.getSeconds();
        // Without the exception that toNanos() throws past a long: a record path never throws.
        if (seconds > HIGHEST_SECONDS) {
            record(Long.MAX_VALUE);
        } else if (seconds < 0) {
            record(-1);
        } else {
            record(seconds * 1_000_000_000L + duration.getNano());
        }
    }

    /**
     * Returns a start to pass to {@link #stop}: the registry's {@link NanoClock}. Allocates nothing; costs one reading of the clock,
     * which is more than the record.
     */
    public final long start() {
        return clock.nanos();
    }

    /**
     * Records the time since a start, by the registry's {@link NanoClock}. Allocates nothing. Starts may be stopped on another
     * thread, more than once, or never: nothing is kept for them.
     *
     * @param start what {@link #start} of a timer of this registry returned
     * @return what was recorded, in nanoseconds
     */
    public final long stop(long start) {
        long nanos = clock.nanos() - start;
        record(nanos);
        return nanos;
    }

    /** Runs a task and records how long it took, also when it throws. Costs a start and a stop. */
    public final void time(Runnable task) {
        long start = start();
        try {
            task.run();
        } finally {
            stop(start);
        }
    }

    /**
     * Calls a task and records how long it took, also when it throws. Costs a start and a stop.
     *
     * @return what the task returned
     * @throws Exception what the task threw
     */
    public final <T> T time(Callable<T> task) throws Exception {
        long start = start();
        try {
            return task.call();
        } finally {
            stop(start);
        }
    }

    /**
     * Records the time since a start. Reads the clock once, which costs more than the record.
     *
     * @param startNanos what {@link System#nanoTime} returned at the start
     */
    public final void recordSince(long startNanos) {
        record(System.nanoTime() - startNanos);
    }
}
