package dev.evenkeel.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Execution samples of this JVM by its flight recorder, as collapsed stacks. */
final class Sampling {
    private final Recording recording;

    private Sampling(Recording recording) {
        this.recording = recording;
    }

    static Sampling begin() {
        Recording recording = new Recording();
        recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
        recording.start();
        return new Sampling(recording);
    }

    /** Stops; returns how often each stack below {@link Increments} was seen, outermost frame first, joined by semicolons. */
    Map<String, Long> end() throws IOException {
        Path file = Files.createTempFile("evenkeel-lab", ".jfr");
        try {
            recording.stop();
            recording.dump(file);
            recording.close();
            Map<String, Long> stacks = new TreeMap<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                String stack = event.getStackTrace() == null
                        ? ""
                        : collapsed(event.getStackTrace().getFrames());
                if (!stack.isEmpty()) {
                    stacks.merge(stack, 1L, Long::sum);
                }
            }
            return stacks;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String collapsed(List<RecordedFrame> frames) {
        StringBuilder stack = new StringBuilder();
        for (int i = frames.size() - 1; i >= 0; i--) {
            RecordedFrame frame = frames.get(i);
            String type = frame.getMethod().getType().getName();
            if (stack.length() == 0 && !type.equals(Increments.class.getName())) {
                continue; // how a thread gets there is the same for all
            }
            stack.append(stack.length() == 0 ? "" : ";")
                    .append(type)
                    .append('.')
                    .append(frame.getMethod().getName());
        }
        return stack.toString();
    }
}
