package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.cli.TestJvm;
import dev.evenkeel.cli.soak.HttpRequests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real service in a JVM of its own, loaded by us, or with a load of its own and a page that counts it. */
class GcSweepServiceIT {
    private static final int LIVE_MIB = 16;

    @TempDir
    private Path dir;

    private int port;

    @BeforeEach
    void choosePort() throws Exception {
        port = TestJvm.freePort();
    }

    private List<String> service(int ownPerSecond) {
        return TestJvm.command(TinyService.class, port, LIVE_MIB, ownPerSecond);
    }

    private CommandLineRun sweep(List<String> command, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "gc-sweep", "--collectors", "serial", "--repeats", "2", "--warmup", "200ms", "--measure", "400ms"));
        all.addAll(List.of("--saturate", "300ms", "--out", dir.toString(), "--json"));
        all.add(dir.resolve("copy.json").toString());
        all.addAll(List.of(options));
        all.add("--");
        all.addAll(command);
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        assertEquals(
                Files.readString(dir.resolve("gc-sweep.json")), Files.readString(dir.resolve("copy.json")), "--json");
        return new ObjectMapper().readTree(dir.resolve("gc-sweep.json").toFile());
    }

    @Test
    void aServiceIsLoadedUnderEachHeapAndEndedAfterEachRun() throws Exception {
        CommandLineRun run = sweep(
                service(0), "--heaps", "12m,64m", "--rate", "150", "--url", "http://localhost:" + port + "/pay?id=1");

        assertEquals(0, run.code(), run::toString);
        JsonNode json = json();
        assertEquals("PASS", json.get("verdict").asText());
        assertEquals(64, json.get("recommendation").get("heap_mib").asInt());
        assertTrue(json.get("workload").asText().endsWith(", asked 150 times a second"), json::toString);
        JsonNode small = json.get("cells").get(0);
        assertEquals(
                "[\"out_of_memory\",\"out_of_memory\"]", small.get("outcomes").toString());
        JsonNode large = json.get("cells").get(1);
        assertEquals("[\"ok\",\"ok\"]", large.get("outcomes").toString(), run::toString);
        // As fast as it goes is faster than the fixed rate, of which it kept up with all.
        assertTrue(large.get("throughput_per_second").get("mean").asDouble() > 150, large::toString);
        assertTrue(large.get("p99_millis").get("mean").asDouble() > 0, large::toString);
        double after = large.get("after_gc_bytes").get("mean").asDouble();
        assertTrue(after >= LIVE_MIB << 20 && after < 40 << 20, large::toString);
        assertTrue(large.get("rss_bytes").get("mean").asDouble() > LIVE_MIB << 20, large::toString);
        assertTrue(large.get("cpu_millis_per_op").get("mean").asDouble() > 0, large::toString);
        assertTrue(
                Files.readString(dir.resolve("gc-sweep.md")).contains("| SerialGC | 12m | out of memory (2 of 2) |"));
        assertTrue(Files.size(dir.resolve("runs/serial-64m-2.gc.log")) > 1000);
        assertFalse(TestJvm.runs("TinyService " + port), "each service was ended");
    }

    @Test
    void aPageCountsTheOperationsOfACommandThatBringsItsOwnLoad() throws Exception {
        String page = "http://127.0.0.1:" + port + "/metrics";

        CommandLineRun run =
                sweep(service(500), "--heaps", "64m", "--metrics", page, "--ops-metric", "tiny_seconds", "--quiet");

        assertEquals(0, run.code(), run::toString);
        assertEquals(1, run.out().lines().count(), run::out);
        JsonNode json = json();
        assertTrue(json.get("workload").asText().endsWith(", counted by tiny_seconds of " + page), json::toString);
        JsonNode cell = json.get("cells").get(0);
        assertEquals("[\"ok\",\"ok\"]", cell.get("outcomes").toString(), run::toString);
        // It goes by the clock; a machine that stops it for a while sees it catch up.
        double perSecond = cell.get("throughput_per_second").get("mean").asDouble();
        assertTrue(perSecond > 300 && perSecond < 900, cell::toString);
        assertEquals(TinyService.P99_MILLIS, cell.get("p99_millis").get("mean").asDouble(), 1e-9);
        assertTrue(cell.get("cpu_millis_per_op").get("mean").asDouble() > 0, cell::toString);
        assertFalse(TestJvm.runs("TinyService " + port), "each service was ended");
    }

    @Test
    void aPilotFindsWhatEitherKindHoldsLive() throws Exception {
        LoadWindow load = new LoadWindow(100, Duration.ZERO, Duration.ofMillis(300), Duration.ofMillis(200));
        HttpRequests requests = HttpRequests.of("http://localhost:" + port, List.of());
        MeteredWorkload.Page page = MeteredWorkload.Page.of("http://localhost:" + port + "/metrics", "tiny_seconds");
        Duration patience = Duration.ofSeconds(30);
        List<Workload> both = List.of(
                new ServiceWorkload(service(0), requests, load, patience),
                new MeteredWorkload(service(500), page, Duration.ZERO, Duration.ofMillis(500), patience));

        for (Workload workload : both) {
            SweepResult.Pilot pilot = new SweepRun(workload, dir, new Silent()).pilot();

            double live = pilot.liveBytes() / (1 << 20);
            assertTrue(live >= LIVE_MIB && live < LIVE_MIB + 6, workload.describe() + ": live " + live);
            assertTrue(pilot.naturalBytes() >= pilot.liveBytes(), pilot::toString);
        }
    }

    @Test
    void aCommandThatEndsBeforeItsPortAnswersIsUnfitAndSaysHowItEnded() {
        CommandLineRun run = sweep(
                TestJvm.command(TinyWorkload.class, "1", "10"),
                "--heaps",
                "32m",
                "--url",
                "http://localhost:" + port + "/");

        assertEquals(5, run.code(), run::toString);
        assertTrue(run.out().contains("crashed. It ended with exit code 0. ops=10 seconds=2"), run::out);
    }

    private static final class Silent implements SweepRun.Listener {
        @Override
        public void begins(String what, int done, int all) {}

        @Override
        public void ended(Setting setting, Reading reading) {}
    }
}
