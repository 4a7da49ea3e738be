package dev.evenkeel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Prometheus for a test, on a port of its own. Skips the test where it is not installed; see {@link OutsideTool}. */
public final class PrometheusServer implements AutoCloseable {
    /** A configuration that scrapes nothing. */
    public static final String NO_TARGETS = "global: {}\n";

    private static final Pattern VALUE = Pattern.compile("\"value\":\\[[^,\\]]+,\"([^\"]+)\"]");
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final Process process;
    private final String url;
    private final Path log;

    private PrometheusServer(Process process, String url, Path log) {
        this.process = process;
        this.url = url;
        this.log = log;
    }

    /** Whether both programs are there; skips or fails the test where one is not. */
    public static void require() {
        OutsideTool.path("prometheus", "prometheus");
        OutsideTool.path("promtool", "prometheus");
    }

    /** Makes blocks of a file in OpenMetrics, with promtool. */
    public static void createBlocks(Path openMetrics, Path data) throws IOException, InterruptedException {
        Path log = data.resolveSibling("promtool.log");
        Process promtool = new ProcessBuilder(
                        OutsideTool.path("promtool", "prometheus"),
                        "tsdb",
                        "create-blocks-from",
                        "openmetrics",
                        openMetrics.toString(),
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(promtool.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS), "promtool does not end");
        assertEquals(0, promtool.exitValue(), Files.readString(log));
    }

    /**
     * Starts one, and returns when it answers.
     *
     * @param dir where its configuration, its log and, in {@code data}, its series are
     */
    public static PrometheusServer start(Path dir, String config, String... options)
            throws IOException, InterruptedException {
        int port = TestJvm.freePort();
        Path file = Files.writeString(dir.resolve("prometheus.yml"), config);
        Path log = dir.resolve("prometheus.log");
        List<String> command = new ArrayList<>(List.of(
                OutsideTool.path("prometheus", "prometheus"),
                "--config.file=" + file,
                "--storage.tsdb.path=" + dir.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        PrometheusServer server = new PrometheusServer(process, "http://127.0.0.1:" + port, log);
        try {
            server.awaitReady();
        } catch (IOException | InterruptedException | AssertionError e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!answers()) {
            assertTrue(process.isAlive(), () -> "Prometheus ended. " + log());
            assertTrue(System.nanoTime() < deadline, () -> "Prometheus is not ready. " + log());
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String url() {
        return url;
    }

    /** What it answers to a path. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The answer to an instant query, as JSON. */
    public String query(String expression) throws IOException, InterruptedException {
        return answered("query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    }

    /** The values of an instant query, in the order of the answer. */
    public List<Double> values(String expression) throws IOException, InterruptedException {
        return valuesIn(query(expression));
    }

    /** The same at a moment. */
    public List<Double> values(String expression, long epochSeconds) throws IOException, InterruptedException {
        return valuesIn(
                answered("time=" + epochSeconds + "&query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)));
    }

    private String answered(String parameters) throws IOException, InterruptedException {
        HttpResponse<String> response = get("/api/v1/query?" + parameters);
        String asked = URLDecoder.decode(parameters, StandardCharsets.UTF_8);
        assertEquals(200, response.statusCode(), () -> asked + ": " + response.body());
        assertTrue(response.body().startsWith("{\"status\":\"success\""), () -> asked + ": " + response.body());
        return response.body();
    }

    private static List<Double> valuesIn(String json) {
        List<Double> values = new ArrayList<>();
        Matcher value = VALUE.matcher(json);
        while (value.find()) {
            values.add(
                    switch (value.group(1)) {
                        case "+Inf" -> Double.POSITIVE_INFINITY;
                        case "-Inf" -> Double.NEGATIVE_INFINITY;
                        default -> Double.valueOf(value.group(1));
                    });
        }
        return values;
    }

    /** What it printed. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }
}
