package dev.evenkeel.examples;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.exporter.prometheus.PrometheusEndpoint;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.resource.ResourceSamplers;

/** The code of the README's first example. */
final class QuickStart {
    public static void main(String[] args) throws Exception {
        // README: metrics
        MetricRegistry registry = MetricRegistry.create();
        Labelled<Counter> orders = registry.counter("shop.orders")
                .unit("{order}")
                .labels("country")
                .register();
        Timer checkout = registry.timer("shop.checkout.duration")
                .help("From basket to receipt.")
                .register();
        ResourceSamplers.bindTo(registry); // JVM, process, container: heap after GC, throttling, pressure, ...

        AdminListener admin = AdminListener.builder()
                .port(9464)
                .handle("/metrics", PrometheusEndpoint.of(registry))
                .build();

        long start = System.nanoTime();
        orders.bind("NZ").increment(); // allocates nothing; hold the result of bind(..) where it is hot
        checkout.recordSince(start);
        // README: end
        System.out.println("http://127.0.0.1:" + admin.port() + "/metrics");
    }
}
