package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.util.Objects;

/**
 * Runs an action many times and judges whether threads, file descriptors or heap grow with it.
 *
 * <p>A leak is growth in every one of the last rounds, through rounds of doubled iterations, that stays after a linger. The
 * action runs on the calling thread, by default some 70 times where nothing grows and up to 2,600 times where
 * something does, and each round costs a full collection. What other threads do meanwhile is read as the action's doing.
 *
 * <p>Out of sight: virtual threads; a leak rarer than one in two rounds of iterations; memory outside of the heap; a collection that
 * grows by references to objects that exist anyway, but for the steps of its array; strings that {@code String.intern} keeps.
 */
public final class LeakDetector {
    private static final String LAMBDA = "lambda$";

    private LeakDetector() {}

    /**
     * Asserts that an action leaks nothing, with the default options.
     *
     * @throws AssertionError with the report when something leaks, or when growth was still undecided at the end
     */
    public static void assertNoLeak(LeakAction action) {
        assertNoLeak(LeakOptions.defaults(), action);
    }

    /**
     * Asserts that an action leaks nothing.
     *
     * @throws AssertionError with the report when something leaks, or when growth was still undecided at the end: an
     *     assertion that could not be shown is not green
     */
    public static void assertNoLeak(LeakOptions options, LeakAction action) {
        LeakReport report = verify(options, action);
        if (report.verdict() != Verdict.PASS) {
            throw new AssertionError(report.text());
        }
    }

    /**
     * Judges an action.
     *
     * <p>What the action throws comes out as it is when unchecked, else as the cause of an {@code IllegalStateException}.
     */
    public static LeakReport verify(LeakOptions options, LeakAction action) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(action, "action");
        LeakOptions named = options.name().isEmpty() ? options.withName(caller()) : options;
        return new LeakRun(named, Platform.ofThisJvm()).judge(action);
    }

    /** Simple class and method of the first frame outside this class; a lambda counts as the method that holds it. */
    private static String caller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !f.getClassName().equals(LeakDetector.class.getName()))
                        .findFirst()
                        .map(f -> {
                            String type = f.getClassName();
                            String method = f.getMethodName();
                            int end = method.lastIndexOf('$');
                            if (method.startsWith(LAMBDA) && end > LAMBDA.length()) {
                                method = method.substring(LAMBDA.length(), end);
                            }
                            return type.substring(type.lastIndexOf('.') + 1) + "." + method + "()";
                        }))
                .orElse("the action");
    }
}
