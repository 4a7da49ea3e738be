package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a program of the tests in a JVM of its own, the same as this one, so that its flags can be chosen. */
final class ForkedJvm {
    private static final long DEADLINE_SECONDS = 120;

    private ForkedJvm() {}

    /**
     * Returns what the program printed; null when the JVM does not know a flag.
     *
     * @param used classes outside this module whose jars the program needs
     */
    static List<String> run(Class<?> program, List<String> flags, List<String> arguments, Class<?>... used)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(program, used), program.getName()));
        command.addAll(arguments);
        File out = File.createTempFile("forked", ".txt");
        try {
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
            boolean unknownFlag = lines.stream()
                    .anyMatch(line -> line.contains("not supported") || line.contains("Unrecognized VM option"));
            if (process.exitValue() != 0 && unknownFlag) {
                return null;
            }
            assertEquals(0, process.exitValue(), () -> command + " printed " + String.join("\n", lines));
            return lines;
        } finally {
            Files.deleteIfExists(out.toPath());
        }
    }

    /** The number behind a key: {@code key=4711}. */
    static double number(List<String> lines, String key) {
        for (String line : lines) {
            if (line.startsWith(key + "=")) {
                return Double.parseDouble(line.substring(key.length() + 1));
            }
        }
        throw new AssertionError("no " + key + " in " + lines);
    }

    /** Where the classes really are: inside a module the java.class.path of the test JVM does not say. */
    private static String classPath(Class<?> program, Class<?>... used) {
        Stream<String> own = Stream.of(LiveSet.class, program).map(ForkedJvm::folder);
        Stream<String> jars = Stream.of(used)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath());
        return Stream.concat(own, jars).collect(Collectors.joining(File.pathSeparator));
    }

    /** Not the code source, which for classes patched into a module is that of the module. */
    private static String folder(Class<?> type) {
        return Path.of(type.getResource(type.getSimpleName() + ".class").getPath())
                .resolve("../".repeat(type.getName().split("\\.").length))
                .normalize()
                .toString();
    }
}
