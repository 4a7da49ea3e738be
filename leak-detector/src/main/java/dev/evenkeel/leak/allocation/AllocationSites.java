package dev.evenkeel.leak.allocation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where an action allocates: a second look with Flight Recorder, taken only of an action that is over its budget. Costs some
 * 0.5 s the first time in a JVM, and up to {@value #LONGEST_MILLIS} ms of the action's own time.
 *
 * @param found most bytes first
 * @param why nothing was found, in a sentence; empty when something was
 */
record AllocationSites(List<AllocationSite> found, String why) {
    /** A sample is taken when a thread's buffer is full, some ten kilobytes to a megabyte: this many bytes give some. */
    private static final double WANTED_BYTES = 64 << 20;

    private static final long LONGEST_MILLIS = 2_000;
    private static final int MOST_SITES = 5;
    private static final int MOST_FRAMES = 3;
    private static final String EVENT = "jdk.ObjectAllocationSample";

    /** Whose frames are the measuring's own, nested classes included. */
    private static final List<String> OURS = List.of(
            AllocationSites.class.getName(),
            AllocationProbe.class.getName(),
            AllocationSites.class.getPackageName() + ".AllocationBudgetExtension");

    /** Looks at an action once more. */
    static AllocationSites of(Runnable action, double bytesPerCall) {
        try {
            return Recorder.look(action, bytesPerCall);
        } catch (NoClassDefFoundError | IOException | IllegalStateException | SecurityException e) {
            return new AllocationSites(
                    List.of(), "Flight Recorder, which would tell where, is not to be had: " + e + ".");
        }
    }

    /** A paragraph; begins with a line's end. */
    String text() {
        if (found.isEmpty()) {
            return why.isEmpty() ? "" : "\n" + why;
        }
        StringBuilder s = new StringBuilder("\nAllocated, by share of the sampled bytes:");
        for (AllocationSite site : found) {
            s.append(String.format(Locale.ROOT, "%n  %3.0f %%  %s", 100 * site.share(), site.type()));
            for (String frame : site.stack()) {
                s.append("\n           at ").append(frame);
            }
        }
        return s.toString();
    }

    /** Loaded only where the module is there. */
    private static final class Recorder {
        static AllocationSites look(Runnable action, double bytesPerCall) throws IOException {
            Path file = Files.createTempFile("evenkeel-allocation", ".jfr");
            try (Recording recording = new Recording()) {
                recording.enable(EVENT).withStackTrace().with("throttle", "off");
                recording.start();
                long calls = (long) Math.ceil(WANTED_BYTES / Math.max(1, bytesPerCall));
                long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
                for (long i = 0; i < calls && System.nanoTime() < end; i++) {
                    action.run();
                }
                recording.stop();
                recording.dump(file);
                return read(file, Thread.currentThread().getId());
            } finally {
                Files.deleteIfExists(file);
            }
        }

        private static AllocationSites read(Path file, long thread) throws IOException {
            Map<List<String>, Double> weights = new LinkedHashMap<>();
            double all = 0;
            try (RecordingFile events = new RecordingFile(file)) {
                while (events.hasMoreEvents()) {
                    RecordedEvent event = events.readEvent();
                    if (!event.getEventType().getName().equals(EVENT)
                            || event.getThread() == null
                            || event.getThread().getJavaThreadId() != thread) {
                        continue;
                    }
                    List<String> stack = stack(event.getStackTrace());
                    if (stack.isEmpty()) {
                        continue; // of this class's own making
                    }
                    List<String> key = new ArrayList<>();
                    key.add(readable(event.getClass("objectClass").getName()));
                    key.addAll(stack);
                    double weight = event.getLong("weight");
                    weights.merge(key, weight, Double::sum);
                    all += weight;
                }
            }
            double sum = all;
            List<AllocationSite> sites = weights.entrySet().stream()
                    .sorted(Map.Entry.<List<String>, Double>comparingByValue(Comparator.reverseOrder()))
                    .limit(MOST_SITES)
                    .map(e -> new AllocationSite(
                            e.getKey().get(0),
                            e.getValue() / sum,
                            List.copyOf(e.getKey().subList(1, e.getKey().size()))))
                    .toList();
            return new AllocationSites(
                    sites, sites.isEmpty() ? "Flight Recorder took no sample of it, so where is not known." : "");
        }

        /** From the first frame that is not the JDK's; all of them where there is none. Empty when we are the first. */
        private static List<String> stack(RecordedStackTrace trace) {
            List<String> all = new ArrayList<>();
            int first = -1;
            if (trace == null) {
                return all;
            }
            for (RecordedFrame frame : trace.getFrames()) {
                if (!frame.isJavaFrame()) {
                    continue;
                }
                String type = frame.getMethod().getType().getName();
                if (OURS.stream().anyMatch(own -> type.equals(own) || type.startsWith(own + "$"))) {
                    break;
                }
                if (type.contains("$$Lambda")) {
                    continue; // what it calls is on the line before
                }
                if (first < 0 && !type.matches("(java|javax|jdk|sun|com\\.sun)\\..*")) {
                    first = all.size();
                }
                all.add(type + "." + frame.getMethod().getName() + ":" + frame.getLineNumber());
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
}
