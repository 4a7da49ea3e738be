package dev.evenkeel.leak.allocation;

import dev.evenkeel.metrics.Experimental;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a recording of Flight Recorder where the program allocated: its samples by kind and place, ranked by the bytes they
 * stand for.
 *
 * <p>Reads the file on the calling thread, from end to end, and keeps one entry for each kind and place. Needs the module {@code
 * jdk.jfr}.
 */
@Experimental
public final class AllocationSamples {
    /** The event to record, with stacks and at whatever {@code throttle} suits. */
    public static final String EVENT = "jdk.ObjectAllocationSample";

    private AllocationSamples() {}

    /**
     * Ranks all samples of a recording.
     *
     * @param mostSites how many places are returned at most
     * @param mostFrames how many frames of a stack are kept, from the first that is not the JDK's; what differs beyond is one place
     * @return most bytes first; empty when there was no sample
     * @throws IOException when the file cannot be read, or is no recording
     */
    public static List<AllocationSite> rank(Path recording, int mostSites, int mostFrames) throws IOException {
        return rank(recording, mostSites, mostFrames, event -> true, type -> false);
    }

    /**
     * Ranks some samples of a recording.
     *
     * @param wanted which samples count
     * @param outer whether a class, by its name, is only what called the program: there its stacks end
     */
    static List<AllocationSite> rank(
            Path recording, int mostSites, int mostFrames, Predicate<RecordedEvent> wanted, Predicate<String> outer)
            throws IOException {
        Map<List<String>, Double> weights = new LinkedHashMap<>();
        double all = 0;
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (!event.getEventType().getName().equals(EVENT) || !wanted.test(event)) {
                    continue;
                }
                RecordedStackTrace trace = event.getStackTrace();
                List<String> stack = stack(trace, mostFrames, outer);
                if (trace != null && stack.isEmpty()) {
                    continue; // of the caller's own making
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
        return weights.entrySet().stream()
                .sorted(Map.Entry.<List<String>, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(mostSites)
                .map(e -> new AllocationSite(
                        e.getKey().get(0),
                        e.getValue() / sum,
                        List.copyOf(e.getKey().subList(1, e.getKey().size()))))
                .toList();
    }

    /** From the first frame that is not the JDK's; all of them where there is none. */
    private static List<String> stack(@Nullable RecordedStackTrace trace, int most, Predicate<String> outer) {
        List<String> all = new ArrayList<>();
        int first = -1;
        for (RecordedFrame frame : trace == null ? List.<RecordedFrame>of() : trace.getFrames()) {
            if (!frame.isJavaFrame()) {
                continue;
            }
            String type = frame.getMethod().getType().getName();
            if (outer.test(type)) {
                break;
            }
            if (type.contains("$$Lambda")) {
                continue; // what it calls is on the line before, and its name differs from run to run
            }
            if (first < 0 && !type.matches("(java|javax|jdk|sun|com\\.sun)\\..*")) {
                first = all.size();
            }
            all.add(type + "." + frame.getMethod().getName() + ":" + frame.getLineNumber());
        }
        int from = Math.max(0, first);
        return all.subList(from, Math.min(all.size(), from + most));
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
