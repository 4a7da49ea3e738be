package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A garbage collector of HotSpot. */
enum Collector {
    SERIAL("SerialGC", "Serial", "-XX:+UseSerialGC"),
    PARALLEL("ParallelGC", "Parallel", "-XX:+UseParallelGC"),
    G1("G1", "G1", "-XX:+UseG1GC"),
    ZGC("ZGC", "Z Garbage Collector", "-XX:+UseZGC"),
    /** A mode of its own on JDK 21 and 22. Before there is none, after {@link #ZGC} is it. */
    ZGC_GENERATIONAL("generational ZGC", "Z Garbage Collector", "-XX:+UseZGC", "-XX:+ZGenerational"),
    SHENANDOAH("Shenandoah", "Shenandoah", "-XX:+UseShenandoahGC"),
    SHENANDOAH_GENERATIONAL(
            "generational Shenandoah",
            "Shenandoah",
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseShenandoahGC",
            "-XX:ShenandoahGCMode=generational"),
    /** Never collects: what a workload does when collections cost nothing, for as long as memory lasts. */
    EPSILON("Epsilon", "Epsilon", "-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC");

    private static final long PROBE_SECONDS = 30;

    private final String title;
    private final String inLog;
    private final String flags;

    Collector(String title, String inLog, String... flags) {
        this.title = title;
        this.inLog = inLog;
        this.flags = String.join(" ", flags);
    }

    /** As people call it. */
    String title() {
        return title;
    }

    /** What selects it. */
    List<String> flags() {
        return List.of(flags.split(" "));
    }

    /** As the command line takes it. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a log that names its collector so is one of this. */
    boolean isNamed(String inItsLog) {
        return inItsLog.contains(inLog);
    }

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException for another word, in a sentence
     */
    static Collector of(String key) {
        List<String> known = new ArrayList<>();
        for (Collector c : values()) {
            if (c.key().equals(key.strip().toLowerCase(Locale.ROOT))) {
                return c;
            }
            known.add(c.key());
        }
        throw new IllegalArgumentException(
                "There is no collector \"" + key + "\". Choose from " + String.join(", ", known) + ".");
    }

    /**
     * Those that a JVM has, found by starting it with each: eight starts, about a second in all.
     *
     * @param java the {@code java} program
     * @throws UnfitException when it cannot be started at all
     */
    static Set<Collector> availableOn(Path java) throws UnfitException, InterruptedException {
        if (exitCode(java, List.of()) != 0) {
            throw new UnfitException(java + " does not run. Name a working one with --java PATH.");
        }
        Set<Collector> found = EnumSet.noneOf(Collector.class);
        for (Collector c : values()) {
            if (exitCode(java, c.flags()) == 0) {
                found.add(c);
            }
        }
        if (found.contains(ZGC_GENERATIONAL) && exitCode(java, List.of("-XX:+UseZGC", "-XX:-ZGenerational")) != 0) {
            found.remove(ZGC_GENERATIONAL); // the switch is gone: ZGC is generational, and one row is enough
        }
        return found;
    }

    private static int exitCode(Path java, List<String> flags) throws UnfitException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString(), "-Xmx64m"));
        command.addAll(flags);
        command.add("-version");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UnfitException(
                    java + " cannot be started (" + e.getMessage() + "). Name another with --java PATH.", e);
        }
    }
}
