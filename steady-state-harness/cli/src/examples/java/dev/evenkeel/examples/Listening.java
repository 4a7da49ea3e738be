package dev.evenkeel.examples;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.exporter.http.AdminTls;
import dev.evenkeel.exporter.prometheus.PrometheusEndpoint;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.report.PeriodicReport;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The code of docs/exporters.md. */
final class Listening {
    private Listening() {}

    static AdminListener onLoopback(MetricRegistry registry, SamplerSchedule schedule, BooleanSupplier hasRoom) {
        return AdminListener.builder()
                .registry(registry) // /debug/vars
                .snapshots(schedule, Duration.ofSeconds(10)) // a snapshot in /status
                .ready(hasRoom) // /readyz
                .handle("/metrics", PrometheusEndpoint.of(registry))
                .build(); // 127.0.0.1:9464
    }

    static AdminListener forOthers(MetricRegistry registry, Path secrets) {
        return AdminListener.builder()
                .bind("0.0.0.0")
                .hosts("shop-1.internal")
                .tls(AdminTls.pem(secrets.resolve("tls.crt"), secrets.resolve("tls.key")))
                .password("prometheus", secrets.resolve("password"))
                .handle("/metrics", PrometheusEndpoint.of(registry))
                .build();
    }

    static PeriodicReport inTheLog(MetricRegistry registry, SamplerSchedule schedule) {
        return PeriodicReport.builder(registry)
                .show("requests", "http.server.request.duration")
                .show("errors", "http.server.request.duration", "http.response.status_code=5*")
                .show("connections", "db.client.connection.count")
                .start(schedule, Duration.ofSeconds(10));
    }
}
