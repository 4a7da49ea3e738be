package dev.evenkeel.metrics;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What every library is asked to do with a latency: record one of {@link Latencies} in each of its ways, and time a section in
 * which nothing is done. A JVM has loaded this library and no other.
 *
 * <p>Before anything is timed, {@link #check} sees to it that each way counts and can be read.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public abstract class LatencyLibraryBenchmark {
    /** Returns the library's ways to record a latency: the names of the benchmark methods. */
    abstract List<String> ways();

    /** Makes the {@code i}-th series of a way. */
    abstract LongConsumer series(String way, int i);

    /** Returns how many values all series hold, read as an exporter reads them. */
    abstract long counted();

    @Setup
    public void check() {
        for (String way : ways()) {
            long before = counted();
            LongConsumer series = series(way, 0);
            for (int i = 1; i <= 10; i++) {
                series.accept(i * 100_000L);
            }
            if (counted() != before + 10) {
                throw new IllegalStateException(getClass().getSimpleName() + "." + way + " read "
                        + (counted() - before)
                        + " values after 10: what it measures would be something else. Look at how "
                        + "the library is set up.");
            }
        }
    }
}
