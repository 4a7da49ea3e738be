package dev.evenkeel.metrics;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What every library is asked to do: the same operations, in a JVM that has loaded this library and no other. So each
 * abstract method has one implementation in sight and is inlined without a test.
 *
 * <p>Before anything is timed, {@link #fill} checks that the library counts at all and reads back what was added.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public abstract class LibraryBenchmark {
    /** More series than any case makes, for libraries that have a limit. */
    static final int LIMIT = 200_000;

    /** As many late label sets as known ones are looked up over the limit. */
    static final int KNOWN = 64;

    static final int VIRTUAL_THREADS = 10_000;
    static final int VIRTUAL_INCREMENTS = 1_000;

    private static final String[] ROUTES = words("/route/", 8);
    private static final String[] STATUSES = words("status", 8);
    private static final String[] LATE_ROUTES = words("/late/", 8);

    /** How many series there are besides those of the lookups, at collect. */
    @Param("0")
    int series;

    static String[] words(String prefix, int count) {
        String[] words = new String[count];
        for (int i = 0; i < count; i++) {
            words[i] = prefix + i;
        }
        return words;
    }

    /** Adds one to a counter that the caller holds. */
    abstract void increment();

    /** Adds one to each of four counters that the caller holds. */
    abstract void incrementFour();

    /** Finds the counter of two label values, makes it if need be, and adds one. */
    abstract void incrementLabelled(String route, String status);

    /** Reads every series in the way the library's exporters do, without writing any text. */
    abstract void collect(Tally tally);

    /** The label values of a thread's next lookup: all pairs of 8 and 8, round and round. */
    @State(Scope.Thread)
    public static class Keys {
        private int next;

        int next() {
            return next++;
        }

        static String route(int i) {
            return ROUTES[i & 7];
        }

        static String lateRoute(int i) {
            return LATE_ROUTES[i & 7];
        }

        static String status(int i) {
            return STATUSES[i >> 3 & 7];
        }
    }

    /** Makes the series and checks that what was added can be read. */
    @Setup
    public void fill() {
        String[] statuses = words("filled", 100);
        String[] routes = words("/filled/", (series + statuses.length - 1) / statuses.length);
        for (int i = 0; i < series; i++) {
            incrementLabelled(routes[i / statuses.length], statuses[i % statuses.length]);
        }
        increment();
        Tally tally = new Tally();
        collect(tally);
        if (tally.series() <= series || tally.sum() < series + 1) {
            throw new IllegalStateException(
                    getClass().getSimpleName() + " read " + tally.series() + " series that add up to "
                            + tally.sum() + " after " + (series + 1)
                            + " increments of as many series: what it measures would be"
                            + " something else. Look at how the library is set up.");
        }
    }

    @Benchmark
    public void bound() {
        increment();
    }

    @Benchmark
    public void four() {
        incrementFour();
    }

    @Benchmark
    public void lookup(Keys keys) {
        int i = keys.next();
        incrementLabelled(Keys.route(i), Keys.status(i));
    }

    @Benchmark
    public double collectAll() {
        Tally tally = new Tally();
        collect(tally);
        return tally.sum();
    }

    @Benchmark
    @OperationsPerInvocation(VIRTUAL_THREADS * VIRTUAL_INCREMENTS)
    public void virtualThreads() {
        VirtualThreads.runAll(VIRTUAL_THREADS, this::incrementOften);
    }

    private void incrementOften() {
        for (int i = 0; i < VIRTUAL_INCREMENTS; i++) {
            increment();
        }
    }
}
