package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every point arrives, over both wires, in every combination. */
class OtlpExporterIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({
        "http,DELTA,EXPLICIT,false", "http,DELTA,EXPONENTIAL,true", "http,CUMULATIVE,EXPLICIT,true",
        "http,CUMULATIVE,EXPONENTIAL,false", "grpc,DELTA,EXPLICIT,true", "grpc,DELTA,EXPONENTIAL,false",
        "grpc,CUMULATIVE,EXPLICIT,false", "grpc,CUMULATIVE,EXPONENTIAL,true"
    })
    void everyPointArrives(String wire, AggregationTemporality temporality, HistogramEncoding encoding, boolean gzip)
            throws Exception {
        boolean grpc = wire.equals("grpc");
        boolean delta = temporality == AggregationTemporality.DELTA;
        try (Receiver receiver = grpc ? new GrpcReceiver() : new HttpReceiver();
                MetricRegistry registry = MetricRegistry.create()) {
            Labelled<Counter> orders =
                    registry.counter("shop.orders").labels("country").register();
            Timer checkout = registry.timer("shop.checkout").register();
            registry.gauge("shop.queue").register().set(2.5);
            registry.upDownCounter("shop.carts").register().add(-3);
            OtlpExporterBuilder builder = OtlpExporter.builder(registry)
                    .temporality(temporality)
                    .histograms(encoding)
                    .header("Authorization", "none")
                    .headers(() -> Map.of("Authorization", "Bearer 17"))
                    .interval(Duration.ofMinutes(10));
            String uri = "http://127.0.0.1:" + receiver.port();
            builder = grpc ? builder.grpcEndpoint(uri) : builder.endpoint(uri);
            OtlpExporter exporter = (gzip ? builder.gzip() : builder).build();
            for (int push = 1; push <= 3; push++) {
                for (int i = 0; i < 300; i++) {
                    orders.bind("c" + i).add(i * push);
                    checkout.record(1_000_000L * i);
                }
                assertTrue(exporter.push(LONG));
            }
            orders.bind("c0").add(5);
            exporter.close();

            Ledger ledger = receiver.ledger();
            assertEquals(List.of(), ledger.errors());
            for (int i = 0; i < 300; i++) {
                String key = "shop.orders|country=c" + i;
                assertEquals(i == 0 ? 5 : 6 * i, delta ? ledger.deltas(key) : ledger.last(key), key);
            }
            double sum = 3 * 300 * 299 / 2 * 1e-3;
            assertEquals(900, delta ? ledger.deltas("shop.checkout") : ledger.last("shop.checkout"));
            assertEquals(sum, delta ? ledger.deltaSum("shop.checkout") : ledger.lastSum("shop.checkout"), 1e-9);
            assertEquals(2.5, ledger.last("shop.queue"));
            assertEquals(-3, ledger.last("shop.carts"), "a level, in either temporality");
            String authorization = receiver instanceof HttpReceiver http
                    ? http.lastAuthorization()
                    : ((GrpcReceiver) receiver).lastAuthorization();
            String packed = receiver instanceof HttpReceiver http
                    ? http.lastEncoding()
                    : ((GrpcReceiver) receiver).lastEncoding();
            assertEquals("Bearer 17", authorization);
            assertEquals(gzip, packed.equals("gzip"), packed);
        }
    }

    @Test
    void aServerThatTakesFourMebibytesGetsAllOfTen() throws Exception {
        try (GrpcReceiver receiver = new GrpcReceiver();
                MetricRegistry registry =
                        MetricRegistry.builder().cardinalityLimit(20_000).build()) {
            String filler = "x".repeat(600);
            Labelled<Counter> orders =
                    registry.counter("shop.orders").labels("who").register();
            int series = 16_000;
            for (int i = 0; i < series; i++) {
                orders.bind(filler + i).add(1);
            }
            OtlpExporter exporter = OtlpExporter.builder(registry)
                    .grpcEndpoint("http://127.0.0.1:" + receiver.port())
                    .temporality(AggregationTemporality.DELTA)
                    .maxBufferBytes(64 << 20)
                    .build();

            boolean pushed = exporter.push(Duration.ofSeconds(20));
            exporter.close();

            assertTrue(pushed);
            assertEquals(series, receiver.ledger().keys("shop.orders").size());
            assertEquals(0.0, OtlpFaultsIT.sum(registry, "evenkeel.otlp.requests", "too_large"));
            assertTrue(OtlpFaultsIT.sum(registry, "evenkeel.otlp.requests", "accepted") >= 3);
            assertEquals(0.0, OtlpFaultsIT.sum(registry, "evenkeel.otlp.points", "lost"));
            assertEquals(List.of(), receiver.ledger().errors());
        }
    }

    @Test
    void whatAGrpcServerDidNotTakeIsCounted() throws Exception {
        try (GrpcReceiver receiver = new GrpcReceiver();
                MetricRegistry registry = MetricRegistry.create()) {
            receiver.rejectPoints(2);
            OtlpExporter exporter = OtlpExporter.builder(registry)
                    .grpcEndpoint("http://127.0.0.1:" + receiver.port())
                    .build();

            assertTrue(exporter.push(LONG));

            assertEquals(2.0, OtlpFaultsIT.sum(registry, "evenkeel.otlp.points", "rejected"));
            exporter.close();
        }
    }

    @Test
    void theThreadsEnd() throws Exception {
        try (HttpReceiver receiver = new HttpReceiver();
                MetricRegistry registry = MetricRegistry.create()) {
            OtlpExporter exporter = OtlpExporter.builder(registry)
                    .endpoint("http://127.0.0.1:" + receiver.port())
                    .build();
            assertTrue(exporter.push(LONG));
            assertTrue(threads() > 0);

            exporter.close();

            long deadline = System.nanoTime() + LONG.toNanos();
            while (threads() > 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertEquals(0, threads());
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("evenkeel-otlp"))
                .count();
    }

    @Test
    void addressesThatCannotWorkAreRefusedWithTheReason() {
        try (MetricRegistry registry = MetricRegistry.create()) {
            OtlpExporterBuilder builder = OtlpExporter.builder(registry);
            for (String bad : List.of("collector:4318", "ftp://collector", "http://", "a b")) {
                String message = assertThrows(IllegalArgumentException.class, () -> builder.endpoint(bad))
                        .getMessage();
                assertTrue(message.contains("Pass one such as http://collector:4318"), message);
            }
            String secret = assertThrows(
                            IllegalArgumentException.class, () -> builder.grpcEndpoint("https://me:secret@collector"))
                    .getMessage();
            assertTrue(secret.contains("header(\"Authorization\"") && !secret.contains("me:secret"), secret);
            assertThrows(IllegalArgumentException.class, () -> builder.interval(Duration.ofMinutes(11)));
            assertThrows(IllegalArgumentException.class, () -> builder.timeout(Duration.ZERO));
            assertThrows(IllegalArgumentException.class, () -> builder.maxBufferBytes(8));
            assertThrows(IllegalArgumentException.class, () -> builder.maxRequestBytes(0));
        }
    }
}
