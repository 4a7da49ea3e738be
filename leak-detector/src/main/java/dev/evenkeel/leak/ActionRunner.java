package dev.evenkeel.leak;

import java.util.function.LongSupplier;

/** Runs an action so many times within a time limit, and knows of the last round what it ran and how fast. */
final class ActionRunner {

    private final LeakOptions options;
    private final Waiter waiter;
    private final LongSupplier collections;
    private final long startNanos;

    private int ran;
    private int sinceCollection;
    private long fastestNanos;

    /**
     * Begins the time limit.
     *
     * @param collections of the garbage collector so far
     */
    ActionRunner(LeakOptions options, Waiter waiter, LongSupplier collections) {
        this.options = options;
        this.waiter = waiter;
        this.collections = collections;
        startNanos = waiter.nanos();
    }

    /**
     * Runs a round; false when the time limit cut it off.
     *
     * @param cuttable whether the limit is asked at all
     * @throws IllegalStateException a checked exception of the action
     */
    boolean run(LeakAction action, int times, boolean cuttable) {
        ran = 0;
        sinceCollection = 0;
        long collected = collections.getAsLong();
        fastestNanos = Long.MAX_VALUE;
        long start = waiter.nanos();
        for (int i = 0; i < times; i++) {
            if (cuttable && timeIsUp()) {
                return false;
            }
            try {
                action.run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(
                        options.name() + " failed in an iteration: " + e
                                + ". An action that fails proves nothing about leaks; make it succeed first.",
                        e);
            }
            long end = waiter.nanos();
            fastestNanos = Math.min(fastestNanos, end - start);
            start = end;
            ran++;
            sinceCollection++;
            long now = collections.getAsLong();
            if (now != collected) {
                collected = now;
                sinceCollection = 0;
            }
        }
        return true;
    }

    /** How many of the last round came to their end. */
    int ran() {
        return ran;
    }

    /** Those of them after the last collection: what they left open can still be seen. */
    int sinceCollection() {
        return sinceCollection;
    }

    /** What the fastest of the last round took: no slow first one, and none that the machine interrupted. */
    long fastestNanos() {
        return fastestNanos;
    }

    long nanosLeft() {
        return options.timeLimit().toNanos() - (waiter.nanos() - startNanos);
    }

    boolean timeIsUp() {
        return nanosLeft() < 0;
    }
}
