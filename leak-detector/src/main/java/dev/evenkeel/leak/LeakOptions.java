package dev.evenkeel.leak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a leak run is made. Immutable; start from {@link #defaults()}.
 *
 * @param name what is judged, for the report; empty stands for the caller's class and method
 * @param iterations iterations of one round; 1 to 1,000,000, default 10. A leak of one per {@code 2 * iterations} is seen
 * @param warmUpRounds rounds before the baseline, which fill lazy fields, pools and caches; 0 to 100, default 2
 * @param rounds judged rounds before any escalation; {@value #LEAST_ROUNDS} to 100, default 5
 * @param escalations rounds added while something still grows, each of twice the iterations; 1 to 10, default 5. A cache
 *     that is still filling at the end of the last one looks like a leak: raise this or {@code iterations} above its bound
 * @param linger how long threads and descriptors that are on their way out are waited for, after every round and once
 *     more before they are blamed; default 500 ms
 * @param timeLimit when growth is still undecided after this time the run ends as inconclusive; default 60 s
 * @param heap whether heap is judged too, which costs a full collection a round (default true)
 * @param clearSoftReferences whether a heap suspect is confirmed by one allocation that is too big for the heap, which makes
 *     the JVM clear soft references first (default true). Left out by itself where an {@code OutOfMemoryError}
 *     is configured to dump or exit, or the heap limit is 15 GiB or more
 * @param allowed threads that may stay
 */
public record LeakOptions(
        String name,
        int iterations,
        int warmUpRounds,
        int rounds,
        int escalations,
        Duration linger,
        Duration timeLimit,
        boolean heap,
        boolean clearSoftReferences,
        List<AllowedThreads> allowed) {

    /** Fewer rounds cannot tell growth from a step: {@value}. */
    static final int LEAST_ROUNDS = 3;

    private static final LeakOptions DEFAULTS =
            new LeakOptions("", 10, 2, 5, 5, Duration.ofMillis(500), Duration.ofSeconds(60), true, true, List.of());

    /** Checks the ranges. */
    public LeakOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(linger, "linger");
        Objects.requireNonNull(timeLimit, "timeLimit");
        range("iterations", iterations, 1, 1_000_000, "an action that never runs leaks nothing");
        range("warmUpRounds", warmUpRounds, 0, 100, "each costs a collection");
        range("rounds", rounds, LEAST_ROUNDS, 100, "with fewer, one step of a lazy field looks like growth");
        range("escalations", escalations, 1, 10, "each runs twice the iterations of the one before");
        if (linger.isNegative()) {
            throw new IllegalArgumentException(
                    "linger is " + linger + ": a wait cannot be negative. Use Duration.ZERO to blame at once.");
        }
        if (timeLimit.isNegative() || timeLimit.isZero()) {
            throw new IllegalArgumentException(
                    "timeLimit is " + timeLimit + ": nothing could be judged in it. Give it at least a few seconds.");
        }
        allowed = List.copyOf(allowed);
    }

    /** The options that fit a test of a few milliseconds an iteration. */
    public static LeakOptions defaults() {
        return DEFAULTS;
    }

    /** Names what is judged. */
    public LeakOptions withName(String name) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets the iterations of one round. */
    public LeakOptions withIterations(int iterations) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets the rounds before the baseline. */
    public LeakOptions withWarmUpRounds(int warmUpRounds) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets the judged rounds before any escalation. */
    public LeakOptions withRounds(int rounds) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets how often the iterations may be doubled. */
    public LeakOptions withEscalations(int escalations) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets how long threads and descriptors on their way out are waited for. */
    public LeakOptions withLinger(Duration linger) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets the time after which an undecided run ends as inconclusive. */
    public LeakOptions withTimeLimit(Duration timeLimit) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets whether heap is judged. */
    public LeakOptions withHeap(boolean heap) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Sets whether a heap suspect is confirmed with soft references cleared. */
    public LeakOptions withClearSoftReferences(boolean clearSoftReferences) {
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                allowed);
    }

    /** Adds threads that may stay, with the reason. */
    public LeakOptions allowThreads(String pattern, String reason) {
        List<AllowedThreads> more = new ArrayList<>(allowed);
        more.add(new AllowedThreads(pattern, reason));
        return new LeakOptions(
                name,
                iterations,
                warmUpRounds,
                rounds,
                escalations,
                linger,
                timeLimit,
                heap,
                clearSoftReferences,
                more);
    }

    private static void range(String what, int value, int low, int high, String why) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    what + " is " + value + ": " + why + ". Use " + low + " to " + high + ".");
        }
    }
}
