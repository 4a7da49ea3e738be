package dev.evenkeel.cli.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.soak.RunFiles;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** A stored run through promtool into a real Prometheus, and asked for there. */
class ReplayIT {
    @TempDir
    Path dir;

    private @Nullable Process prometheus;

    @BeforeEach
    void toolsAreThere() {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                        .filter(d -> Files.isExecutable(Path.of(d, "promtool")))
                .anyMatch(d -> Files.isExecutable(Path.of(d, "prometheus")));
        assertTrue(
                there || !"true".equals(System.getenv("EVENKEEL_REQUIRE_TOOLS")),
                "promtool or prometheus is missing. Install the package prometheus.");
        assumeTrue(
                there,
                "promtool and prometheus are not on the PATH: a replay is not tried. Install the package prometheus.");
    }

    @AfterEach
    void end() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("tool.txt").toFile()))
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), String.join(" ", command));
        return process.exitValue();
    }

    @Test
    void aDayIsReplayedAndARangeQuerySeesTheLeak() throws Exception {
        long end = System.currentTimeMillis() / 1000 * 1000;
        long begin = end - TimeUnit.HOURS.toMillis(24);
        RunFiles.write(dir.resolve("run"), begin, 24 * 3600, 12, 5);
        Path text = dir.resolve("run.om");

        CommandLineRun exported =
                CommandLineRun.of("export", dir.resolve("run").toString(), "--openmetrics", text.toString());
        assertEquals(0, exported.code(), exported::err);
        assertEquals(
                0,
                run(
                        "promtool",
                        "tsdb",
                        "create-blocks-from",
                        "openmetrics",
                        text.toString(),
                        dir.resolve("data").toString()),
                () -> tool());

        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Files.writeString(dir.resolve("prometheus.yml"), "global: {}\n");
        prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + dir.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + dir.resolve("data"),
                        "--storage.tsdb.retention.time=10y",
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("prometheus.txt").toFile())
                .start();
        String url = "http://127.0.0.1:" + port;
        awaitReady(url);

        String slope = get(url, "deriv(process_open_file_descriptors[6h]) * 3600", (end - 60_000) / 1000);
        assertTrue(slope.contains("\"status\":\"success\""), slope);
        double perHour = Double.parseDouble(slope.replaceAll("(?s).*\"value\":\\[[^,]*,\"([^\"]*)\"\\].*", "$1"));
        assertEquals(5, perHour, 0.1, slope);
        String p99 = get(
                url,
                "histogram_quantile(0.99, sum by (le) (rate(soak_request_duration_seconds_bucket[1h])))",
                (end - 60_000) / 1000);
        double seconds = Double.parseDouble(p99.replaceAll("(?s).*\"value\":\\[[^,]*,\"([^\"]*)\"\\].*", "$1"));
        assertTrue(seconds > 0.0025 && seconds <= 0.005, p99);
    }

    private void awaitReady(String url) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                if (answer(url + "/-/ready").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // not listening yet
            }
            if (System.nanoTime() > deadline) {
                fail("prometheus was not ready");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private String get(String url, String query, long at) throws IOException, InterruptedException {
        return answer(url + "/api/v1/query?time=" + at + "&query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .body();
    }

    private static HttpResponse<String> answer(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String tool() {
        try {
            return Files.readString(dir.resolve("tool.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
