package dev.evenkeel.soak.target;

import dev.evenkeel.soak.Allocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Where a JVM allocates, sampled by its own Flight Recorder for some seconds: of this process, or of another one of this machine and
 * user. The first start of the recorder costs that JVM half a second of processor time, some threads and some megabytes; the sampling
 * itself, at most {@value #SAMPLES_PER_SECOND} stacks a second, less than one percent.
 */
public final class AllocationRecording {
    static final int SAMPLES_PER_SECOND = 500;

    private static final String EVENT = "jdk.ObjectAllocationSample";
    private static final int MOST_SITES = 10;
    private static final int MOST_FRAMES = 4;
    private static final long COMMAND_SECONDS = 30;

    private AllocationRecording() {}

    /**
     * Records this JVM, and returns where it allocated, most bytes first.
     *
     * @throws IOException when it has no Flight Recorder, or its file cannot be written
     */
    public static List<Allocation.Site> ofThisProcess(Duration window) throws IOException, InterruptedException {
        Path file = Files.createTempFile("evenkeel-allocation", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(EVENT).withStackTrace().with("throttle", SAMPLES_PER_SECOND + "/s");
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
    public static List<Allocation.Site> ofProcess(long pid, Duration window) throws IOException, InterruptedException {
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
                + EVENT
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

    /** Ranks the samples of a recording by their weight. */
    static List<Allocation.Site> read(Path recording) throws IOException {
        Map<List<String>, Double> weights = new LinkedHashMap<>();
        double all = 0;
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (!event.getEventType().getName().equals(EVENT)) {
                    continue;
                }
                List<String> key = new ArrayList<>();
                key.add(readable(event.getClass("objectClass").getName()));
                key.addAll(stack(event.getStackTrace()));
                weights.merge(key, (double) event.getLong("weight"), Double::sum);
                all += event.getLong("weight");
            }
        }
        double sum = all;
        return weights.entrySet().stream()
                .sorted(Map.Entry.<List<String>, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_SITES)
                .map(e -> new Allocation.Site(
                        e.getKey().get(0),
                        e.getValue() / sum,
                        List.copyOf(e.getKey().subList(1, e.getKey().size()))))
                .toList();
    }

    /** From the first frame of the application; all of it where there is none. */
    private static List<String> stack(@Nullable RecordedStackTrace trace) {
        List<String> all = new ArrayList<>();
        int first = -1;
        if (trace != null) {
            for (RecordedFrame frame : trace.getFrames()) {
                if (!frame.isJavaFrame()) {
                    continue;
                }
                String type = frame.getMethod().getType().getName();
                if (type.contains("$$Lambda")) {
                    continue; // what it calls is on the line before, and its name differs from run to run
                }
                if (first < 0 && !type.matches("(java|javax|jdk|sun|com\\.sun)\\..*")) {
                    first = all.size();
                }
                all.add(type + "." + frame.getMethod().getName() + ":" + frame.getLineNumber());
            }
        }
        int from = Math.max(0, first);
        return all.subList(from, Math.min(all.size(), from + MOST_FRAMES));
    }

    /** {@code [B} as {@code byte[]}. */
    private static String readable(String name) {
        int dimensions = 0;
        while (name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0) {
            return name;
        }
        String element =
                switch (name.charAt(dimensions)) {
                    case 'B' -> "byte";
                    case 'C' -> "char";
                    case 'D' -> "double";
                    case 'F' -> "float";
                    case 'I' -> "int";
                    case 'J' -> "long";
                    case 'S' -> "short";
                    case 'Z' -> "boolean";
                    default -> name.substring(dimensions + 1, name.length() - 1);
                };
        return element + "[]".repeat(dimensions);
    }
}
