package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each collector in a JVM of its own; see {@link LiveSetProgram} for what that does. */
class LiveSetTest {
    private static final long RETAINED = 8 << 20;
    private static final long TOLERANCE = 256 << 10;
    private static final long FEW_KILOBYTES = 8 << 10;
    private static final long DEADLINE_SECONDS = 120;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "Parallel", "G1", "Z", "Shenandoah"})
    void retainedMegabytesAreSeenAndFiftyReadingsAddNothing(String collector) throws Exception {
        List<String> lines = run("-XX:+Use" + collector + "GC");
        assumeTrue(lines != null, () -> "this JVM has no " + collector + " collector");

        System.out.println("LiveSet on " + collector + ": " + lines);
        long grown = number(lines, "retained");
        assertTrue(Math.abs(grown - RETAINED) <= TOLERANCE, () -> "retained " + RETAINED + ", saw " + grown);
        assertTrue(Math.abs(number(lines, "released")) <= TOLERANCE, () -> "after release: " + lines);
        assertTrue(number(lines, "weak") <= TOLERANCE, () -> "weak references counted: " + lines);
        assertTrue(number(lines, "self") <= FEW_KILOBYTES, () -> "readings grew by being taken: " + lines);
        assertEquals(8192, number(lines, "rows"), () -> "instances of the retained class: " + lines);
        long gcMicros = number(lines, "gc-cpu-micros");
        boolean accounted = Files.isReadable(Path.of("/proc/self/schedstat"));
        assertTrue(!accounted || gcMicros > 10_000, () -> "some 60 full collections cost CPU time: " + lines);
        assertTrue(number(lines, "after-gc") > 0, () -> "no heap after collection: " + lines);
    }

    @Test
    void disabledExplicitCollectionsAreWorkedRoundWhereTheCollectorLetsUs() throws Exception {
        List<String> lines = run("-XX:+UseZGC", "-XX:+DisableExplicitGC");
        assumeTrue(lines != null, "this JVM has no Z collector");

        long grown = number(lines, "retained");
        assertTrue(Math.abs(grown - RETAINED) <= TOLERANCE, () -> "retained " + RETAINED + ", saw " + lines);
        assertTrue(number(lines, "weak") <= TOLERANCE, () -> "weak references counted: " + lines);
    }

    private static long number(List<String> lines, String key) {
        for (String line : lines) {
            if (line.startsWith(key + "=")) {
                return Long.parseLong(line.substring(key.length() + 1));
            }
        }
        throw new AssertionError("no " + key + " in " + lines);
    }

    /** Returns what the program printed; null when the JVM does not know a flag. */
    private List<String> run(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-Xmx256m", "-cp", classPath(), LiveSetProgram.class.getName()));
        File out = folder.resolve("out").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out)
                .start();
        try {
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), () -> "still running: " + command);
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(out.toPath(), StandardCharsets.UTF_8);
        boolean noSuchCollector = lines.stream()
                .anyMatch(line -> line.contains("not supported") || line.contains("Unrecognized VM option"));
        if (process.exitValue() != 0 && noSuchCollector) {
            System.out.println("skipped: " + lines);
            return null;
        }
        assertEquals(0, process.exitValue(), () -> command + " printed " + lines);
        return lines;
    }

    /** Where the classes really are: inside a module the java.class.path of the test JVM does not say. */
    private static String classPath() {
        return location(LiveSet.class) + File.pathSeparator + location(LiveSetProgram.class);
    }

    private static String location(Class<?> type) {
        return Path.of(type.getResource(type.getSimpleName() + ".class").getPath())
                .resolve("../".repeat(type.getName().split("\\.").length))
                .normalize()
                .toString();
    }
}
