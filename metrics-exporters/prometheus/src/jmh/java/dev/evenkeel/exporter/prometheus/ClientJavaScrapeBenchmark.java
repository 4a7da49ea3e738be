package dev.evenkeel.exporter.prometheus;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' client_java 1.x with its own text writer; classic histograms. */
public class ClientJavaScrapeBenchmark extends ScrapeBenchmark {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final List<Counter> counters = new ArrayList<>();
    private final List<Histogram> histograms = new ArrayList<>();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    @Override
    void register(boolean histogram) {
        for (int i = 0; i < FAMILIES; i++) {
            if (histogram) {
                histograms.add(Histogram.builder()
                        .name("shop" + i + "_duration_seconds")
                        .help("Registered as shop" + i + ".duration, without help.")
                        .labelNames("route", "status")
                        .classicOnly()
                        .classicUpperBounds(BOUNDS)
                        .withoutExemplars()
                        .register(registry));
            } else {
                counters.add(Counter.builder()
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
        counters.get(family).labelValues(route, status).inc();
    }

    @Override
    void record(int family, String route, String status, long nanos) {
        histograms.get(family).labelValues(route, status).observe(nanos * 1e-9);
    }

    @Override
    void write(Page to) throws IOException {
        writer.write(to, registry.scrape());
    }
}
