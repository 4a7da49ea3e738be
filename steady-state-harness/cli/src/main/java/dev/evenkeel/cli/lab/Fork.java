package dev.evenkeel.cli.lab;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.soak.UnfitException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts a JVM for one trial and reads what it says. One thread. */
final class Fork {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"([^\"]+)\"");
    private static final long LONGEST_SECONDS = 180;

    private final Path jdk;
    private final String version;

    private Fork(Path jdk, String version) {
        this.jdk = jdk;
        this.version = version;
    }

    /**
     * Trials on the JDK of this home folder.
     *
     * @throws IllegalArgumentException when there is none
     */
    static Fork on(Path jdk) {
        Path release = jdk.resolve("release");
        try {
            Matcher version = VERSION.matcher(Files.isReadable(release) ? Files.readString(release) : "");
            if (version.find() && Files.isExecutable(jdk.resolve("bin/java"))) {
                return new Fork(jdk, version.group(1));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("The release file of " + jdk + " cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("There is no JDK at " + jdk
                + ": bin/java or the release file is missing. Give --jdk the home folder of a JDK of 17 or later.");
    }

    /** For example 17.0.15. */
    String version() {
        return version;
    }

    boolean hasVirtualThreads() {
        return Runtime.Version.parse(version).feature() >= ThreadKind.VIRTUAL_SINCE;
    }

    /** Measures a cell once. */
    Run run(Cell cell, int repeat, long operations, long millis) throws UnfitException, InterruptedException {
        return parse(cell, repeat, lines(cell, operations, millis, false));
    }

    /** Measures a cell once more with the flight recorder watching; returns where the samples fell. */
    Profile profile(Cell cell, long millis) throws UnfitException, InterruptedException {
        return profile(cell, lines(cell, 0, millis, true));
    }

    static Run parse(Cell cell, int repeat, List<String> lines) throws UnfitException {
        for (String line : lines) {
            if (line.startsWith("@trial\t")) {
                Map<String, String> fields = fields(line);
                int seen = Integer.parseInt(fields.getOrDefault("processors", "0"));
                if (seen != cell.processors()) {
                    throw new UnfitException("A JVM that was told of " + cell.processors() + " processors saw " + seen
                            + ". Use a JDK that knows -XX:ActiveProcessorCount, with --jdk.");
                }
                return new Run(
                        cell,
                        repeat,
                        number(fields, "operations"),
                        number(fields, "value"),
                        number(fields, "attempts"),
                        number(fields, "nanos") / 1e9,
                        number(fields, "cpu_nanos") / 1e9);
            }
        }
        throw failure(cell, lines);
    }

    static Profile profile(Cell cell, List<String> lines) throws UnfitException {
        if (lines.stream().noneMatch(line -> line.startsWith("@trial\t"))) {
            throw failure(cell, lines);
        }
        Map<String, Long> stacks = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.startsWith("@stack\t")) {
                Map<String, String> fields = fields(line);
                stacks.merge(fields.getOrDefault("frames", ""), number(fields, "count"), Long::sum);
            }
        }
        return new Profile(cell, stacks);
    }

    private static UnfitException failure(Cell cell, List<String> lines) {
        Optional<String> error = lines.stream()
                .filter(line -> line.startsWith("@error\t"))
                .map(line -> fields(line).getOrDefault("message", ""))
                .findFirst();
        String said = error.orElseGet(() -> lines.isEmpty()
                ? "it printed nothing"
                : String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size())));
        return new UnfitException("A trial could not be run (" + cell.name() + ", " + cell.threads() + " "
                + cell.kind().id() + " threads): " + said
                + ". Choose fewer with --threads, or raise what the machine allows (ulimit -u, memory).");
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.getOrDefault(name, "0"));
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : line.split("\t", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }

    private List<String> lines(Cell cell, long operations, long millis, boolean profile)
            throws UnfitException, InterruptedException {
        try {
            Path output = Files.createTempFile("evenkeel-lab", ".log");
            try {
                run(command(cell, operations, millis, profile), output);
                return Files.readAllLines(output, StandardCharsets.UTF_8);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UnfitException("A JVM for a trial could not be started: " + e.getMessage(), e);
        }
    }

    private static void run(List<String> command, Path output)
            throws IOException, InterruptedException, UnfitException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new UnfitException("A trial did not end within " + LONGEST_SECONDS
                        + " s: its threads have too much to do here. Choose fewer with --threads or --operations.");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Cell cell, long operations, long millis, boolean profile) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/java").toString(),
                "-XX:ActiveProcessorCount=" + cell.processors(),
                "-XX:+UseSerialGC", // nothing allocates, and no collector thread shall be in the processor time
                "-Xmx512m",
                "-Xbatch", // compiled code after so many calls, however busy the machine is
                "-XX:-UsePerfData"));
        if (profile) {
            command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints"));
        }
        command.addAll(List.of("-cp", classPath(), Trial.class.getName()));
        command.addAll(List.of(
                cell.counter().id(),
                Integer.toString(Math.max(1, cell.stripes())),
                cell.kind().id(),
                Integer.toString(cell.threads()),
                Long.toString(operations),
                Long.toString(millis),
                Boolean.toString(profile)));
        return command;
    }

    /** Only what a trial needs: opening all our jars would take longer than the trial. */
    private static String classPath() throws IOException {
        Set<String> entries = new LinkedHashSet<>();
        try {
            for (Class<?> type : List.of(Trial.class, MetricRegistry.class)) {
                entries.add(Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            }
        } catch (URISyntaxException e) {
            throw new IOException("Our own jar has no path: " + e.getMessage(), e);
        }
        return String.join(File.pathSeparator, entries);
    }
}
