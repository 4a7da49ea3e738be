package dev.evenkeel.cli.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.cli.PrometheusServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet gate against a real Prometheus that holds a day of 200 replicas, of which one leaks. */
class DriftFleetIT {
    private static final int REPLICAS = 200;
    private static final int STEP = 300;
    private static final long END = 1_760_000_000 / STEP * STEP;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void oneLeakingReplicaOfTwoHundredIsFound() throws Exception {
        PrometheusServer.require();
        Path text = folder.resolve("fleet.txt");
        FleetData.write(text, REPLICAS, STEP, END, REPLICAS);
        PrometheusServer.createBlocks(text, folder.resolve("data"));
        try (PrometheusServer prometheus =
                PrometheusServer.start(folder, PrometheusServer.NO_TARGETS, "--storage.tsdb.retention.time=100y")) {
            Path json = folder.resolve("fleet.json");

            CommandLineRun run = CommandLineRun.of(
                    "drift",
                    "--prometheus",
                    prometheus.url(),
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
        }
    }
}
