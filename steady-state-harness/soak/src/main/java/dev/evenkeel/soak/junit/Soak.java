package dev.evenkeel.soak.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes a test method a soak: it is called at a steady rate for a while, and the test fails when live heap, threads or open
 * descriptors of this JVM grow beyond their budget, or when the run could not decide.
 *
 * <p>The method takes no arguments and is called by several threads at once where it is slower than its rate. {@code
 * @BeforeEach} and {@code @AfterEach} run once, around the whole. One call in twenty may throw before the soak cannot pass;
 * the first thing thrown is the cause of the failure then. Run nothing else in the same JVM meanwhile: its growth is taken
 * for this one's.
 *
 * <pre>{@code
 * @Soak(duration = "5m", perSecond = 200)
 * void transfersLeaveNothingBehind() throws Exception {
 *     bank.transfer(1, 2, 10);
 * }
 * }</pre>
 */
@Documented
@Test
@ExtendWith(SoakExtension.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Soak {

    /** How long it is judged, at least 10 s: {@code 90s}, {@code 5m}, {@code 1h}. What two minutes can see, {@code docs/soak.md} says. */
    String duration() default "2m";

    /** How long it is called before that. */
    String warmup() default "20s";

    /** Calls per second, fixed beforehand. */
    double perSecond() default 100;

    /**
     * Budgets of the plan's own, {@code "open_fds 10"}: growth per hour, bytes for memory. Resources as in {@link
     * dev.evenkeel.soak.ResourceNames}.
     */
    String[] budgetsPerHour() default {};

    /** Where log and reports go, one directory a method; an older run there is replaced. */
    String out() default "target/soak";
}
