package dev.evenkeel.leak.allocation;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.metrics.Experimental;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures how many bytes a call allocates on its own thread, once it is warm.
 *
 * <p>All methods run the action on the calling thread, some ten thousand times, and return or throw when they are done; any number of
 * threads may measure at once. What the action throws comes out as it is. With the default number of calls an action of a microsecond
 * takes some 50 ms in all, one of a millisecond up to {@value #LONGEST_SECONDS} s.
 */
@Experimental
public final class AllocationProbe {
    /*
     * Warm-up. Code that is interpreted allocates what compiled code does not (escape analysis, boxing), and first calls load
     * classes and link lambdas. So calls are made in blocks until three in a row have allocated the same to within 1 %, and at
     * least as many calls as will be measured.
     *
     * Rounds. The measured calls are ten rounds, with a Student interval over them. Noise only ever adds (a late compilation, a
     * table that grows): where the interval straddles the budget, or is wider than 1 % without one, the rounds are made anew with
     * twice the calls, up to four times. What happened once is then gone, what happens every so often is in each round.
     *
     * Own cost. The same rounds with an action that does nothing are subtracted: 0 bytes on every HotSpot seen so far.
     */

    /** Calls that are measured, unless told otherwise. */
    public static final int DEFAULT_CALLS = 10_000;

    static final int LONGEST_SECONDS = 10;

    private static final int MOST_DOUBLINGS = 4;
    private static final int SAME_BLOCKS = 3;
    private static final double SAME = 0.01;
    private static final Runnable NOTHING = () -> {};

    /** What a supplier returned: an object that nobody could see would not be allocated at all. */
    @SuppressWarnings("unused")
    private static volatile @Nullable Object sink;

    private AllocationProbe() {}

    /** Why the calling thread cannot be measured, in a sentence; empty when it can. */
    public static String whyNot() {
        return ThreadAllocation.whyNot();
    }

    /**
     * Measures an action with {@value #DEFAULT_CALLS} calls. What it makes and throws away at once may be left out by the compiler, as
     * it would be in a service; return it to the other method to have it counted.
     *
     * @throws IllegalStateException where {@link #whyNot} says why
     */
    public static AllocationReading bytesPerCall(Runnable action) {
        return bytesPerCall(DEFAULT_CALLS, action);
    }

    /**
     * Measures an action.
     *
     * @param calls that are measured, at least 10; fewer are when they take longer than {@value #LONGEST_SECONDS} s
     * @throws IllegalStateException where {@link #whyNot} says why
     */
    public static AllocationReading bytesPerCall(int calls, Runnable action) {
        requireAble(calls);
        Objects.requireNonNull(action, "action");
        Deadline deadline = new Deadline();
        int perRound = warm(calls, action, deadline);
        AllocationReading best = measure(perRound, action);
        for (int i = 0; i < MOST_DOUBLINGS && best.width() > SAME * best.bytesPerCall() && !deadline.over(); i++) {
            perRound *= 2;
            AllocationReading again = measure(perRound, action);
            best = again.width() < best.width() ? again : best;
        }
        return best;
    }

    /**
     * Measures an action whose result is used, so that it is allocated.
     *
     * @throws IllegalStateException where {@link #whyNot} says why
     */
    public static AllocationReading bytesPerResult(Supplier<?> action) {
        Objects.requireNonNull(action, "action");
        return bytesPerCall(DEFAULT_CALLS, () -> sink = action.get());
    }

    /**
     * Measures two ways of doing the same, in turns.
     *
     * @throws IllegalStateException where {@link #whyNot} says why
     */
    public static AllocationComparison compare(Runnable before, Runnable after) {
        requireAble(DEFAULT_CALLS);
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Deadline deadline = new Deadline();
        int calls = Math.min(warm(DEFAULT_CALLS, before, deadline), warm(DEFAULT_CALLS, after, deadline));
        double[] old = new double[AllocationReading.ROUNDS];
        double[] fresh = new double[AllocationReading.ROUNDS];
        double own = own(calls);
        for (int i = 0; i < old.length; i++) {
            old[i] = Math.max(0, round(calls, before) - own);
            fresh[i] = Math.max(0, round(calls, after) - own);
        }
        return AllocationComparison.of(AllocationReading.of(old, calls), AllocationReading.of(fresh, calls));
    }

    /**
     * Asserts that an action allocates no more than that.
     *
     * @param bytesPerCall the most that is accepted; at least 0
     * @throws AssertionError when it allocates more, with the places that allocate, or when the calls could not tell
     * @throws IllegalStateException where {@link #whyNot} says why
     */
    public static void assertAtMost(double bytesPerCall, Runnable action) {
        Judgement judgement = judge("The action", bytesPerCall, DEFAULT_CALLS, action);
        if (judgement.verdict() != Verdict.PASS) {
            throw new AssertionError(judgement.text());
        }
    }

    /**
     * What came of a budget.
     *
     * @param text for people; with the places that allocate where the verdict is no PASS
     */
    record Judgement(Verdict verdict, AllocationReading reading, List<AllocationSite> sites, String text) {}

    static Judgement judge(String name, double budget, int calls, Runnable action) {
        if (!(budget >= 0)) {
            throw new IllegalArgumentException(
                    "A budget of " + budget + " bytes a call cannot be kept. Give 0 or more.");
        }
        requireAble(calls);
        Deadline deadline = new Deadline();
        int perRound = warm(calls, action, deadline);
        AllocationReading reading = measure(perRound, action);
        for (int i = 0; i < MOST_DOUBLINGS && reading.within(budget) == Verdict.INCONCLUSIVE && !deadline.over(); i++) {
            perRound *= 2;
            reading = measure(perRound, action);
        }
        Verdict verdict = reading.within(budget);
        if (verdict == Verdict.PASS) {
            return new Judgement(verdict, reading, List.of(), name + " allocates " + reading.words() + ".");
        }
        AllocationSites sites = AllocationSites.of(action, reading.bytesPerCall());
        return new Judgement(verdict, reading, sites.found(), text(name, budget, reading, verdict, sites));
    }

    static String text(String name, double budget, AllocationReading reading, Verdict verdict, AllocationSites sites) {
        StringBuilder s = new StringBuilder(name);
        s.append(" allocates ")
                .append(reading.words())
                .append(", measured over ")
                .append(reading.calls());
        s.append(" calls; its budget is ")
                .append(AllocationReading.number(budget))
                .append('.');
        if (verdict == Verdict.INCONCLUSIVE) {
            s.append(
                    " That is on both sides of the budget: it allocates in some rounds and not in others, so the budget"
                            + " is not shown to be kept. Measure more calls, or raise the budget to the upper end.");
        }
        s.append(sites.text());
        if (verdict == Verdict.FAIL) {
            s.append("\nReuse what is allocated there, keep it out of the call, or raise the budget"
                    + " if the bytes are worth it.");
        }
        return s.toString();
    }

    private static void requireAble(int calls) {
        if (calls < AllocationReading.ROUNDS) {
            throw new IllegalArgumentException(
                    calls + " calls are too few for " + AllocationReading.ROUNDS + " rounds. Measure more of them.");
        }
        String why = whyNot();
        if (!why.isEmpty()) {
            throw new IllegalStateException("Allocation cannot be measured. " + why);
        }
    }

    /** Calls until they allocate the same each time, and returns how many calls a round is to have. */
    private static int warm(int calls, Runnable action, Deadline deadline) {
        int block = Math.max(1, calls / AllocationReading.ROUNDS);
        double last = Double.NaN;
        int same = 0;
        long made = 0;
        while (made < calls || same < SAME_BLOCKS) {
            double now = round(block, action);
            made += block;
            same = Math.abs(now - last) <= SAME * Math.max(1, last) ? same + 1 : 0;
            last = now;
            if (deadline.halfOver()) {
                // Slow, or never the same twice. As many calls a round as the rest of the time has room for.
                long room = made / (4L * AllocationReading.ROUNDS);
                return (int) Math.max(1, Math.min(block, room));
            }
        }
        return block;
    }

    private static AllocationReading measure(int callsOfRound, Runnable action) {
        double own = own(callsOfRound);
        double[] rounds = new double[AllocationReading.ROUNDS];
        for (int i = 0; i < rounds.length; i++) {
            rounds[i] = Math.max(0, round(callsOfRound, action) - own);
        }
        return AllocationReading.of(rounds, callsOfRound);
    }

    private static double own(int calls) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < AllocationReading.ROUNDS; i++) {
            least = Math.min(least, round(calls, NOTHING));
        }
        return least;
    }

    /** Bytes a call of one round. */
    private static double round(int calls, Runnable action) {
        long before = ThreadAllocation.bytes();
        for (int i = 0; i < calls; i++) {
            action.run();
        }
        return (ThreadAllocation.bytes() - before) / (double) calls;
    }

    /** The time that one measurement may take. */
    private static final class Deadline {
        private final long start = System.nanoTime();

        boolean over() {
            return System.nanoTime() - start > LONGEST_SECONDS * 1_000_000_000L;
        }

        boolean halfOver() {
            return System.nanoTime() - start > LONGEST_SECONDS * 500_000_000L;
        }
    }
}
