package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.cli.TestJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real JVMs, some tenths of a second each. */
class GcSweepIT {
    private static final String JAVA = TestJvm.java();
    private static final String CLASSES = TestJvm.testClasses();

    @TempDir
    private Path dir;

    @Test
    void twoCollectorsAndTwoHeapsGiveATableAndOneHeapIsTooSmall() throws Exception {
        Path out = dir.resolve("with a space");

        CommandLineRun run = CommandLineRun.of(
                "gc-sweep",
                "--collectors",
                "serial,parallel",
                "--heaps",
                "12m,64m",
                "--repeats",
                "3",
                "--out",
                out.toString(),
                "--",
                JAVA,
                "-cp",
                CLASSES,
                TinyWorkload.class.getName(),
                "16",
                "300000");

        assertEquals(0, run.code(), run::toString);
        JsonNode json = new ObjectMapper().readTree(out.resolve("gc-sweep.json").toFile());
        assertEquals(1, json.get("schema").asInt());
        assertEquals("PASS", json.get("verdict").asText());
        assertEquals(64, json.get("recommendation").get("heap_mib").asInt());
        assertEquals(4, json.get("cells").size());
        for (JsonNode cell : json.get("cells")) {
            if (cell.get("heap_mib").asInt() == 12) { // 16 MiB live: given up after two
                assertEquals(
                        "[\"out_of_memory\",\"out_of_memory\"]",
                        cell.get("outcomes").toString());
                continue;
            }
            assertEquals("[\"ok\",\"ok\",\"ok\"]", cell.get("outcomes").toString());
            assertEquals(2.5, cell.get("p99_millis").get("mean").asDouble());
            assertEquals(150_000, cell.get("throughput_per_second").get("mean").asDouble(), cell::toString);
            double after = cell.get("after_gc_bytes").get("mean").asDouble();
            assertTrue(after >= 16 << 20 && after < 40 << 20, cell::toString);
            assertTrue(cell.get("gc_pause_millis").get("mean").asDouble() > 0, cell::toString);
            assertTrue(cell.get("rss_bytes").get("mean").asDouble() > 16 << 20, cell::toString);
            assertTrue(cell.get("cpu_millis_per_op").get("mean").asDouble() > 0, cell::toString);
        }
        String page = Files.readString(out.resolve("gc-sweep.md"));
        assertTrue(page.contains("| SerialGC | 12m | out of memory (2 of 2) |"), page);
        assertTrue(page.contains("OutOfMemoryError: Java heap space"), page);
        assertTrue(Files.size(out.resolve("runs/serial-64m-3.gc.log")) > 1000);
        assertTrue(run.out().startsWith("PASS: Take "), run::out);
        assertTrue(run.out().contains("> " + (run.out().startsWith("PASS: Take Serial") ? "SerialGC" : "ParallelGC")));
    }

    @Test
    void aPilotFindsTheHeapsToTry() throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "gc-sweep",
                "--collectors",
                "serial,epsilon",
                "--epsilon-heap",
                "2g",
                "--repeats",
                "2",
                "--margin",
                "100",
                "--out",
                dir.toString(),
                "--",
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "{jvm}",
                "-cp",
                CLASSES,
                TinyWorkload.class.getName(),
                "8",
                "6000000");

        assertTrue(run.code() == 0 || run.code() == 4, run::toString);
        JsonNode json = new ObjectMapper().readTree(dir.resolve("gc-sweep.json").toFile());
        double live = json.get("pilot").get("live_bytes").asDouble() / (1 << 20);
        assertTrue(live >= 8 && live < 14, "live " + live);
        assertTrue(json.get("cells").size() >= 3, json::toString);
        JsonNode last = json.get("cells").get(json.get("cells").size() - 1);
        assertEquals("epsilon", last.get("collector").asText());
        assertFalse(last.get("outcomes").toString().contains("not"), last::toString);
    }

    @Test
    void aCommandThatFailsEverywhereIsUnfit() {
        CommandLineRun run = CommandLineRun.of(
                "gc-sweep",
                "--collectors",
                "serial",
                "--heaps",
                "32m",
                "--repeats",
                "2",
                "--out",
                dir.toString(),
                "--",
                JAVA,
                "-cp",
                CLASSES,
                "dev.evenkeel.NoSuchMain");

        assertEquals(5, run.code(), run::toString);
        assertTrue(run.out().contains("crashed. Exit code 1. Error: Could not find or load main class"), run::out);
    }

    @Test
    void aCommandWithFlagsOfItsOwnIsToldSo() {
        CommandLineRun run = CommandLineRun.of(
                "gc-sweep",
                "--collectors",
                "serial",
                "--heaps",
                "32m",
                "--repeats",
                "2",
                "--out",
                dir.toString(),
                "--",
                JAVA,
                "-Xmx128m",
                "-cp",
                CLASSES,
                TinyWorkload.class.getName(),
                "1",
                "1000");

        assertEquals(5, run.code(), run::toString);
        assertTrue(run.out().contains("a heap of 128 MiB, not of 32. The command sets its own."), run::out);
    }
}
