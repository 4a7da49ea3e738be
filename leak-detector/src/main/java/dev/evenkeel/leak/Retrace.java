package dev.evenkeel.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Runs an action again under Flight Recorder, for the stacks of what it makes. Loaded only where the module is there. */
final class Retrace {
    /** A leak may need some iterations to come again, but not so many that the second look takes long. */
    private static final int MOST_ITERATIONS = 40;

    private static final long MOST_NANOS = 500_000_000L;
    private static final int SHOWN_LINES = 8;

    private static final String METHOD = "jdk.MethodTrace";
    private static final List<String> ALLOCATIONS =
            List.of("jdk.ObjectAllocationInNewTLAB", "jdk.ObjectAllocationOutsideTLAB");
    private static final List<String> OURS = Stream.of(
                    Retrace.class, SecondLook.class, LeakRun.class, LeakDetector.class)
            .map(c -> "at " + c.getName() + ".")
            .toList();
    private static final Set<String> STARTS = Set.of("jdk.ThreadStart", "jdk.ProcessStart");

    /** What was made, by a method ({@code Class::method}), a thread's name, a class or a command. */
    private record Made(String event, String what, List<String> stack) {}

    private final List<Made> all = new ArrayList<>();

    private Retrace() {}

    /**
     * Records.
     *
     * @param methods {@code Class::method}; traced where the JDK can
     * @param classes whose allocation is of interest where it cannot
     */
    static Retrace of(LeakAction action, List<String> methods, List<String> classes, Waiter waiter) throws Exception {
        Retrace retrace = new Retrace();
        boolean traces = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .anyMatch(METHOD::equals);
        Path file = Files.createTempFile("evenkeel-retrace", ".jfr");
        try (Recording recording = new Recording()) {
            STARTS.forEach(event -> recording.enable(event).withStackTrace());
            if (traces && !methods.isEmpty()) {
                recording
                        .enable(METHOD)
                        .with("filter", String.join(";", methods))
                        .withStackTrace()
                        .withoutThreshold();
            } else if (!classes.isEmpty()) {
                ALLOCATIONS.forEach(event -> recording.enable(event).withStackTrace());
            }
            recording.start();
            long start = waiter.nanos();
            for (int i = 0; i < MOST_ITERATIONS && waiter.nanos() - start < MOST_NANOS; i++) {
                action.run();
            }
            recording.stop();
            recording.dump(file);
            try (RecordingFile events = new RecordingFile(file)) {
                while (events.hasMoreEvents()) {
                    retrace.take(events.readEvent());
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return retrace;
    }

    private void take(RecordedEvent event) throws IOException {
        String type = event.getEventType().getName();
        String what;
        switch (type) {
            case "jdk.ThreadStart" -> what =
                    String.valueOf(event.getThread("thread").getJavaName());
            case "jdk.ProcessStart" -> what = String.valueOf((Object) event.getValue("command"));
            case METHOD -> {
                RecordedMethod method = event.getValue("method");
                what = method.getType().getName() + "::" + method.getName();
            }
            default -> what = event.getClass("objectClass").getName();
        }
        List<String> stack = ScopeOwners.lines(event.getStackTrace());
        stack.removeIf(line -> OURS.stream().anyMatch(line::startsWith));
        if (!stack.isEmpty()) {
            all.add(new Made(type, what, stack));
        }
    }

    /** The stack that belongs to a finding, the first frame of the application's first; empty when none does. */
    List<String> stackFor(LeakFinding finding, List<String> makers) {
        Made best = null;
        for (Made made : all) {
            if (matches(made, finding, makers) && (best == null || better(made, best))) {
                best = made;
            }
        }
        return best == null ? List.of() : fromTheApplication(best, finding.culprit());
    }

    private static boolean matches(Made made, LeakFinding finding, List<String> makers) {
        return switch (finding.resource()) {
            case THREADS -> made.event.equals("jdk.ThreadStart")
                    && SeriesTable.withoutDigits(made.what).equals(SeriesTable.withoutDigits(finding.culprit()));
            case CHILD_PROCESSES -> made.event.equals("jdk.ProcessStart");
            case HEAP, QUEUED_TASKS -> made.event.equals(METHOD)
                    ? made.what.equals(finding.culprit() + "::<init>") || makers.contains(made.what)
                    : HeapCensus.readable(HeapCensus.joinable(made.what)).equals(finding.culprit());
            case FILE_DESCRIPTORS -> makers.contains(made.what) && opens(made.what, finding.culprit());
            default -> makers.contains(made.what);
        };
    }

    private static boolean opens(String maker, String target) {
        boolean socket = maker.contains("Socket") || maker.contains("Datagram");
        boolean selector = maker.contains("EPoll");
        boolean pipe = maker.contains("Pipe");
        if (target.startsWith("socket")) {
            return socket;
        }
        return target.startsWith("anon_inode")
                ? selector
                : target.startsWith("pipe") ? pipe : !socket && !selector && !pipe;
    }

    /** Of two stacks the one that says more of the application. */
    private static boolean better(Made one, Made other) {
        return firstOwn(one.stack) < firstOwn(other.stack) && firstOwn(one.stack) < one.stack.size();
    }

    private static int firstOwn(List<String> stack) {
        for (int i = 0; i < stack.size(); i++) {
            String line = stack.get(i).substring("at ".length());
            if (HeapCensus.tier(line) == 0) {
                return i;
            }
        }
        return stack.size();
    }

    private static List<String> fromTheApplication(Made made, @Nullable String culprit) {
        int from = Math.min(firstOwn(made.stack), Math.max(0, made.stack.size() - 1));
        // The constructor itself is not where it was made.
        while (from + 1 < made.stack.size() && made.stack.get(from).startsWith("at " + culprit + ".<init>(")) {
            from++;
        }
        return List.copyOf(made.stack.subList(from, Math.min(made.stack.size(), from + SHOWN_LINES)));
    }
}
