package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One run to be made: what the JVM is started with, and where its files go. Its log of collections lies in a folder of the
 * system's for temporary files until the run is over, for a folder of the user's may have a space or a colon in its name, and
 * the JVM would take that for something else.
 */
final class Trial implements AutoCloseable {
    private static final String GC_LOG = "gc-%p.log";

    /** A heap rounded by the JVM to its regions or pages differs by less than this from what was asked for. */
    private static final double ROUNDING = 0.25;

    private final @Nullable Setting setting;
    private final Path scratch;
    private final Path output;
    private final Path keptLog;

    private Trial(@Nullable Setting setting, Path scratch, Path output, Path keptLog) {
        this.setting = setting;
        this.scratch = scratch;
        this.output = output;
        this.keptLog = keptLog;
    }

    /**
     * Prepares one.
     *
     * @param setting none for a pilot, which runs with the JVM's own collector and heap
     * @param dir where its output and the log of its collections stay, by this name
     */
    static Trial in(Path dir, String name, @Nullable Setting setting) throws UnfitException {
        try {
            Files.createDirectories(dir);
            Path scratch = Files.createTempDirectory("evenkeel-sweep");
            return new Trial(setting, scratch, dir.resolve(name + ".out"), dir.resolve(name + ".gc.log"));
        } catch (IOException e) {
            throw new UnfitException(
                    "The files of a run cannot be written (" + e + "). Free some space, or choose another --out DIR.",
                    e);
        }
    }

    /** What the JVM is to be started with. */
    List<String> jvmFlags() {
        Path log = scratch.resolve(GC_LOG);
        return setting == null ? Setting.commonFlags(log) : setting.jvmFlags(log);
    }

    /** Whether the JVM is also to collect on request, so that its log tells what is live. */
    boolean pilot() {
        return setting == null;
    }

    /** Where what it prints goes. */
    Path output() {
        return output;
    }

    /** What it printed, at most the last 64 KiB; empty when there is nothing to read. */
    String printed() {
        try {
            byte[] all = Files.readAllBytes(output);
            int from = Math.max(0, all.length - (1 << 16));
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** The process ids of the JVMs that write a log, in no order. */
    List<Long> jvms() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(scratch, "gc-*.log")) {
            for (Path log : logs) {
                pids.add(Long.valueOf(log.getFileName().toString().replaceAll("\\D", "")));
            }
        }
        return pids;
    }

    /**
     * The log of the JVM that matters: that of the process itself, else of the one that wrote most, for a command may start
     * several.
     */
    Optional<GcLog> gcLog(long pid) throws IOException {
        Path best = scratch.resolve("gc-" + pid + ".log");
        if (!Files.exists(best)) {
            long most = -1;
            try (DirectoryStream<Path> logs = Files.newDirectoryStream(scratch, "gc-*.log")) {
                for (Path log : logs) {
                    if (Files.size(log) > most) {
                        most = Files.size(log);
                        best = log;
                    }
                }
            }
        }
        if (!Files.exists(best)) {
            return Optional.empty();
        }
        Files.copy(best, keptLog, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(GcLog.read(best));
    }

    /**
     * What a run that went well showed.
     *
     * @param ops operations in that time
     * @param seconds they took
     * @param cpuSeconds in the same time; NaN when it cannot be told
     * @param fromMillis since 1970, of the time whose collections count
     */
    Reading reading(
            long pid,
            double ops,
            double seconds,
            double p99Millis,
            double cpuSeconds,
            double cpuOps,
            double rssBytes,
            long fromMillis,
            long toMillis)
            throws IOException {
        Optional<GcLog> log = gcLog(pid);
        if (log.isEmpty()) {
            return Reading.failed(
                    Outcome.NOT_APPLIED,
                    "No JVM wrote a log of its collections: the command does not start one, or does not take"
                            + " JAVA_TOOL_OPTIONS. Put {jvm} where the JVM's flags belong.");
        }
        String other = setting == null ? "" : difference(setting, log.get());
        if (!other.isEmpty()) {
            return Reading.failed(Outcome.NOT_APPLIED, other);
        }
        GcFacts gc = log.get().between(fromMillis, toMillis);
        return new Reading(
                Outcome.OK,
                "",
                ops / seconds,
                p99Millis,
                1000 * cpuSeconds / cpuOps,
                rssBytes,
                orNaN(gc.afterBytes()),
                gc.pauseMillis(),
                gc.longestPauseMillis(),
                gc.collections());
    }

    private static double orNaN(OptionalDouble value) {
        return value.orElse(Double.NaN);
    }

    /** In what the JVM differs from what was asked for, in a sentence; empty when in nothing. */
    static String difference(Setting asked, GcLog log) {
        String hint = " The command sets its own. Take it out, or put {jvm} after it: the last flag wins.";
        if (!log.collector().isEmpty() && !asked.collector().isNamed(log.collector())) {
            return "The JVM ran with " + log.collector() + ", not with "
                    + asked.collector().title() + "." + hint;
        }
        double mib = log.maxHeapBytes() / (double) (1 << 20);
        if (mib > 0 && Math.abs(mib - asked.heapMiB()) > Math.max(4, ROUNDING * asked.heapMiB())) {
            return "The JVM ran with a heap of " + Math.round(mib) + " MiB, not of " + asked.heapMiB() + "." + hint;
        }
        return "";
    }

    /** Takes the scratch folder away. */
    @Override
    public void close() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(scratch)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(scratch);
        } catch (IOException e) {
            // the system cleans that folder
        }
    }
}
