package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.util.Objects;

/**
 * Runs an action many times and judges whether anything grows with it: threads, descriptors, processes, files, MBeans, buffers,
 * classes, heap ({@link Resource}).
 *
 * <p>A leak is growth in the last rounds and in rounds of doubled iterations, so often that chance would not, that stays after a
 * linger. The action runs on the calling thread, by default 60 times where nothing moves, 70 to 160 where something does and none grows, up to 20,500 times where something
 * does and iterations are quick, and each round costs a full collection. What other threads do meanwhile is read as the action's
 * doing. A leak is looked at again: who holds it, and on JDK 25 which line made it.
 *
 * <p>Out of sight: a leak rarer than the report states; native memory that is no buffer, class or thread; what other processes
 * hold for this one.
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
