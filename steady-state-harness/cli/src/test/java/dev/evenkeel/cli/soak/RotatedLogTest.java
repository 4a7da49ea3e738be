package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedLogTest {
    @TempDir
    Path dir;

    @Test
    void twoFilesHoldTheNewestAndNoMoreThanTwiceTheBound() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("line ").append(i).append('\n');
        }
        Path file = dir.resolve("service.log");

        new RotatedLog(
                        new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.US_ASCII)), file, 50_000)
                .copy();

        Path older = dir.resolve("service.log.1");
        assertTrue(Files.size(file) <= 50_000 && Files.size(older) <= 50_000);
        String both = Files.readString(older) + Files.readString(file);
        assertTrue(text.toString().endsWith(both), "the newest, without a hole");
        try (var files = Files.list(dir)) {
            assertEquals(2, files.count());
        }
    }
}
