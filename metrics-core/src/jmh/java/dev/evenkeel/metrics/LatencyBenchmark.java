package dev.evenkeel.metrics;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Recorder;
import org.HdrHistogram.SingleWriterRecorder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One latency recorded: log-normal around 1 ms. The floors are the next value alone and a recorder that each thread has to
 * itself, whose values nobody else could read together.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class LatencyBenchmark {
    private static final long HIGHEST = TimeUnit.HOURS.toNanos(1);

    /** What all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        final Recorder recorder2 = new Recorder(1, HIGHEST, 2);
        final Recorder recorder3 = new Recorder(1, HIGHEST, 3);
        final MetricRegistry registry = MetricRegistry.create();
        final Timer timer2 = registry.timer("latency.two").digits(2).register();
        final Timer timer3 = registry.timer("latency.three").digits(3).register();
    }

    /** What each thread has to itself: its values and its floor. */
    @State(Scope.Thread)
    public static class Own {
        private final long[] values = new long[1024];
        private int next;
        final SingleWriterRecorder recorder2 = new SingleWriterRecorder(1, HIGHEST, 2);
        final SingleWriterRecorder recorder3 = new SingleWriterRecorder(1, HIGHEST, 3);

        public Own() {
            Random random = new Random(42);
            for (int i = 0; i < values.length; i++) {
                values[i] = (long) (1e6 * Math.exp(random.nextGaussian()));
            }
        }

        long nextNanos() {
            return values[next++ & 1023];
        }
    }

    @Benchmark
    public long nextValue(Own own) {
        return own.nextNanos();
    }

    @Benchmark
    public void singleWriterRecorder2(Own own) {
        own.recorder2.recordValue(own.nextNanos());
    }

    @Benchmark
    public void singleWriterRecorder3(Own own) {
        own.recorder3.recordValue(own.nextNanos());
    }

    @Benchmark
    public void recorder2(Shared shared, Own own) {
        shared.recorder2.recordValue(own.nextNanos());
    }

    @Benchmark
    public void recorder3(Shared shared, Own own) {
        shared.recorder3.recordValue(own.nextNanos());
    }

    @Benchmark
    public void evenkeel2(Shared shared, Own own) {
        shared.timer2.record(own.nextNanos());
    }

    @Benchmark
    public void evenkeel3(Shared shared, Own own) {
        shared.timer3.record(own.nextNanos());
    }
}
