package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Exact output. {@code -Devenkeel.golden.write=true} writes the files anew; read the difference before you commit it. */
final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {}

    /** Without what the registry says of itself, which is not what these files are about. */
    static String withoutOwnSeries(String json) {
        return json.replaceAll("\"evenkeel\\.(?:[^\"\\\\]|\\\\.)*\":(?:\\{[^}]*}|[^,}]*),?", "");
    }

    static void check(String name, String text) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("evenkeel.golden.write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertEquals(Files.readString(file), text, "differs from " + file);
    }
}
