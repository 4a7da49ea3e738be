package dev.evenkeel.leak;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Who started which thread and which process, by Flight Recorder. Loaded only where the module is there. Safe from any thread.
 */
final class ScopeOwners {
    /** The recorder drops older events beyond this; a dropped event makes an owner unknown, never wrong. */
    private static final long MOST_BYTES = 16L << 20;

    private static final int MOST_STACK_LINES = 12;
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static @Nullable Recording recording;

    /**
     * One start.
     *
     * @param parent Java id of the thread that started it
     * @param at when
     * @param stack where, innermost first
     */
    record Start(long parent, Instant at, List<String> stack) {}

    /** Starts of threads by the new thread's Java id, and of processes by pid. */
    record Starts(Map<Long, Start> threads, Map<Long, Start> processes) {}

    private ScopeOwners() {}

    /** Begins to watch; it goes on until the JVM ends. The first call takes up to a second. */
    static void watch() {
        LOCK.lock();
        try {
            if (recording == null) {
                Recording started = new Recording();
                started.setName("evenkeel leak scopes");
                started.setMaxSize(MOST_BYTES);
                started.enable("jdk.ThreadStart").withStackTrace();
                started.enable("jdk.ProcessStart").withStackTrace();
                started.start();
                recording = started;
            }
        } finally {
            LOCK.unlock();
        }
    }

    /**
     * The starts since a moment; none where nothing is recorded. Takes time for those since then alone, however long the recorder
     * has been watching: each call ends one of its files.
     */
    static Starts starts(Instant since) {
        Starts starts = new Starts(new HashMap<>(), new HashMap<>());
        LOCK.lock();
        try {
            if (recording == null) {
                return starts;
            }
            Path file = Files.createTempFile("evenkeel-starts", ".jfr");
            try (Recording snapshot = FlightRecorder.getFlightRecorder().takeSnapshot();
                    InputStream chunks = snapshot.getStream(since, null)) {
                if (chunks == null) {
                    return starts;
                }
                Files.copy(chunks, file, StandardCopyOption.REPLACE_EXISTING);
                try (RecordingFile events = new RecordingFile(file)) {
                    while (events.hasMoreEvents()) {
                        take(events.readEvent(), starts);
                    }
                }
            } finally {
                Files.delete(file);
            }
        } catch (IOException unreadable) {
            return new Starts(Map.of(), Map.of());
        } finally {
            LOCK.unlock();
        }
        return starts;
    }

    private static void take(RecordedEvent event, Starts starts) {
        String type = event.getEventType().getName();
        if (type.equals("jdk.ThreadStart")) {
            RecordedThread child = event.getThread("thread");
            RecordedThread parent = event.getThread("parentThread");
            if (child != null && parent != null) {
                starts.threads.put(
                        child.getJavaThreadId(),
                        new Start(parent.getJavaThreadId(), event.getStartTime(), lines(event.getStackTrace())));
            }
        } else if (type.equals("jdk.ProcessStart")) {
            RecordedThread parent = event.getThread();
            if (parent != null) {
                starts.processes.put(
                        event.getLong("pid"),
                        new Start(parent.getJavaThreadId(), event.getStartTime(), lines(event.getStackTrace())));
            }
        }
    }

    /** The frames of a stack, innermost first, without the machinery of starting threads. */
    static List<String> lines(@Nullable RecordedStackTrace stack) {
        List<String> lines = new ArrayList<>();
        if (stack == null) {
            return lines;
        }
        for (RecordedFrame frame : stack.getFrames()) {
            if (!frame.isJavaFrame() || lines.size() == MOST_STACK_LINES) {
                continue;
            }
            String type = frame.getMethod().getType().getName();
            if (type.contains("$$Lambda")) {
                continue; // what it calls is on the line before
            }
            if (lines.isEmpty() && (type.equals("java.lang.Thread") || type.startsWith("jdk.internal."))) {
                continue;
            }
            String simple = type.substring(type.lastIndexOf('.') + 1);
            int dollar = simple.indexOf('$');
            String file = (dollar > 0 ? simple.substring(0, dollar) : simple) + ".java";
            lines.add(
                    "at " + type + "." + frame.getMethod().getName() + "(" + file + ":" + frame.getLineNumber() + ")");
        }
        return lines;
    }
}
