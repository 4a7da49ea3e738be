package dev.evenkeel.cli.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts one JVM for one fork of one row. Its class path holds the core, the benchmarks, and the jars of that row's library
 * only.
 */
final class JmhFork {
    private static final String CORE = "metrics-core/target/bench";
    private static final String LOCKED = "Unable to acquire the JMH lock";
    private static final long LOCK_PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path home;
    private final Length length;
    private boolean besideOthers;

    /** How long a fork takes. */
    enum Length {
        /** About 6 s, more where warm-up takes longer: for figures to quote. */
        FULL,
        /** About 3 s: for many short forks that are compared in pairs. */
        SHORT,
        /** Under 2 s: shows that it runs, and no more. */
        QUICK
    }

    private JmhFork(Path home, Length length) {
        this.home = home;
        this.length = length;
    }

    /**
     * Finds the compiled benchmarks below a checkout.
     *
     * @throws IOException when they have not been built
     */
    static JmhFork under(Path home, Length length) throws IOException {
        Path list = home.resolve(CORE).resolve("class-path").resolve(BenchCase.Entry.OWN + ".txt");
        if (!Files.isReadable(list)) {
            throw new IOException(
                    "The benchmarks are not built: " + list + " is missing. Start this command through the"
                            + " evenkeel launcher of a checkout, which builds them.");
        }
        return new JmhFork(home, length);
    }

    /** The compiled core of this checkout. */
    Path core() {
        return home.resolve(CORE).resolve("classes");
    }

    /** Measures a row once on a core's classes, and returns its readings. */
    JmhResult run(Jdk jdk, BenchRow row, Path core) throws IOException, InterruptedException {
        return switch (row.benchCase().kind()) {
            case MEMORY -> weigh(jdk, row, core);
            case STALLS -> stall(jdk, row, core);
            default -> time(jdk, row, core);
        };
    }

    private JmhResult weigh(Jdk jdk, BenchRow row, Path core) throws IOException, InterruptedException {
        List<String> command = java(jdk, row, core);
        command.addAll(List.of("-XX:+UseSerialGC", "-Xms1g", "-Xmx2g"));
        String[] program = row.entry().benchmark().split("\\.", 2);
        command.add("dev.evenkeel.metrics." + program[0]);
        command.add(Integer.toString(row.threads()));
        command.addAll(List.of(program).subList(1, program.length));
        return JmhResult.ofWeight(finish(row, command));
    }

    private JmhResult stall(Jdk jdk, BenchRow row, Path core) throws IOException, InterruptedException {
        List<String> command = java(jdk, row, core);
        command.add("dev.evenkeel.exporter.prometheus." + row.entry().benchmark());
        command.addAll(length == Length.QUICK ? List.of("12", "50") : List.of("120", "250"));
        return JmhResult.ofStalls(finish(row, command));
    }

