package dev.evenkeel.payments.control;

import dev.evenkeel.metrics.resource.LiveSet;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who holds what in this process: classes by live bytes, threads by name, open files by target, buffers by pool. Digits in names become
 * {@code *}, so that one leaking site is one row however often it leaked.
 */
public final class Evidence {
    /**
     * Rows of the histogram that are told. A class that leaks small objects around large arrays is far down the list, and is the
     * one to name: down here it holds less than a kilobyte.
     */
    static final int CLASSES = 1000;

    /** Frames that are read of each thread, to find the first that is not the JDK's own. */
    private static final int STACK_DEPTH = 32;

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

    /** Answers the command {@code evidence}: collects garbage, then says classes, threads, open files and buffer pools. */
    public static void say(LiveSet liveSet, ControlPipe pipe) {
        LiveSet.Reading reading = liveSet.read();
        pipe.say("@evidence-begin");
        reading.classes().stream()
                .limit(CLASSES)
                .forEach(row -> pipe.say(
                        "@class", row.className(), Long.toString(row.instances()), Long.toString(row.bytes())));
        Map<String, String> at = new HashMap<>();
        threads(at)
                .forEach(
                        (name, count) -> pipe.say("@thread", name, Integer.toString(count), at.getOrDefault(name, "")));
        openFiles().forEach((target, count) -> pipe.say("@fd", target, Integer.toString(count)));
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            pipe.say("@buffers", pool.getName(), Long.toString(pool.getCount()), Long.toString(pool.getMemoryUsed()));
        }
        pipe.say("@evidence-end");
    }

    /**
     * Live platform threads by name.
     *
     * @param at takes for each name the line of code in which one of them stands, where that is known
     */
    static Map<String, Integer> threads(Map<String, String> at) {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<String, Integer> counts = new TreeMap<>();
        for (ThreadInfo thread : bean.getThreadInfo(bean.getAllThreadIds(), STACK_DEPTH)) {
            if (thread != null) { // Ended between the two calls.
                String name = withoutDigits(thread.getThreadName());
                counts.merge(name, 1, Integer::sum);
                at.putIfAbsent(name, line(thread.getStackTrace()));
            }
        }
        return counts;
    }

    /** The first line of a stack that is not the JDK's own, as a stack trace prints it; empty when there is none. */
    private static String line(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getLineNumber() > 0
                    && frame.getFileName() != null
                    && !frame.getClassName().matches("(java|javax|jdk|sun|com\\.sun)\\..*")) {
                return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                        + frame.getLineNumber() + ")";
            }
        }
        return "";
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
