package dev.evenkeel.leak;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** How many class loaders of each type there are, and how many classes they hold. */
final class ClassLoaders {
    /** Address, parent, data, classes, chunks, blocks, type; a line below may add hidden classes to it. */
    private static final Pattern ROW = Pattern.compile("^0x\\S+\\s+\\S+\\s+\\S+\\s+(\\d+)\\s+\\d+\\s+\\d+\\s+(\\S.*)$");

    private static final Pattern HIDDEN = Pattern.compile("^\\s+(\\d+)\\s+\\d+\\s+\\d+\\s+\\+ .*hidden.*$");

    private ClassLoaders() {}

    /** Loaders and classes by the type of the loader; empty where the JVM does not tell. Stops the JVM for some milliseconds. */
    static Map<String, long[]> read() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmClassloaderStats",
                            new Object[0],
                            new String[0]);
            return parse(String.valueOf(text));
        } catch (JMException | RuntimeException notTold) {
            return Map.of();
        }
    }

    static Map<String, long[]> parse(String table) {
        Map<String, long[]> loaders = new TreeMap<>();
        String type = "";
        for (String line : table.split("\n")) {
            Matcher row = ROW.matcher(line);
            Matcher hidden = HIDDEN.matcher(line);
            if (row.matches()) {
                type = row.group(2);
                long[] counts = loaders.computeIfAbsent(type, t -> new long[2]);
                counts[0]++;
                counts[1] += Long.parseLong(row.group(1));
            } else if (hidden.matches() && !type.isEmpty()) {
                loaders.computeIfAbsent(type, t -> new long[2])[1] += Long.parseLong(hidden.group(1));
            }
        }
        return loaders;
    }
}
