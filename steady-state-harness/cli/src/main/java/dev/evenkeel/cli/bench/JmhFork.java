package dev.evenkeel.cli.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts one JVM for one fork of one benchmark. */
final class JmhFork {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"([^\"]+)\"");

    private final String classPath;
    private final boolean quick;

    private JmhFork(String classPath, boolean quick) {
        this.classPath = classPath;
        this.quick = quick;
    }

    /**
     * Finds the compiled benchmarks below a checkout.
     *
     * @throws IOException when they have not been built
     */
    static JmhFork under(Path home, boolean quick) throws IOException {
        Path target = home.resolve("metrics-core/target/bench");
        Path list = target.resolve("class-path.txt");
        if (!Files.isReadable(list)) {
            throw new IOException(
                    "The benchmarks are not built: " + list + " is missing. Start this command through the"
                            + " evenkeel launcher of a checkout, which builds them.");
        }
        return new JmhFork(
                target.resolve("classes")
                        + File.pathSeparator
                        + target.resolve("test-classes")
                        + File.pathSeparator
                        + Files.readString(list).trim(),
                quick);
    }

    /** The version that a JDK's release file states. */
    static String version(Path jdk) throws IOException {
        Path release = jdk.resolve("release");
        if (Files.isReadable(release)) {
            Matcher version = VERSION.matcher(Files.readString(release));
            if (version.find()) {
                return version.group(1);
            }
        }
        throw new IOException("No JDK at " + jdk + ": its release file is missing. Give the home folder of a JDK.");
    }

    JmhResult run(Path jdk, String benchmark, int threads) throws IOException, InterruptedException {
        Path result = Files.createTempFile("evenkeel-bench", ".json");
        Path log = Files.createTempFile("evenkeel-bench", ".log");
        try {
            List<String> command = new ArrayList<>(List.of(
                    jdk.resolve("bin/java").toString(),
                    "-cp",
                    classPath,
                    "org.openjdk.jmh.Main",
                    "\\." + benchmark.replace(".", "\\.") + "$"));
            command.addAll(List.of("-bm", "avgt", "-tu", "ns", "-f", "1", "-t", Integer.toString(threads)));
            command.addAll(List.of("-prof", "gc", "-rf", "json", "-rff", result.toString(), "-jvmArgs", "-Xmx2g"));
            command.addAll(
                    quick
                            ? List.of("-wi", "1", "-w", "200ms", "-i", "2", "-r", "200ms")
                            : List.of("-wi", "3", "-w", "1s", "-i", "5", "-r", "500ms"));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                int exit = process.waitFor();
                if (exit != 0 || Files.size(result) == 0) {
                    throw new IOException("Benchmark " + benchmark + " ended with exit code " + exit + ":\n"
                            + Files.readString(log, StandardCharsets.UTF_8));
                }
            } finally {
                process.destroy();
            }
            return JmhResult.parse(Files.readString(result, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(result);
            Files.deleteIfExists(log);
        }
    }
}
