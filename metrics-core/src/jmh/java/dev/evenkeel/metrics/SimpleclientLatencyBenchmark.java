package dev.evenkeel.metrics;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Histogram;
import java.util.Enumeration;
import java.util.List;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** Prometheus' simpleclient 0.x, exemplars off, with its 14 default buckets. */
public class SimpleclientLatencyBenchmark extends LatencyLibraryBenchmark {
    private static final double SECONDS_PER_NANO = 1e-9;

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Histogram histograms =
            Histogram.build("histogram", "h").labelNames("i").withoutExemplars().register(registry);
    private final Histogram.Child held = histograms.labels("held");

    public static void main(String[] args) {
        LatencyMemory.print(SimpleclientLatencyBenchmark::new, args);
    }

    @Override
    List<String> ways() {
        return List.of("histogram");
    }

    @Override
    LongConsumer series(String way, int i) {
        Histogram.Child child = histograms.labels(Integer.toString(i));
        return nanos -> child.observe(nanos * SECONDS_PER_NANO);
    }

    @Override
    long counted() {
        long sum = 0;
        Enumeration<MetricFamilySamples> families = registry.metricFamilySamples();
        while (families.hasMoreElements()) {
            for (MetricFamilySamples.Sample sample : families.nextElement().samples) {
                if (sample.name.endsWith("_count")) {
                    sum += (long) sample.value;
                }
            }
        }
        return sum;
    }

    @Benchmark
    public void histogram(Latencies next) {
        held.observe(next.nextNanos() * SECONDS_PER_NANO);
    }

    @Benchmark
    public double timed() {
        return held.startTimer().observeDuration();
    }
}
