package dev.evenkeel.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One addition to two or four sums: seen all or none, or each for itself. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class GroupBenchmark {
    private final MetricRegistry registry = MetricRegistry.create();
    private final CounterGroup two =
            registry.counterGroup("two").member("a").member("b").register();
    private final CounterGroup four = registry.counterGroup("four")
            .member("a")
            .member("b")
            .member("c")
            .member("d")
            .register();
    private final Counter a = registry.counter("a").register();
    private final Counter b = registry.counter("b").register();
    private final LongAdder[] adders = {new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder()};

    @Benchmark
    public void groupOfTwo() {
        two.add(1, 100);
    }

    @Benchmark
    public void groupOfFour() {
        four.add(1, 100, 2, 200);
    }

    @Benchmark
    public void twoCounters() {
        a.add(1);
        b.add(100);
    }

    @Benchmark
    public void twoLongAdders() {
        adders[0].add(1);
        adders[1].add(100);
    }

    @Benchmark
    public void fourLongAdders() {
        adders[0].add(1);
        adders[1].add(100);
        adders[2].add(2);
        adders[3].add(200);
    }
}
