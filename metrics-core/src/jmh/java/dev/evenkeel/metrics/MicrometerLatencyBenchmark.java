package dev.evenkeel.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** Micrometer's simple registry: a timer as it is, which has count, sum and maximum only; with its histogram; with three percentiles. */
public class MicrometerLatencyBenchmark extends LatencyLibraryBenchmark {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Timer plain = timer("plain", "held");
    private final Timer histogram = timer("histogram", "held");
    private final Timer percentiles = timer("percentiles", "held");

    public static void main(String[] args) {
        LatencyMemory.print(MicrometerLatencyBenchmark::new, args);
    }

    private Timer timer(String way, String i) {
        Timer.Builder builder = Timer.builder(way).tag("i", i);
        return switch (way) {
            case "plain" -> builder.register(registry);
            case "histogram" -> builder.publishPercentileHistogram().register(registry);
            case "percentiles" -> builder.publishPercentiles(0.5, 0.9, 0.99).register(registry);
            default -> throw new IllegalArgumentException(way);
        };
    }

    @Override
    List<String> ways() {
        return List.of("plain", "histogram", "percentiles");
    }

    @Override
    LongConsumer series(String way, int i) {
        Timer timer = timer(way, Integer.toString(i));
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    long counted() {
        long sum = 0;
        for (Meter meter : registry.getMeters()) {
            sum += meter instanceof Timer timer ? timer.takeSnapshot().count() : 0; // percentiles are gauges beside it
        }
        return sum;
    }

    @Benchmark
    public void plain(Latencies next) {
        plain.record(next.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void histogram(Latencies next) {
        histogram.record(next.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void percentiles(Latencies next) {
        percentiles.record(next.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void timed() {
        Timer.start(registry).stop(histogram);
    }
}
