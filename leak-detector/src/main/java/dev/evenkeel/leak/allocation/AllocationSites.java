package dev.evenkeel.leak.allocation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;

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
                recording.enable(AllocationSamples.EVENT).withStackTrace().with("throttle", "off");
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
            List<AllocationSite> sites = AllocationSamples.rank(
                    file, MOST_SITES, MOST_FRAMES, event -> isOf(thread, event), Recorder::isOurs);
            return new AllocationSites(
                    sites, sites.isEmpty() ? "Flight Recorder took no sample of it, so where is not known." : "");
        }

        private static boolean isOf(long thread, RecordedEvent event) {
            return event.getThread() != null
                    && event.getThread().getJavaThreadId() == thread
                    && event.getStackTrace() != null;
        }

        private static boolean isOurs(String type) {
            return OURS.stream().anyMatch(own -> type.equals(own) || type.startsWith(own + "$"));
        }
    }
}
