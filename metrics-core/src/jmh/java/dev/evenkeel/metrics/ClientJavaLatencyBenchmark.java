package dev.evenkeel.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.Timer;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** Prometheus' client_java 1.x, exemplars off: classic buckets, native buckets, and a summary with three quantiles. */
public class ClientJavaLatencyBenchmark extends LatencyLibraryBenchmark {
    private static final double SECONDS_PER_NANO = 1e-9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final io.prometheus.metrics.core.metrics.Histogram classics =
            io.prometheus.metrics.core.metrics.Histogram.builder()
                    .name("classic")
                    .labelNames("i")
                    .classicOnly()
                    .withoutExemplars()
                    .register(registry);
    private final io.prometheus.metrics.core.metrics.Histogram natives =
            io.prometheus.metrics.core.metrics.Histogram.builder()
                    .name("native")
                    .labelNames("i")
                    .nativeOnly()
                    .withoutExemplars()
                    .register(registry);
    private final Summary summaries = Summary.builder()
            .name("summary")
            .labelNames("i")
            .quantile(0.5)
            .quantile(0.9)
            .quantile(0.99)
            .withoutExemplars()
            .register(registry);
    private final DistributionDataPoint classicOne = point("classic", "held");
    private final DistributionDataPoint nativeOne = point("nativeBuckets", "held");
    private final DistributionDataPoint summaryOne = point("summary", "held");

    public static void main(String[] args) {
        LatencyMemory.print(ClientJavaLatencyBenchmark::new, args);
    }

    private DistributionDataPoint point(String way, String i) {
        return switch (way) {
            case "classic" -> classics.labelValues(i);
            case "nativeBuckets" -> natives.labelValues(i);
            case "summary" -> summaries.labelValues(i);
            default -> throw new IllegalArgumentException(way);
        };
    }

    @Override
    List<String> ways() {
        return List.of("classic", "nativeBuckets", "summary");
    }

    @Override
    LongConsumer series(String way, int i) {
        DistributionDataPoint point = point(way, Integer.toString(i));
        return nanos -> point.observe(nanos * SECONDS_PER_NANO);
    }

    @Override
    long counted() {
        long sum = 0;
        for (MetricSnapshot snapshot : registry.scrape()) {
            for (DataPointSnapshot point : snapshot.getDataPoints()) {
                sum += ((DistributionDataPointSnapshot) point).getCount();
            }
        }
        return sum;
    }

    @Benchmark
    public void classic(Latencies next) {
        classicOne.observe(next.nextNanos() * SECONDS_PER_NANO);
    }

    @Benchmark
    public void nativeBuckets(Latencies next) {
        nativeOne.observe(next.nextNanos() * SECONDS_PER_NANO);
    }

    @Benchmark
    public void summary(Latencies next) {
        summaryOne.observe(next.nextNanos() * SECONDS_PER_NANO);
    }

    @Benchmark
    public double timed() {
        Timer timer = classicOne.startTimer();
        return timer.observeDuration();
    }
}
