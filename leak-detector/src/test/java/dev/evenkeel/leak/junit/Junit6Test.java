package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same classes on JUnit 6, in a JVM of its own: what runs this test is JUnit 5. */
class Junit6Test {

    @Test
    void theExtensionWorksOnJunit6(@TempDir Path directory) throws Exception {
        Path jars = Path.of("target/junit6");
        if (!Files.isDirectory(jars)) {
            jars = Path.of("leak-detector/target/junit6");
        }
        assertTrue(
                Files.isDirectory(jars),
                "the build copies JUnit 6 to target/junit6; run mvn -pl :evenkeel-leak-detector"
                        + " generate-test-resources first");
        String six;
        try (Stream<Path> files = Files.list(jars)) {
            six = files.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
        }
        String rest = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("junit-jupiter") && !entry.contains("junit-platform"))
                .collect(Collectors.joining(File.pathSeparator));
        Path log = directory.resolve("log");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        rest + File.pathSeparator + six,
                        ExamplesMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = child.waitFor(300, TimeUnit.SECONDS);
        child.destroyForcibly();
        String text = Files.readString(log, StandardCharsets.UTF_8);

        assertTrue(ended, text);
        List<String> failed =
                text.lines().filter(line -> line.startsWith("failed ")).toList();
        assertTrue(text.contains("JUnit 6."), text);
        assertTrue(text.contains("passed 7"), text);
        assertEquals(5, failed.size(), text);
        assertEquals(
                4, failed.stream().filter(line -> line.contains("leaked from")).count(), text);
        assertTrue(text.contains("failed broken on its own account"), text);
    }
}
