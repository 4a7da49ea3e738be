package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.otlp.OtlpExporter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.UnfitException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What real exporters push, read as resources. */
class OtlpReceiverIT {
    private static final long MINUTE = 60_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(7);
    private OtlpReceiver receiver;

    @BeforeEach
    void listen() throws UnfitException {
        receiver = OtlpReceiver.start(0, nanos::get);
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private static SdkMeterProvider sdk(String url) {
        return SdkMeterProvider.builder()
                .setResource(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"), "shop", AttributeKey.longKey("process.pid"), 4711L)))
                .registerMetricReader(PeriodicMetricReader.builder(OtlpHttpMetricExporter.builder()
                                .setEndpoint(url)
                                .setCompression("gzip")
                                .build())
                        .setInterval(Duration.ofHours(1))
                        .build())
                .build();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatOurExporterPushesIsKnown() throws Exception {
        try (MetricRegistry registry = MetricRegistry.create();
                AutoCloseable samplers = ResourceSamplers.bindTo(registry);
                OtlpExporter exporter = OtlpExporter.builder(registry)
                        .endpoint(receiver.url().replace("/v1/metrics", ""))
                        .serviceName("shop")
                        .build()) {
            assertTrue(exporter.push(Duration.ofSeconds(20)));
            Map<String, Double> news = receiver.news();

            Map<String, Double> found = MetricsPage.resources(news);
            for (String resource : new String[] {
                ResourceNames.THREADS, ResourceNames.OPEN_FDS, ResourceNames.RSS, ResourceNames.LOADED_CLASSES
            }) {
                assertTrue(found.getOrDefault(resource, 0.0) > 0, () -> resource + " not in " + news);
            }
            assertTrue(MetricsPage.limits(receiver.newest()).get(ResourceNames.OPEN_FDS) > 0);
            assertTrue(receiver.sender().contains("service.name=shop"), receiver::sender);
        }
    }

    @Test
    void whatTheSdkPushesIsKnownSeriesAreSummedAndThereIsNewsOnce() throws Exception {
        try (SdkMeterProvider provider = sdk(receiver.url())) {
            LongUpDownCounter threads = provider.get("test")
                    .upDownCounterBuilder("jvm.thread.count")
                    .setUnit("{thread}")
                    .build();
            AttributeKey<Boolean> daemon = AttributeKey.booleanKey("jvm.thread.daemon");
            threads.add(5, Attributes.of(daemon, true));
            threads.add(36, Attributes.of(AttributeKey.stringKey("jvm.thread.state"), "runnable"));
            provider.get("test")
                    .counterBuilder("jvm.thread.count.total")
                    .build()
                    .add(9);

            provider.forceFlush().join(20, TimeUnit.SECONDS);

            assertEquals(Map.of(ResourceNames.THREADS, 41.0), MetricsPage.resources(receiver.news()));
            assertEquals(Map.of(), receiver.news());
            assertEquals("process.pid=4711 service.name=shop", receiver.sender());
            threads.add(1, Attributes.of(daemon, true));
            nanos.addAndGet(MINUTE);
            provider.forceFlush().join(20, TimeUnit.SECONDS);
            assertEquals(Map.of(ResourceNames.THREADS, 42.0), MetricsPage.resources(receiver.news()));
        }
    }

    @Test
    void silenceIsAnErrorOnlyWhenItIsLongerThanEverBefore() throws Exception {
        assertTrue(assertThrows(IOException.class, receiver::news)
                .getMessage()
                .startsWith("nothing has been pushed to http://127.0.0.1:"));
        try (SdkMeterProvider provider = sdk(receiver.url())) {
            provider.get("test")
                    .gaugeBuilder("process.open_file_descriptor.count")
                    .build()
                    .set(80);
            provider.forceFlush().join(20, TimeUnit.SECONDS);
            receiver.news();

            nanos.addAndGet(4 * MINUTE);
            assertEquals(Map.of(), receiver.news());
            nanos.addAndGet(2 * MINUTE);
            assertTrue(
                    assertThrows(IOException.class, receiver::news).getMessage().endsWith(" for 360 s"));
        }
    }

    @Test
    void aSeriesThatIsNotPushedAnyMoreIsGoneAfterTwoPushes() throws Exception {
        for (int push = 0; push < 5; push++) {
            try (SdkMeterProvider provider = sdk(receiver.url())) {
                provider.get("test")
                        .gaugeBuilder("jvm.thread.count")
                        .ofLongs()
                        .setUnit("{thread}")
                        .build()
                        .set(10, push == 0 ? Attributes.of(AttributeKey.stringKey("of"), "gone") : Attributes.empty());
                provider.forceFlush().join(20, TimeUnit.SECONDS);
            }
            if (push == 1) {
                assertEquals(20, MetricsPage.resources(receiver.newest()).get(ResourceNames.THREADS));
            }
            nanos.addAndGet(MINUTE);
        }

        assertEquals(10, MetricsPage.resources(receiver.newest()).get(ResourceNames.THREADS));
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(receiver.url()).resolve(path))
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void whatCannotBeReadIsRefusedWithAReason() throws Exception {
        HttpResponse<String> json = post("/v1/metrics", "application/json", "{}");
        assertEquals(415, json.statusCode());
        assertTrue(json.body().contains("http/protobuf"), json::body);
        assertEquals(404, post("/v1/traces", "application/x-protobuf", "").statusCode());
        assertEquals(
                400, post("/v1/metrics", "application/x-protobuf", "no message").statusCode());
        assertThrows(IOException.class, receiver::news, "nothing was taken");
    }

    @Test
    void aPortThatIsTakenIsUnfitInOneSentence() {
        int port = URI.create(receiver.url()).getPort();

        UnfitException e = assertThrows(UnfitException.class, () -> OtlpReceiver.start(port, nanos::get));

        assertTrue(e.getMessage().contains("Choose another with --otlp-listen PORT"), e.getMessage());
    }

    /** The way of a run: wait for the first push, read what is new, know the service again. */
    @Test
    void aServiceThatPushesIsATarget(@TempDir Path dir) throws Exception {
        int port = URI.create(receiver.url()).getPort();
        receiver.close();
        ServiceTarget target = new ServiceTarget(new ServiceTarget.Settings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(port),
                Optional.empty(),
                dir.resolve("service.log")));
        try (target;
                SdkMeterProvider provider = sdk("http://127.0.0.1:" + port + "/v1/metrics")) {
            provider.get("test")
                    .gaugeBuilder("process.open_file_descriptor.count")
                    .setUnit("{file_descriptor}")
                    .build()
                    .set(80);
            Thread pusher = new Thread(() -> {
                // Not taken until the target listens: pushes until one is.
                while (!provider.forceFlush().join(5, TimeUnit.SECONDS).isSuccess()) {
                    Thread.onSpinWait();
                }
            });
            pusher.start();

            target.start();

            pusher.join();
            assertEquals("process.pid=4711 service.name=shop", target.incarnation());
            assertEquals(Map.of(), target.sample(), "awaiting the service took the news");
            provider.forceFlush().join(20, TimeUnit.SECONDS);
            assertEquals(Map.of(ResourceNames.OPEN_FDS, 80.0), target.sample());
        }
    }
}
