package dev.evenkeel.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** Dropwizard Metrics: a timer with its default reservoir, a sample of 1 028 values that forgets exponentially. */
public class DropwizardLatencyBenchmark extends LatencyLibraryBenchmark {
    private final MetricRegistry registry = new MetricRegistry();
    private final Timer held = registry.timer("held");

    public static void main(String[] args) {
        LatencyMemory.print(DropwizardLatencyBenchmark::new, args);
    }

    @Override
    List<String> ways() {
        return List.of("reservoir");
    }

    @Override
    LongConsumer series(String way, int i) {
        Timer timer = registry.timer(MetricRegistry.name("timer", Integer.toString(i)));
        return nanos -> timer.update(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    long counted() {
        return registry.getTimers().values().stream().mapToLong(Timer::getCount).sum();
    }

    @Benchmark
    public void reservoir(Latencies next) {
        held.update(next.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public long timed() {
        return held.time().stop();
    }
}
