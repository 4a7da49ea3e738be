package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One push over a real socket, read back with the messages of the protocol. */
class OtlpHttpIT {
    private final List<ExportMetricsServiceRequest> received = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/metrics", exchange -> {
            try (exchange) {
                received.add(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aPushCarriesWhatTheRegistryCounted() {
        MetricRegistry registry =
                MetricRegistry.builder().exemplars(new OneTrace()).build();
        registry.counter("shop.orders")
                .unit("{order}")
                .labels("country")
                .register()
                .bind("NZ")
                .add(41);
        Timer timer = registry.timer("shop.checkout.duration").exemplars().register();
        timer.record(3_000_000);
        timer.record(700_000_000);
        registry.gauge("shop.queue").register().set(2.5);
        SdkMeterProvider provider = SdkMeterProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop")))
                .registerMetricProducer(RegistryMetricProducer.of(registry))
                .registerMetricReader(PeriodicMetricReader.builder(OtlpHttpMetricExporter.builder()
                                .setEndpoint("http://"
                                        + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                                        + server.getAddress().getPort() + "/v1/metrics")
                                .build())
                        .setInterval(Duration.ofHours(1))
                        .build())
                .build();

        assertTrue(provider.forceFlush().join(20, TimeUnit.SECONDS).isSuccess());

        assertEquals(1, received.size());
        assertTrue(received.get(0).getResourceMetrics(0).getResource().getAttributesList().stream()
                .anyMatch(attribute -> attribute.getKey().equals("service.name")
                        && attribute.getValue().getStringValue().equals("shop")));
        Metric orders = metric(0, "shop.orders");
        assertTrue(orders.getSum().getIsMonotonic());
        assertEquals(
                AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE,
                orders.getSum().getAggregationTemporality());
        assertEquals("{order}", orders.getUnit());
        NumberDataPoint point = orders.getSum().getDataPoints(0);
        assertEquals((long) registry.snapshot().value("shop.orders", "NZ"), point.getAsInt());
        assertEquals("country", point.getAttributes(0).getKey());
        assertEquals("NZ", point.getAttributes(0).getValue().getStringValue());
        HistogramDataPoint checkout =
                metric(0, "shop.checkout.duration").getHistogram().getDataPoints(0);
        assertEquals("s", metric(0, "shop.checkout.duration").getUnit());
        assertEquals(2, checkout.getCount());
        assertEquals(0.703, checkout.getSum(), 1e-12);
        assertEquals(checkout.getExplicitBoundsCount() + 1, checkout.getBucketCountsCount());
        assertEquals(
                1, checkout.getBucketCounts(checkout.getExplicitBoundsList().indexOf(0.005)));
        assertEquals(
                1, checkout.getBucketCounts(checkout.getExplicitBoundsList().indexOf(1.0)));
        assertEquals(2, checkout.getExemplarsCount());
        assertEquals(0.7, checkout.getExemplars(1).getAsDouble());
        assertEquals(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                HexFormat.of().formatHex(checkout.getExemplars(1).getTraceId().toByteArray()));
        assertEquals(2.5, metric(0, "shop.queue").getGauge().getDataPoints(0).getAsDouble());

        timer.record(1);
        provider.close(); // pushes once more

        assertEquals(2, received.size());
        assertEquals(
                3,
                metric(1, "shop.checkout.duration")
                        .getHistogram()
                        .getDataPoints(0)
                        .getCount());
        registry.close();
    }

    private Metric metric(int push, String name) {
        return received.get(push).getResourceMetrics(0).getScopeMetricsList().stream()
                .flatMap(scope -> scope.getMetricsList().stream())
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
