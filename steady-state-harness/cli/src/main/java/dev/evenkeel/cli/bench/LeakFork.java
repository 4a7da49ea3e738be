package dev.evenkeel.cli.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts one JVM for one case of the leak corpus, which lives in the tests of the leak detector. Safe from any thread. */
final class LeakFork {
    private static final String MAIN = "dev.evenkeel.leak.corpus.CorpusMain";
    /** Twice the detector's own time limit and more: a case that takes longer has hung. */
    private static final long PATIENCE_SECONDS = 180;

    private final String classPath;

    private LeakFork(String classPath) {
        this.classPath = classPath;
    }

    /** A case's name and what it is. */
    record Case(String truth, String id) {}

    /**
     * Finds the compiled corpus below a checkout.
     *
     * @throws IOException when it has not been built
     */
    static LeakFork under(Path home) throws IOException {
        Path target = home.resolve("leak-detector/target/bench");
        Path list = target.resolve("class-path.txt");
        if (!Files.isReadable(list)) {
            throw new IOException("The leak corpus is not built: " + list
                    + " is missing. Start this command through the evenkeel launcher of a checkout, which builds it.");
        }
        return new LeakFork(target.resolve("classes")
                + File.pathSeparator
                + target.resolve("test-classes")
                + File.pathSeparator
                + Files.readString(list).trim());
    }

    /** The cases that run on a JDK. */
    List<Case> cases(Jdk jdk) throws IOException, InterruptedException {
        List<Case> cases = new ArrayList<>();
        for (String line : start(jdk, List.of("-XX:+UseSerialGC"), "list").split("\n")) {
            String[] parts = line.split("\t", 2);
            if (parts.length == 2) {
                cases.add(new Case(parts[0], parts[1]));
            }
        }
        if (cases.isEmpty()) {
            throw new IOException("The corpus lists no case on JDK " + jdk.version() + ".");
        }
        return cases;
    }

    /** Whether this build of the JDK has the collector. */
    boolean has(Jdk jdk, Collector collector) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(java(jdk), collector.option, "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    /** Judges a case by the detector, or by the one-delta check. */
    LeakOutcome run(Jdk jdk, Collector collector, Case one, boolean oneDelta) throws IOException, InterruptedException {
        String printed = start(jdk, List.of(collector.option, "-Xmx512m"), oneDelta ? "delta" : "run", one.id());
        return LeakOutcome.parse(one.id(), one.truth(), printed);
    }

    private String start(Jdk jdk, List<String> options, String... arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile("evenkeel-leaks", ".log");
        Path scratch = Files.createTempDirectory("evenkeel-leaks");
        try {
            List<String> command = new ArrayList<>(List.of(java(jdk)));
            command.addAll(options);
            command.add("-Djava.io.tmpdir=" + scratch); // a case sees no temporary files but its own
            command.addAll(List.of("-cp", classPath, MAIN));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = false;
            List<ProcessHandle> left = List.of();
            try {
                ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } finally {
                left = process.descendants().toList();
                left.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            String text = Files.readString(log, StandardCharsets.UTF_8);
            return ended ? text : text + "\nno answer within " + PATIENCE_SECONDS + " s";
        } finally {
            Files.deleteIfExists(log);
            delete(scratch);
        }
    }

    private static String java(Jdk jdk) {
        return jdk.home().resolve("bin/java").toString();
    }

    private static void delete(Path directory) throws IOException {
        File[] files = directory.toFile().listFiles();
        if (files != null) {
            for (File file : files) {
                if (file.isDirectory()) {
                    delete(file.toPath());
                } else {
                    Files.deleteIfExists(file.toPath());
                }
            }
        }
        Files.deleteIfExists(directory);
    }

    /** The collectors of HotSpot. */
    enum Collector {
        G1("-XX:+UseG1GC"),
        SERIAL("-XX:+UseSerialGC"),
        PARALLEL("-XX:+UseParallelGC"),
        ZGC("-XX:+UseZGC"),
        SHENANDOAH("-XX:+UseShenandoahGC");

        private final String option;

        Collector(String option) {
            this.option = option;
        }
    }
}
