package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a main class of the tests in a JVM of its own, where options matter or where the heap must be quiet. */
public final class ChildJvm {
    private ChildJvm() {}

    /** Runs it to its end and returns the lines {@code name=number} that it printed. */
    public static Map<String, Long> run(Class<?> main, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(place(Counter.class)
                + File.pathSeparator
                + place(main)
                + File.pathSeparator
                + place(org.HdrHistogram.Histogram.class));
        command.add(main.getName());
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        Map<String, Long> figures = new LinkedHashMap<>();
        for (String line : output.split("\n")) {
            if (line.matches("\\w+=-?\\d+\\s*")) {
                figures.put(
                        line.substring(0, line.indexOf('=')),
                        Long.valueOf(line.substring(line.indexOf('=') + 1).trim()));
            }
        }
        System.out.println(main.getSimpleName() + " " + figures);
        return figures;
    }

    /** For the child: prints a figure. */
    public static void print(String name, long figure) {
        System.out.println(name + "=" + figure);
    }

    /** For the child: the bytes that are reachable, as the serial collector leaves them. */
    public static long retainedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
