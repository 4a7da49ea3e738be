package dev.evenkeel.leak.allocation;

import dev.evenkeel.metrics.Experimental;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that allocates more than it may on its own thread.
 *
 * <p>With {@link #bytesPerCall} the method is one call of many: it runs some {@link #calls} times to warm up and as often again to be
 * measured, on one instance; {@code @BeforeEach} and {@code @AfterEach} run once around all of them. So the method must be one that can
 * be repeated, without assertions that allocate. With {@link #bytes} it runs once, and only when that was too much, some more
 * times, for first runs load classes: the least of them decides.
 *
 * <p>What it measured is published as report entries ({@code evenkeel.allocation.verdict}, {@code .bytes}). An interval on both sides of
 * the budget is a failure that says so: what could not be shown is not green. Tests may run in parallel. {@code @Timeout}
 * includes all calls.
 *
 * @see AllocationProbe
 */
@Experimental
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AllocationBudgetExtension.class)
public @interface AllocationBudget {

    /** The most that one call may allocate, in bytes, once it is warm; negative for no such budget. */
    double bytesPerCall() default -1;

    /** Calls that are measured, with {@link #bytesPerCall}; at least 10. */
    int calls() default AllocationProbe.DEFAULT_CALLS;

    /** The most that the whole test may allocate, in bytes; negative for no such budget. */
    long bytes() default -1;

    /** What becomes of the test where this JVM, or a virtual thread, cannot be measured. */
    Unmeasurable unmeasurable() default Unmeasurable.ABORT;

    /** A test that says nothing is either of these, and never passed. */
    enum Unmeasurable {
        /** Shown as aborted, with the reason. */
        ABORT,
        /** Failed, with the reason. */
        FAIL
    }
}
