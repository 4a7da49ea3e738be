package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' simpleclient with its own text writer, over a stream as its HTTP server has it; no {@code _created} samples. */
public class SimpleclientScrapeBenchmark extends ScrapeBenchmark {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final List<Counter> counters = new ArrayList<>();
    private final List<Histogram> histograms = new ArrayList<>();

    @Override
    void register(boolean histogram) {
        for (int i = 0; i < FAMILIES; i++) {
            if (histogram) {
                histograms.add(Histogram.build()
                        .name("shop" + i + "_duration_seconds")
                        .help("Registered as shop" + i + ".duration, without help.")
                        .labelNames("route", "status")
                        .buckets(BOUNDS)
                        .withoutExemplars()
                        .register(registry));
            } else {
                counters.add(Counter.build()
                        .name("shop" + i + "_orders")
                        .help("Registered as shop" + i + ".orders, without help.")
                        .labelNames("route", "status")
                        .withoutExemplars()
                        .register(registry));
            }
        }
    }

    @Override
    void count(int family, String route, String status) {
        counters.get(family).labels(route, status).inc();
    }

    @Override
    void record(int family, String route, String status, long nanos) {
        histograms.get(family).labels(route, status).observe(nanos * 1e-9);
    }

    @Override
    void write(Page to) throws IOException {
        try (Writer writer = new OutputStreamWriter(to, UTF_8)) {
            TextFormat.write004(writer, registry.metricFamilySamples());
        }
    }
}
