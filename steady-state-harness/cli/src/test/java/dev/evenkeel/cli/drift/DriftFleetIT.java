package dev.evenkeel.cli.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.cli.OutsideTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet gate against a real Prometheus that holds a day of 200 replicas, of which one leaks. */
class DriftFleetIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int REPLICAS = 200;
    private static final int STEP = 300;
    private static final long END = 1_760_000_000 / STEP * STEP;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void oneLeakingReplicaOfTwoHundredIsFound() throws Exception {
        String promtool = OutsideTool.path("promtool", "prometheus");
        String prometheus = OutsideTool.path("prometheus", "prometheus");
        Path text = folder.resolve("fleet.txt");
        Path data = folder.resolve("data");
        FleetData.write(text, REPLICAS, STEP, END, REPLICAS);
        run(List.of(promtool, "tsdb", "create-blocks-from", "openmetrics", text.toString(), data.toString()));
        Path config = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
        int port = freePort();
        Process server = new ProcessBuilder(
                        prometheus,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + data,
                        "--storage.tsdb.retention.time=100y",
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            awaitReady(port, server);
            Path json = folder.resolve("fleet.json");

            CommandLineRun run = CommandLineRun.of(
                    "drift",
                    "--prometheus",
                    "http://127.0.0.1:" + port,
                    "--query",
                    "process_open_fds{job=\"shop\"}",
                    "--end",
                    Long.toString(END),
                    "--range",
                    "24h",
                    "--step",
                    "5m",
                    "--period",
                    "24h",
                    "--budget-per-hour",
                    "2",
                    "--resolution",
                    "1",
                    "--json",
                    json.toString());

            assertEquals(3, run.code(), () -> run.out() + run.err());
            assertTrue(run.out().startsWith("fleet: FAIL. 1 of 200 series grows beyond the budget."), run::out);
            assertTrue(
                    run.out()
                            .lines()
                            .anyMatch(line -> line.startsWith("instance=" + FleetData.instance(1) + " ")
                                    && line.contains("FAIL")),
                    run::out);
            assertTrue(run.out().contains("33 restarted"), run::out);
            long flagged = Files.readString(json)
                            .lines()
                            .filter(line -> line.contains("\"verdict\": \"FAIL\""))
                            .count()
                    - 1; // the fleet's own
            assertTrue(flagged <= 1 + REPLICAS / 100, () -> flagged + " series flagged: " + run.out());
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Path log = folder.resolve("promtool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS), "promtool does not end");
        assertEquals(0, process.exitValue(), Files.readString(log));
    }

    private static void awaitReady(int port, Process server) throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/-/ready"))
                .build();
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                assertTrue(server.isAlive(), "prometheus ended");
            }
            assertTrue(System.nanoTime() < deadline, "prometheus is not ready");
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
