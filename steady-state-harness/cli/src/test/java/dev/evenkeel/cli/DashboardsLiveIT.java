package dev.evenkeel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.evenkeel.dashboard.CatalogueEntry;
import dev.evenkeel.dashboard.Dashboards;
import dev.evenkeel.dashboard.MetricCatalogue;
import dev.evenkeel.payments.PaymentRequests;
import dev.evenkeel.payments.PaymentsMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every query of every dashboard and every alert, asked of a real Prometheus that scraped the real payments service under
 * some load. Skipped where Prometheus is not installed, unless EVENKEEL_REQUIRE_TOOLS is true.
 */
class DashboardsLiveIT {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final int PAYMENTS = 300;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @TempDir
    static Path dir;

    private static Process service;
    private static PrometheusServer prometheus;
    private static int accepted;

    @BeforeAll
    static void scrapeAServiceUnderLoad() throws Exception {
        PrometheusServer.require();
        service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseG1GC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PaymentsMain.class.getName(),
                        "--port",
                        "0",
                        "--admin-port",
                        "0")
                .redirectError(dir.resolve("service.log").toFile())
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8));
        Map<String, String> ready = values(await(said, "@ready"));
        Writer told = service.outputWriter(StandardCharsets.UTF_8);
        told.write("live-set\n"); // a collection, so that there is a heap after one
        told.flush();
        await(said, "@live-set");

        prometheus = PrometheusServer.start(dir, scraping(ready.get("admin-port")));
        URI payments = URI.create("http://127.0.0.1:" + ready.get("port") + PaymentRequests.PATH);
        PaymentRequests requests = PaymentRequests.of(System.nanoTime());
        long end = System.nanoTime() + DEADLINE.toNanos();
        // Until the load has been seen twice, else a rate is empty.
        for (int i = 0; i < PAYMENTS || scrapes() < 4; i++) {
            PaymentRequests.Request request = requests.request(i);
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(payments)
                            .timeout(Duration.ofSeconds(10))
                            .header(PaymentRequests.SIGNATURE_HEADER, request.signature())
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(201, answer.statusCode(), answer.body());
            accepted++;
            assertTrue(System.nanoTime() < end, "Prometheus did not scrape the service four times");
        }
        awaitScrapeOf("payments_accepted_total", accepted);
    }

    @AfterAll
    static void stop() throws Exception {
        if (prometheus != null) {
            prometheus.close();
        }
        if (service != null) {
            service.getOutputStream().close(); // it ends with its input
            if (!service.waitFor(30, TimeUnit.SECONDS)) {
                service.destroyForcibly();
            }
        }
    }

    @Test
    void everyTargetOfEveryPanelHasData() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Dashboards.Query query : Dashboards.queries()) {
            String expr = query.expr()
                    .replace("$__rate_interval", "15s")
                    .replace("$job", "payments")
                    .replace("$instance", ".+");
            List<Double> values = prometheus.values(expr);
            System.out.println(query.panel() + " " + query.refId() + ": " + values);
            if (values.isEmpty() || values.stream().anyMatch(v -> v.isNaN())) {
                wrong.add(query.panel() + " " + query.refId() + " is empty: " + expr + " gives " + values);
            }
        }

        assertEquals(List.of(), wrong);
    }

    @Test
    void everyAlertIsAnsweredAndNoneHoldsOnAHealthyService() throws Exception {
        for (Map.Entry<String, String> alert : Dashboards.alerts().entrySet()) {
            assertEquals(List.of(), prometheus.values(alert.getValue()), alert.getKey());
        }
    }

    @Test
    void everyMetricOfTheCatalogueIsScrapedWithItsLabels() throws Exception {
        for (CatalogueEntry entry : MetricCatalogue.entries()) {
            String answer = prometheus.query(entry.wireName());

            Matcher labels = Pattern.compile("\"metric\":\\{([^}]*)}").matcher(answer);
            assertTrue(labels.find(), entry.wireName() + " was not scraped: " + answer);
            Set<String> names = new HashSet<>();
            Matcher name = Pattern.compile("\"(\\w+)\":\"").matcher(labels.group(1));
            while (name.find()) {
                names.add(name.group(1));
            }
            Set<String> expected = new HashSet<>(entry.labels());
            expected.addAll(Set.of("__name__", "job", "instance"));
            assertEquals(expected, names, entry.wireName());
        }
    }

    @Test
    void whatIsKnownBesidesIsWhatPrometheusSays() throws Exception {
        assertEquals(List.of(256.0 * 1024 * 1024), prometheus.values("jvm_heap_limit_bytes"));
        assertEquals(List.of((double) accepted), prometheus.values("pool_submitted_total{pool=\"payments\"}"));
        assertEquals(List.of(0.0), prometheus.values("pool_shed_total{pool=\"payments\"}"));
        List<Double> heap = prometheus.values("jvm_memory_used_after_last_gc_bytes");
        assertTrue(heap.get(0) > 1_000_000 && heap.get(0) < 256.0 * 1024 * 1024, heap::toString);
        try (var open = Files.list(Path.of("/proc/" + service.pid() + "/fd"))) {
            assertEquals(
                    open.count(),
                    prometheus.values("process_open_file_descriptors").get(0),
                    20);
        }
    }

    private static String scraping(String adminPort) {
        return """
                global:
                  scrape_interval: 1s
                  scrape_timeout: 1s
                scrape_configs:
                  - job_name: payments
                    static_configs:
                      - targets: ["127.0.0.1:%s"]
                """
                .formatted(adminPort);
    }

    private static int scrapes() throws Exception {
        List<Double> n = prometheus.values("count_over_time(up{job=\"payments\"}[1m])");
        return n.isEmpty() ? 0 : n.get(0).intValue();
    }

    private static void awaitScrapeOf(String metric, double value) throws Exception {
        poll(metric + " did not reach " + value, () -> prometheus.values(metric).equals(List.of(value)));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void poll(String failure, Condition condition) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                fail(failure + " within " + DEADLINE + "\n" + tail("prometheus.log") + tail("service.log"));
            }
            TimeUnit.MILLISECONDS.sleep(100); // between two looks at another process
        }
    }

    private static String tail(String log) throws IOException {
        Path file = dir.resolve(log);
        if (!Files.exists(file)) {
            return "";
        }
        List<String> lines = Files.readAllLines(file);
        return log + ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())) + "\n";
    }

    private static String await(BufferedReader said, String word) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("@error")) {
                break;
            }
            if (line.startsWith(word)) {
                return line;
            }
        }
        return fail("the service did not say " + word + "\n" + tail("service.log"));
    }

    private static Map<String, String> values(String line) {
        Map<String, String> values = new HashMap<>();
        for (String word : line.split("\t")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return values;
    }
}
