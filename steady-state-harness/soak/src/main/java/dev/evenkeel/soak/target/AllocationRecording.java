package dev.evenkeel.soak.target;

import dev.evenkeel.leak.allocation.AllocationSamples;
import dev.evenkeel.leak.allocation.AllocationSite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;

/**
 * Where a JVM allocates, sampled by its own Flight Recorder for some seconds: of this process, or of another one of this machine and
 * user. The first start of the recorder costs that JVM half a second of processor time, some threads and some megabytes; the sampling
 * itself, at most {@value #SAMPLES_PER_SECOND} stacks a second, less than one percent.
 */
public final class AllocationRecording {
    static final int SAMPLES_PER_SECOND = 500;

    private static final int MOST_SITES = 10;
    private static final int MOST_FRAMES = 4;
    private static final long COMMAND_SECONDS = 30;

    private AllocationRecording() {}

    /**
     * Records this JVM, and returns where it allocated, most bytes first.
     *
     * @throws IOException when it has no Flight Recorder, or its file cannot be written
     */
    public static List<AllocationSite> ofThisProcess(Duration window) throws IOException, InterruptedException {
        Path file = Files.createTempFile("evenkeel-allocation", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(AllocationSamples.EVENT).withStackTrace().with("throttle", SAMPLES_PER_SECOND + "/s");
            recording.start();
            TimeUnit.NANOSECONDS.sleep(window.toNanos());
            recording.stop();
            recording.dump(file);
            return read(file);
        } catch (IllegalStateException | LinkageError e) {
            throw new IOException("this JVM has no Flight Recorder: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Records another JVM.
     *
     * @param pid its process id
     * @throws IOException when it is no JVM, or refuses; the message says what it said
     */
    public static List<AllocationSite> ofProcess(long pid, Duration window) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new IOException("this Java has no jcmd: run the harness on a JDK");
        }
        Path dir = Files.createTempDirectory("evenkeel-allocation");
        Path settings = dir.resolve("allocation.jfc");
        Path file = dir.resolve("allocation.jfr");
        try {
            Files.writeString(settings, settings(), StandardCharsets.UTF_8);
            String name = "evenkeel-allocation";
            run(jcmd, pid, "JFR.start", "name=" + name, "settings=" + settings, "disk=true");
            try {
                TimeUnit.NANOSECONDS.sleep(window.toNanos());
            } finally {
                run(jcmd, pid, "JFR.stop", "name=" + name, "filename=" + file);
            }
            return read(file);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(settings);
            Files.deleteIfExists(dir);
        }
    }

    private static String settings() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<configuration version=\"2.0\" label=\"allocation\">\n<event name=\""
                + AllocationSamples.EVENT
                + "\"><setting name=\"enabled\">true</setting><setting name=\"stackTrace\">true</setting>"
                + "<setting name=\"throttle\">" + SAMPLES_PER_SECOND + "/s</setting></event>\n</configuration>\n";
    }

    private static void run(Path jcmd, long pid, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(jcmd.toString(), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", Long.toString(pid)));
        command.addAll(List.of(words));
        Path said = Files.createTempFile("evenkeel-jcmd", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String text = Files.readString(said).strip();
            if (!ended || process.exitValue() != 0 || text.contains("Could not") || text.contains("Exception")) {
                throw new IOException("jcmd " + words[0] + " said: " + (ended ? text : "nothing for a long time"));
            }
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static List<AllocationSite> read(Path recording) throws IOException {
        return AllocationSamples.rank(recording, MOST_SITES, MOST_FRAMES);
    }
}
