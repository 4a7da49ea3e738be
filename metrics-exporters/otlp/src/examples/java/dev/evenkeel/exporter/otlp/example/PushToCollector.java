package dev.evenkeel.exporter.otlp.example;

import dev.evenkeel.exporter.otlp.HistogramEncoding;
import dev.evenkeel.exporter.otlp.OtlpExporter;
import dev.evenkeel.metrics.MetricRegistry;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.time.Duration;

/** The code of the module's README and of docs/otlp.md. */
final class PushToCollector {
    private PushToCollector() {}

    /** Three lines. */
    static OtlpExporter push(MetricRegistry registry) {
        // README: push
        OtlpExporter exporter = OtlpExporter.builder(registry)
                .endpoint("http://collector:4318")
                .serviceName("shop")
                .build();
        // README: end
        return exporter;
    }

    /** All that one may want to say. */
    static OtlpExporter pushDeltas(MetricRegistry registry, String token) {
        // README: deltas
        OtlpExporter exporter = OtlpExporter.builder(registry)
                .grpcEndpoint("https://collector.example.org:4317") // with opentelemetry-exporter-sender-okhttp
                .temporality(AggregationTemporality.DELTA)
                .histograms(HistogramEncoding.EXPONENTIAL)
                .serviceName("shop")
                .resourceAttribute("deployment.environment.name", "production")
                .header("Authorization", "Bearer " + token)
                .gzip()
                .interval(Duration.ofSeconds(30))
                .build();
        // README: end
        return exporter;
    }

    /** At the end of the service: the last push, then the registry. */
    static void stop(OtlpExporter exporter, MetricRegistry registry) {
        exporter.close();
        registry.close();
    }
}
