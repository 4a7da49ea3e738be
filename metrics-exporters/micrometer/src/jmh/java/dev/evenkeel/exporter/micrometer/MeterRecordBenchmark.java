package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a record through Micrometer's API costs in our registry, beside Micrometer's own, and beside the core without Micrometer. With
 * "histogram" the timer of each keeps buckets, as ours always does.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class MeterRecordBenchmark {
    @Param({"evenkeel", "simple", "prometheus"})
    public String registry;

    private Counter counter;
    private Timer timer;
    private Timer histogram;
    private DistributionSummary summary;

    private final MetricRegistry core = MetricRegistry.create();
    private final DoubleCounter coreCounter = core.doubleCounter("core.counter").register();
    private final dev.evenkeel.metrics.Timer coreTimer =
            core.timer("core.timer").register();

    @Setup
    public void register() {
        MeterRegistry meters =
                switch (registry) {
                    case "evenkeel" -> EvenkeelMeterRegistry.of(core);
                    case "simple" -> new SimpleMeterRegistry();
                    default -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
                };
        counter = meters.counter("counter", "kind", "mail");
        timer = meters.timer("timer", "kind", "mail");
        histogram = Timer.builder("histogram").publishPercentileHistogram().register(meters);
        summary = meters.summary("summary", "kind", "mail");
    }

    /** Latencies of 1 to 64 microseconds: the next of a thread, without shared state. */
    @State(Scope.Thread)
    public static class Latency {
        private int seed = 1;

        long next() {
            seed = seed * 1_664_525 + 1_013_904_223;
            return 1000 + (seed >>> 16);
        }
    }

    @Benchmark
    public void counter() {
        counter.increment();
    }

    @Benchmark
    public void timer(Latency latency) {
        timer.record(latency.next(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void timerWithHistogram(Latency latency) {
        histogram.record(latency.next(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void summary(Latency latency) {
        summary.record(latency.next());
    }

    @Benchmark
    public void coreCounter() {
        coreCounter.add(1);
    }

    @Benchmark
    public void coreTimer(Latency latency) {
        coreTimer.record(latency.next());
    }
}
