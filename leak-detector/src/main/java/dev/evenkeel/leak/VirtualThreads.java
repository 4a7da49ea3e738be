package dev.evenkeel.leak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** Virtual threads grouped by their stacks, from one thread dump; only for a report, it takes 0.1 s for a thousand. */
final class VirtualThreads {
    private static final int MOST_GROUPS = 8;

    private VirtualThreads() {}

    /**
     * Groups of virtual threads, the largest first.
     *
     * @throws IOException if the JVM does not dump its virtual threads, with the reason
     */
    static List<LeakFinding.Evidence> groups() throws IOException {
        if ("false".equals(System.getProperty("jdk.trackAllThreads"))) {
            throw new IOException("-Djdk.trackAllThreads=false hides them from thread dumps");
        }
        Path directory = Files.createTempDirectory("evenkeel-threads");
        Path file = directory.resolve("threads.txt");
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "dumpThreads",
                            new Object[] {file.toString(), "TEXT_PLAIN"},
                            new String[] {String.class.getName(), String.class.getName()});
            return parse(Files.readAllLines(file));
        } catch (JMException | RuntimeException e) {
            throw new IOException("the JVM did not dump its threads: " + e, e);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    /** Threads begin with {@code #id "name" virtual}, frames are indented. */
    static List<LeakFinding.Evidence> parse(List<String> lines) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        Map<String, List<String>> stacks = new LinkedHashMap<>();
        StringBuilder key = new StringBuilder();
        List<String> stack = new ArrayList<>();
        boolean virtual = false;
        for (int i = 0; i <= lines.size(); i++) {
            String line = i == lines.size() ? "#" : lines.get(i);
            if (line.startsWith("#")) {
                if (virtual) {
                    counts.merge(key.toString(), 1, Integer::sum);
                    stacks.putIfAbsent(key.toString(), stack);
                }
                int from = line.indexOf('"');
                int to = line.lastIndexOf('"');
                virtual = to > from && line.indexOf("virtual", to) > 0;
                key.setLength(0);
                key.append(to > from ? SeriesTable.withoutDigits(line.substring(from + 1, to)) : "");
                stack = new ArrayList<>();
            } else if (!line.isBlank() && Character.isWhitespace(line.charAt(0)) && virtual) {
                String frame = line.strip();
                if (frame.startsWith("-")) {
                    continue; // the lock it waits for, by an address that is another one for each thread
                }
                stack.add(frame.startsWith("at ") ? frame : "at " + frame);
                key.append('\n').append(frame);
            }
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_GROUPS)
                .map(e -> {
                    String name = e.getKey().lines().findFirst().orElse("");
                    return new LeakFinding.Evidence(
                            name.isEmpty() ? "virtual thread without a name" : name,
                            e.getValue(),
                            "",
                            stacks.getOrDefault(e.getKey(), List.of()));
                })
                .toList();
    }
}
