package dev.evenkeel.cli.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.cli.PrometheusServer;
import dev.evenkeel.soak.RunFiles;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stored run through promtool into a real Prometheus, and asked for there. */
class ReplayIT {
    @TempDir
    Path dir;

    @Test
    void aDayIsReplayedAndARangeQuerySeesTheLeak() throws Exception {
        PrometheusServer.require();
        long end = System.currentTimeMillis() / 1000 * 1000;
        long begin = end - TimeUnit.HOURS.toMillis(24);
        RunFiles.write(dir.resolve("run"), begin, 24 * 3600, 12, 5);
        Path text = dir.resolve("run.om");

        CommandLineRun exported =
                CommandLineRun.of("export", dir.resolve("run").toString(), "--openmetrics", text.toString());
        assertEquals(0, exported.code(), exported::err);
        PrometheusServer.createBlocks(text, dir.resolve("data"));

        try (PrometheusServer prometheus =
                PrometheusServer.start(dir, PrometheusServer.NO_TARGETS, "--storage.tsdb.retention.time=10y")) {
            long at = (end - 60_000) / 1000;
            double perHour = prometheus
                    .values("deriv(process_open_file_descriptors[6h]) * 3600", at)
                    .get(0);
            assertEquals(5, perHour, 0.1);
            double seconds = prometheus
                    .values(
                            "histogram_quantile(0.99, sum by (le) (rate(soak_request_duration_seconds_bucket[1h])))",
                            at)
                    .get(0);
            assertTrue(seconds > 0.0025 && seconds <= 0.005, () -> seconds + " s");
        }
    }
}
