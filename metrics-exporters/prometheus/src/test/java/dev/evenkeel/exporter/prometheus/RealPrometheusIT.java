package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus server and promtool make of our endpoint, over HTTP and with all samplers bound. */
class RealPrometheusIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Pattern VALUE = Pattern.compile("\"value\":\\[[0-9.]+,\"([^\"]*)\"]");

    private static final Pattern POINT = Pattern.compile("\\[[0-9.]+,\"([^\"]*)\"]");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final MetricRegistry registry =
            MetricRegistry.builder().exemplars(TracedRegistry.SOURCE).build();
    private AdminListener admin;
    private ResourceSamplers samplers;

    @TempDir
    private Path folder;

    @BeforeEach
    void serveARegistryWithEveryKind() {
        samplers = ResourceSamplers.bindTo(registry);
        Labelled<Counter> requests = registry.counter("http.server.requests")
                .unit("{request}")
                .help("Requests, by path.")
                .labels("http.path")
                .register();
        requests.bind("/a\"b\\c\nd \u00fc\uD83D\uDE00").add(1_234_567_890_123L);
        requests.bind("/plain").add(42);
        registry.gauge("queue.share")
                .unit("1")
                .help("Share of the queue in use.")
                .register()
                .set(0.30000000000000004);
        Timer timer = registry.timer("work.duration").help("Work.").register();
        timer.record(1_000_000);
        timer.record(40_000_000);
        timer.record(60_000_000_000L);
        registry.timer("traced.duration")
                .help("Work for a trace.")
                .exemplars()
                .register()
                .record(3_000_000);
        admin = AdminListener.builder()
                .port(0)
                .registry(registry)
                .handle("/metrics", PrometheusEndpoint.of(registry))
                .build();
    }

    @AfterEach
    void close() {
        admin.close();
        samplers.close();
        registry.close();
    }

    @Test
    void promtoolHasNothingToSayAboutOurMetrics() throws Exception {
        String promtool = OutsideTool.path("promtool", "prometheus");
        String text = get("http://127.0.0.1:" + admin.port() + "/metrics");
        assertTrue(text.contains("\nprocess_cpu_time_seconds_total "), text);
        Path input = Files.writeString(folder.resolve("metrics"), text);
        Path output = folder.resolve("findings");

        Process process = new ProcessBuilder(promtool, "check", "metrics")
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS), "promtool does not end");
        } finally {
            process.destroyForcibly();
        }

        assertEquals("", Files.readString(output));
        assertEquals(0, process.exitValue());
    }

    @Test
    void prometheusScrapesTheEndpointAndHoldsWhatWeRecorded() throws Exception {
        try (Server p = scraping("--enable-feature=exemplar-storage")) {
            p.awaitValue("up{job=\"evenkeel\"}", 1);

            p.awaitValue("http_server_requests_total{http_path=\"/plain\"}", 42);
            p.awaitValue(
                    "http_server_requests_total{http_path=\"/a\\\"b\\\\c\\nd \u00fc\uD83D\uDE00\"}",
                    1_234_567_890_123.0);
            p.awaitValue("queue_share_ratio", 0.30000000000000004);
            p.awaitValue("work_duration_seconds_count", 3);
            p.awaitValue("work_duration_seconds_sum", 60.041);
            p.awaitValue("work_duration_seconds_bucket{le=\"0.001\"}", 1);
            p.awaitValue("work_duration_seconds_bucket{le=\"0.05\"}", 2);
            p.awaitValue("work_duration_seconds_bucket{le=\"+Inf\"}", 3);
            p.awaitValue("count(jvm_memory_used_bytes{jvm_memory_type=\"heap\"}) > bool 0", 1);
            p.awaitValue("jvm_threads > bool 0", 1);
            p.awaitValue("count(evenkeel_dropped_total) > bool 0", 1);
            long scraped = PrometheusText.parse(get("http://127.0.0.1:" + admin.port() + "/metrics"))
                    .size();
            p.awaitValue("scrape_samples_scraped", scraped);
            p.await(
                    "/api/v1/query_exemplars?query=traced_duration_seconds_bucket&start=0&end=4000000000",
                    "an exemplar",
                    body -> body.contains(TracedRegistry.TRACE) && body.contains("\"value\":\"0.003\""));
            p.awaitMetadata("http_server_requests", "counter", "Requests, by path."); // OpenMetrics calls it so
            p.awaitMetadata("work_duration_seconds", "histogram", "Work.");

            registry.counter("http.server.requests")
                    .unit("{request}")
                    .labels("http.path")
                    .register()
                    .bind("/plain")
                    .add(8);
            p.awaitValue("http_server_requests_total{http_path=\"/plain\"}", 50);
            registry.timer("work.duration").register().record(40_000_000);
            p.awaitRange("http_server_requests_total{http_path=\"/plain\"}", 42, 50);
            p.awaitRange("work_duration_seconds_count", 3, 4);
            p.awaitRange("work_duration_seconds_bucket{le=\"0.05\"}", 2, 3);
            p.awaitRange("queue_share_ratio", 0.30000000000000004);
        }
    }

    @Test
    void prometheusReadsNativeHistogramsFromTheProtobuf() throws Exception {
        try (Server p = scraping("--enable-feature=native-histograms")) {
            p.awaitValue("histogram_count(work_duration_seconds)", 3);
            p.awaitValue("histogram_sum(work_duration_seconds)", 60.041);
            // 1.5 % from 40 ms, where the middle one of the three is
            p.awaitValue("abs(histogram_quantile(0.5, work_duration_seconds) - 0.04) < bool 0.04 * 0.03", 1);
            p.awaitValue("http_server_requests_total{http_path=\"/plain\"}", 42);
            p.awaitValue("count(evenkeel_dropped_total) > bool 0", 1);

            registry.timer("work.duration").register().record(40_000_000);
            p.awaitRange("histogram_count(work_duration_seconds)", 3, 4);
            p.awaitRange("histogram_sum(work_duration_seconds)", 60.041, 60.081);
            p.awaitRange("abs(histogram_quantile(0.5, work_duration_seconds) - 0.04) < bool 0.04 * 0.03", 1);
        }
    }

    /** Starts a server that scrapes the endpoint five times a second. */
    private Server scraping(String... flags) throws IOException {
        String prometheus = OutsideTool.path("prometheus", "prometheus");
        int port = freePort();
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global:
                  scrape_interval: 200ms
                  scrape_timeout: 200ms
                scrape_configs:
                  - job_name: evenkeel
                    static_configs:
                      - targets: ['127.0.0.1:%d']
                """
                        .formatted(admin.port()));
        Path log = folder.resolve("prometheus.log");
        List<String> command = new ArrayList<>(List.of(
                prometheus,
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port));
        command.addAll(List.of(flags));
        Process server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Server(server, port, log);
    }

    private String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(10))
                .build();
        HttpResponse<String> response =
                client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertEquals(200, response.statusCode(), () -> url + ": " + response.body());
        return response.body();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Asks the HTTP API until it gives the answer, the server is gone, or the deadline has passed. */
    private final class Server implements AutoCloseable {
        private final Process process;
        private final int port;
        private final Path log;

        Server(Process process, int port, Path log) {
            this.process = process;
            this.port = port;
            this.log = log;
        }

        void awaitValue(String query, double wanted) throws Exception {
            String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
            await(path, query + " = " + wanted, body -> {
                Matcher value = VALUE.matcher(body);
                return value.find() && Double.parseDouble(value.group(1)) == wanted && !value.find();
            });
        }

        /** Waits until a range query over the last minute has had just these values, one after the other. */
        void awaitRange(String query, double... wanted) throws Exception {
            double now = System.currentTimeMillis() / 1e3;
            String path = "/api/v1/query_range?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&start="
                    + (now - 60) + "&end=" + (now + DEADLINE.toSeconds()) + "&step=0.2";
            await(path, query + " over time " + Arrays.toString(wanted), body -> {
                List<Double> seen = new ArrayList<>();
                Matcher value = POINT.matcher(body);
                while (value.find()) {
                    double next = Double.parseDouble(value.group(1));
                    if (seen.isEmpty() || seen.get(seen.size() - 1) != next) {
                        seen.add(next);
                    }
                }
                return body.contains("\"resultType\":\"matrix\"")
                        && seen.equals(Arrays.stream(wanted).boxed().toList());
            });
        }

        void awaitMetadata(String metric, String type, String help) throws Exception {
            await(
                    "/api/v1/metadata?metric=" + metric,
                    metric + " is a " + type,
                    body -> body.contains("\"type\":\"" + type) && body.contains("\"help\":\"" + help + "\""));
        }

        private void await(String path, String what, java.util.function.Predicate<String> reached) throws Exception {
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            String last = "nothing yet";
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    fail("Prometheus ended with " + process.exitValue() + ": " + logTail());
                }
                last = answer(path);
                if (reached.test(last)) {
                    return;
                }
                process.waitFor(50, TimeUnit.MILLISECONDS); // between two questions; ends early if the server does
            }
            fail("never saw " + what + " in " + DEADLINE + "; last answer " + last + "; log " + logTail());
        }

        private String answer(String path) throws InterruptedException {
            try (InputStream body = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "no answer: " + e;
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }

        private List<String> logTail() throws IOException {
            List<String> lines = Files.readAllLines(log);
            return lines.subList(Math.max(0, lines.size() - 5), lines.size());
        }
    }
}
