package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A VictoriaMetrics of 1.112 or newer takes what we push. The environment variable EVENKEEL_VICTORIAMETRICS names it. */
class VictoriaMetricsIT {
    private static final Pattern SAMPLE =
            Pattern.compile("\\{\"metric\":\\{([^}]*)\\},\"values\":\\[([^]]*)\\],\"timestamps\":\\[([^]]*)\\]\\}");
    private static final Duration START = Duration.ofSeconds(30);

    private static String program;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @BeforeAll
    static void find() {
        program = System.getenv("EVENKEEL_VICTORIAMETRICS");
        if (program == null || !Files.isExecutable(Path.of(program))) {
            String reason =
                    "EVENKEEL_VICTORIAMETRICS names no program; bash .ci/victoria-metrics fetches one and says where";
            System.out.println("skipped: " + reason);
            Assumptions.abort(reason);
        }
    }

    @ParameterizedTest
    @EnumSource(HistogramEncoding.class)
    void everySeriesIsThereWithItsValue(HistogramEncoding encoding) throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process server = new ProcessBuilder(
                        program,
                        "-storageDataPath=" + folder,
                        "-httpListenAddr=127.0.0.1:" + port,
                        "-retentionPeriod=1d",
                        "-opentelemetry.usePrometheusNaming")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (MetricRegistry registry = MetricRegistry.create()) {
            Labelled<Counter> orders = registry.counter("shop.orders")
                    .unit("{order}")
                    .labels("country")
                    .register();
            for (int i = 0; i < 200; i++) {
                orders.bind("c" + i).add(i + 1);
            }
            Timer checkout = registry.timer("shop.checkout.duration").register();
            for (int i = 0; i < 100; i++) {
                checkout.record(TimeUnit.MILLISECONDS.toNanos(100));
            }
            OtlpExporter exporter = OtlpExporter.builder(registry)
                    .endpoint("http://127.0.0.1:" + port + "/opentelemetry/v1/metrics")
                    .serviceName("shop")
                    .histograms(encoding)
                    .gzip()
                    .build(); // the server is still starting: the first push is refused and waits

            assertTrue(exporter.push(START), "not accepted");
            orders.bind("c0").add(1000);
            exporter.close();

            Map<String, Double> counters = lastValues("shop_orders_total");
            long deadline = System.nanoTime() + START.toNanos(); // what was accepted is not searchable at once
            while ((counters.size() < 200 || value(counters, "\"country\":\"c0\"") < 1001)
                    && System.nanoTime() < deadline) {
                counters = lastValues("shop_orders_total");
            }
            assertEquals(200, counters.size());
            for (int i = 0; i < 200; i++) {
                assertEquals(i == 0 ? 1001.0 : i + 1.0, value(counters, "\"country\":\"c" + i + "\""));
            }
            assertTrue(counters.keySet().iterator().next().contains("\"service.name\":\"shop\"")
                    || counters.keySet().iterator().next().contains("\"job\":\"shop\"")
                    || counters.keySet().iterator().next().contains("\"service_name\":\"shop\""));
            assertEquals(Map.of("", 100.0), unlabelled(lastValues("shop_checkout_duration_seconds_count")));
            assertEquals(
                    10.0,
                    unlabelled(lastValues("shop_checkout_duration_seconds_sum")).get(""),
                    1e-9);
            Map<String, Double> buckets = lastValues("shop_checkout_duration_seconds_bucket");
            assertTrue(buckets.containsValue(100.0), buckets.toString());
        } finally {
            server.destroy();
            server.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static Map<String, Double> unlabelled(Map<String, Double> one) {
        Map<String, Double> values = new TreeMap<>();
        one.values().forEach(value -> values.put("", value));
        return values;
    }

    private static double value(Map<String, Double> all, String label) {
        return all.entrySet().stream()
                .filter(entry -> entry.getKey().contains(label))
                .mapToDouble(Map.Entry::getValue)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** The newest value of each series of a name, as the server keeps it. */
    private Map<String, Double> lastValues(String name) throws Exception {
        get("/internal/force_flush");
        String match = URLEncoder.encode("{__name__=\"" + name + "\"}", StandardCharsets.UTF_8);
        Matcher samples = SAMPLE.matcher(get("/api/v1/export?match[]=" + match));
        Map<String, Double> values = new TreeMap<>();
        while (samples.find()) {
            String[] all = samples.group(2).split(",");
            values.put(samples.group(1), Double.parseDouble(all[all.length - 1]));
        }
        return values;
    }

    private String get(String path) throws Exception {
        URI uri =
                URI.create("http://127.0.0.1:" + port + path.replace("[", "%5B").replace("]", "%5D"));
        HttpResponse<String> response =
                client.send(HttpRequest.newBuilder(uri).timeout(START).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode() == 204 ? 200 : response.statusCode(), response.body());
        return response.body();
    }
}
