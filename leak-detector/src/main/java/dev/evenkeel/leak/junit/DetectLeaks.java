package dev.evenkeel.leak.junit;

import dev.evenkeel.leak.Resource;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that leaves threads, descriptors, processes, files, beans or heap behind.
 *
 * <p>On a method it judges that method, on a class each of its test methods, or with {@link Mode#CLASS} the class as a whole. What
 * is judged in rounds waits until no other test runs and keeps the next from starting, so tests may run in parallel; a test that
 * waits for another one to start must not do so. What JUnit itself calls at the same time, such as {@code @BeforeAll} of another
 * class, may run beside it.
 *
 * <p>Each verdict is published as report entries ({@code evenkeel.leak.verdict}, {@code .culprit}, {@code .reason}) of the test. A
 * report that is no PASS is also written as JSON, below the folder that the configuration parameter
 * {@code evenkeel.leaks.directory} names (default {@code target/evenkeel-leaks} where there is a {@code target}).
 *
 * <p>{@code @Timeout} includes all repetitions.
 *
 * @see dev.evenkeel.leak.LeakDetector
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DetectLeaksExtension.class)
public @interface DetectLeaks {

    /** How the judgement is made. */
    Mode mode() default Mode.ROUNDS;

    /** Iterations of one round, see {@link dev.evenkeel.leak.LeakOptions#iterations()}. */
    int iterations() default 10;

    /** How long what is on its way out is waited for, in milliseconds. */
    long lingerMillis() default 500;

    /** When growth is still undecided after so many seconds the test fails as inconclusive. */
    int timeLimitSeconds() default 60;

    /**
     * Whether heap, and all else that only a collection gives back, is judged too: a full collection a round, or two with {@link
     * Mode#ONCE} and {@link Mode#CLASS}.
     */
    boolean heap() default true;

    /** What each iteration may leave behind for good. */
    Budget[] budgets() default {};

    /** Names of threads that may stay; {@code *} stands for any run of characters. For other things see {@link AllowLeft}. */
    String[] allow() default {};

    /** Why they may stay; required with {@link #allow()}. */
    String because() default "";

    /** How a judgement is made. */
    enum Mode {
        /**
         * The method is one iteration: it runs some 70 times on one instance where nothing grows, up to some thousand times where
         * something does, alone. {@code @BeforeEach} and {@code @AfterEach} run once around all of them. Sees what leaks a little
         * each time.
         */
        ROUNDS,
        /**
         * The method runs once, beside others. Only when something stays, or the heap grew by more than a first run may, it is
         * run again alone in rounds, and those decide. Misses small growth of the heap.
         */
        ONCE,
        /**
         * On a class: its tests run as always. Only when something stays after the last {@code @AfterAll} the class is run again
         * alone, several times, and those runs decide.
         */
        CLASS
    }

    /** An amount that is accepted. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target({})
    @interface Budget {
        /** What may grow. */
        Resource resource();

        /** By how much per iteration: a number of things, or bytes of heap; at least 0. */
        double most();
    }
}