    private JmhResult time(Jdk jdk, BenchRow row, Path core) throws IOException, InterruptedException {
        Path result = Files.createTempFile("evenkeel-bench", ".json");
        try {
            List<String> command = java(jdk, row, core);
            command.add("org.openjdk.jmh.Main");
            command.add("\\." + row.entry().benchmark().replace(".", "\\.") + "$");
            command.addAll(List.of(
                    "-bm",
                    row.benchCase().kind() == BenchCase.Kind.START ? "ss" : "avgt",
                    "-tu",
                    "ns",
                    "-f",
                    "1",
                    "-t",
                    Integer.toString(row.jmhThreads())));
            command.addAll(List.of("-foe", "true", "-prof", "gc", "-rf", "json", "-rff", result.toString()));
            if (row.benchCase().kind().isProcessorTime()) {
                command.addAll(List.of("-prof", "dev.evenkeel.metrics.CpuTimeProfiler"));
            }
            command.addAll(iterations(row.benchCase().kind()));
            List<String> jvmArgs = new ArrayList<>(List.of("-Xmx2g"));
            jvmArgs.addAll(row.entry().jvmArgs());
            command.addAll(List.of("-jvmArgs", String.join(" ", jvmArgs)));
            for (String parameter : row.benchCase().parameters()) {
                command.addAll(List.of("-p", parameter));
            }
            String log = finish(row, command);
            if (Files.size(result) == 0) {
                throw new ForkFailure(row.entry().benchmark(), 0, log);
            }
            return JmhResult.parse(Files.readString(result, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(result);
        }
    }

    private List<String> java(Jdk jdk, BenchRow row, Path core) throws IOException {
        Path target = home.resolve(row.benchCase().module()).resolve("target/bench");
        List<String> classPath = new ArrayList<>(List.of(core.toString()));
        Path benchmarksOfCore = home.resolve(CORE).resolve("test-classes"); // with the profiler of processor time
        if (!target.resolve("classes").equals(core())) {
            classPath.add(target.resolve("classes").toString());
            classPath.add(target.resolve("test-classes").toString());
        }
        classPath.add(benchmarksOfCore.toString());
        classPath.add(jars(target, BenchCase.Entry.OWN));
        if (!row.entry().classPath().equals(BenchCase.Entry.OWN)) {
            classPath.add(jars(target, row.entry().classPath()));
        }
        return new ArrayList<>(
                List.of(jdk.home().resolve("bin/java").toString(), "-cp", String.join(File.pathSeparator, classPath)));
    }

    private static String jars(Path target, String library) throws IOException {
        return Files.readString(target.resolve("class-path").resolve(library + ".txt"))
                .trim();
    }

    /**
     * Runs a command to its end and returns what it printed. While another JMH run on this machine holds JMH's lock it waits,
     * for a minute; then it says so and runs beside it.
     */
    private String finish(BenchRow row, List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            Path log = Files.createTempFile("evenkeel-bench", ".log");
            try {
                int exit = execute(command, log);
                String text = Files.readString(log, StandardCharsets.UTF_8);
                if (!text.contains(LOCKED)) {
                    if (exit != 0) {
                        throw new ForkFailure(row.entry().benchmark(), exit, text);
                    }
                    return text;
                }
            } finally {
                Files.deleteIfExists(log);
            }
            if (System.nanoTime() - start > LOCK_PATIENCE_NANOS) {
                besideOthers = true;
                System.err.println("evenkeel: another JMH run goes on on this machine: measuring beside it.");
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private int execute(List<String> command, Path log) throws IOException, InterruptedException {
        List<String> full = new ArrayList<>(command);
        if (besideOthers) {
            full.add(1, "-Djmh.ignoreLock=true");
        }
        ProcessBuilder builder =
                new ProcessBuilder(full).redirectErrorStream(true).redirectOutput(log.toFile());
        // Else simpleclient writes a start time for each series, and twice the lines.
        builder.environment().put("PROMETHEUS_DISABLE_CREATED_SERIES", "true");
        Process process = builder.start();
        try {
            return process.waitFor();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private List<String> iterations(BenchCase.Kind kind) {
        if (kind == BenchCase.Kind.START) {
            return plan(0, 1, 1, 1);
        }
        return switch (length) {
            case FULL -> switch (kind) {
                case PAIRED -> plan(4, 500, 24, 500);
                case COLLECT -> plan(6, 1000, 5, 500);
                case SCRAPE -> plan(4, 700, 5, 300);
                default -> plan(3, 1000, 5, 500);
            };
            case SHORT -> kind == BenchCase.Kind.COLLECT || kind == BenchCase.Kind.SCRAPE
                    ? plan(4, 500, 5, 200)
                    : plan(2, 500, 5, 200);
            case QUICK -> kind == BenchCase.Kind.PAIRED ? plan(2, 200, 12, 200) : plan(1, 200, 2, 200);
        };
    }

    private static List<String> plan(int warmUps, int warmUpMillis, int measured, int measuredMillis) {
        return List.of(
                "-wi",
                Integer.toString(warmUps),
                "-w",
                warmUpMillis + "ms",
                "-i",
                Integer.toString(measured),
                "-r",
                measuredMillis + "ms");
    }
}
