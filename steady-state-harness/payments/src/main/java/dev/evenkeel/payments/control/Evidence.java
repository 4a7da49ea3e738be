package dev.evenkeel.payments.control;

import dev.evenkeel.metrics.resource.LiveSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who holds what in this process: classes by live bytes, threads by name, open files by target. Digits in names become
 * {@code *}, so that one leaking site is one row however often it leaked.
 */
public final class Evidence {
    static final int CLASSES = 60;

    private static final Path FDS = Path.of("/proc/self/fd");

    private Evidence() {}

    /** Answers the command {@code live-set}: collects garbage and says the bytes that survived, and when. */
    public static void sayLiveSet(LiveSet liveSet, ControlPipe pipe) {
        LiveSet.Reading reading = liveSet.read();
        pipe.say(
                "@live-set",
                Long.toString(reading.bytes()),
                Long.toString(reading.startNanos()),
                Long.toString(reading.endNanos()),
                Long.toString(Math.round((reading.endNanos() - reading.startNanos()) / 1e6)));
    }

    /** Answers the command {@code evidence}: collects garbage, then says classes, threads and open files. */
    public static void say(LiveSet liveSet, ControlPipe pipe) {
        LiveSet.Reading reading = liveSet.read();
        pipe.say("@evidence-begin");
        reading.classes().stream()
                .limit(CLASSES)
                .forEach(row -> pipe.say(
                        "@class", row.className(), Long.toString(row.instances()), Long.toString(row.bytes())));
        threads().forEach((name, count) -> pipe.say("@thread", name, Integer.toString(count)));
        openFiles().forEach((target, count) -> pipe.say("@fd", target, Integer.toString(count)));
        pipe.say("@evidence-end");
    }

    /** Live platform threads by name. */
    static Map<String, Integer> threads() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<String, Integer> counts = new TreeMap<>();
        for (ThreadInfo thread : bean.getThreadInfo(bean.getAllThreadIds())) {
            if (thread != null) { // Ended between the two calls.
                counts.merge(withoutDigits(thread.getThreadName()), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Open file descriptors by target, or nothing where the platform does not list them. Not the listing's own. */
    static Map<String, Integer> openFiles() {
        Map<String, Integer> counts = new TreeMap<>();
        if (!Files.isDirectory(FDS)) {
            return counts;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(FDS)) {
            for (Path link : links) {
                try {
                    String target = Files.readSymbolicLink(link).toString();
                    if (!target.matches("/proc/\\d+/fd")) {
                        counts.merge(withoutDigits(target), 1, Integer::sum);
                    }
                } catch (IOException e) {
                    continue; // Closed since it was listed.
                }
            }
        } catch (IOException e) {
            return counts; // Out of descriptors: the classes and threads still say something.
        }
        return counts;
    }

    static String withoutDigits(String name) {
        return name.replaceAll("[0-9]+", "*");
    }
}
