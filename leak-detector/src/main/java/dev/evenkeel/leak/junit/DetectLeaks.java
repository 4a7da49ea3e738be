package dev.evenkeel.leak.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Runs a test method many times, on one instance, and fails it when threads, file descriptors or heap grow with it.
 *
 * <p>The method is one iteration: it runs 70 times where nothing grows and up to some thousand times where something does.
 * {@code @BeforeEach} and {@code @AfterEach} run once around all of them.
 *
 * <p>On a class it holds for each of its test methods and keeps the class from running beside others, because what those open
 * meanwhile would be taken for its own. A class that carries it on a method alone, in a suite that runs in parallel, needs
 * JUnit's {@code @Isolated} besides.
 *
 * @see dev.evenkeel.leak.LeakDetector
 */
@Documented
@Inherited
@Isolated
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DetectLeaksExtension.class)
public @interface DetectLeaks {

    /** Iterations of one round, see {@link dev.evenkeel.leak.LeakOptions#iterations()}. */
    int iterations() default 10;

    /** How long threads and descriptors that are on their way out are waited for. */
    long lingerMillis() default 500;

    /** Whether heap is judged too, which costs a full collection a round. */
    boolean heap() default true;

    /** Names of threads that may stay; {@code *} stands for any run of characters. */
    String[] allow() default {};

    /** Why they may stay; required with {@link #allow()}. */
    String because() default "";
}
