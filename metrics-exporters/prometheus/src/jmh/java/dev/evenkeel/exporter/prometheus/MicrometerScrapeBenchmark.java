package dev.evenkeel.exporter.prometheus;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/** Micrometer's Prometheus registry; a timer shows its maximum as well, in one more line a series. */
public class MicrometerScrapeBenchmark extends ScrapeBenchmark {
    private static final Duration[] OBJECTIVES = DoubleStream.of(BOUNDS)
            .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Override
    void register(boolean histograms) {
        // A family begins with its first series here.
    }

    @Override
    void count(int family, String route, String status) {
        registry.counter("shop" + family + ".orders", "route", route, "status", status)
                .increment();
    }

    @Override
    void record(int family, String route, String status, long nanos) {
        Timer.builder("shop" + family + ".duration")
                .tags("route", route, "status", status)
                .serviceLevelObjectives(OBJECTIVES)
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    void write(Page to) throws IOException {
        registry.scrape(to);
    }
}
