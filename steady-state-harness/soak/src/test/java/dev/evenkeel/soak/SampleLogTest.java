package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleLogTest {
    @TempDir
    Path dir;

    private static SampleRow row(double second, String event, Map<String, Double> values) {
        return new SampleRow(second, 1_795_000_000_000L, "steady", event, "4711", 200, 199, 190, 8, 1, 12, values);
    }

    @Test
    void theFileIsWhatTheGoldenOneSays() throws IOException {
        Path file = dir.resolve("samples.csv");
        try (SampleLog log = SampleLog.create(file)) {
            log.append(row(
                    1.0004,
                    "",
                    Map.of("threads", 41.0, "open_fds", 87.0, "gc_cpu_share", 0.0125, "latency_p99", 3.071)));
            log.append(row(
                    2.001,
                    "fault-begin",
                    Map.of(
                            "heap_live", 21_345_678.0,
                            "threads", 41.0,
                            "open_fds", 87.0,
                            "rss", 4.5e9,
                            "cgroup_memory", 1e9,
                            "gc_cpu_share", 0.0,
                            "heap_after_gc", 2.2e7,
                            "pool_queue", 3.0,
                            "latency_p99", Double.NaN)));
        }

        try (InputStream golden = SampleLogTest.class.getResourceAsStream("/golden/samples.csv")) {
            assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), Files.readString(file));
        }
    }

    @Test
    void aRowIsInTheFileBeforeTheNextComes() throws IOException {
        Path file = dir.resolve("samples.csv");
        try (SampleLog log = SampleLog.create(file)) {
            log.append(row(1, "", Map.of()));

            assertEquals(3, Files.readAllLines(file).size(), "schema, header and one row while the log is open");
        }
    }

    @Test
    void anOlderLogIsNeverOverwritten() throws IOException {
        Path file = Files.writeString(dir.resolve("samples.csv"), "precious");

        assertThrows(FileAlreadyExistsException.class, () -> SampleLog.create(file));

        assertEquals("precious", Files.readString(file));
    }
}
