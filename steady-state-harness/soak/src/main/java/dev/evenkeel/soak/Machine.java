package dev.evenkeel.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the machine under a run looks like. */
final class Machine {
    private Machine() {}

    /** In display order. */
    static Map<String, String> describe() {
        OperatingSystemMXBean os = ManagementFactory.getOperatingSystemMXBean();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("os", os.getName() + " " + os.getVersion() + " " + os.getArch());
        facts.put("processors", Integer.toString(os.getAvailableProcessors()));
        if (os instanceof com.sun.management.OperatingSystemMXBean wide) {
            facts.put("memory", Amounts.of(wide.getTotalMemorySize(), "By"));
        }
        if (os.getSystemLoadAverage() >= 0) {
            facts.put("load average at start", String.format(Locale.ROOT, "%.2f", os.getSystemLoadAverage()));
        }
        openFileLimit().ifPresent(limit -> facts.put("open file limit", limit));
        facts.put(
                "jdk", System.getProperty("java.vm.name", "?") + " " + System.getProperty("java.runtime.version", "?"));
        String commit = System.getProperty("evenkeel.commit", "");
        if (!commit.isEmpty()) {
            facts.put("commit", commit);
        }
        return facts;
    }

    /** Whether more work waits for the processors than twice their number. */
    static Optional<String> busyNote() {
        OperatingSystemMXBean os = ManagementFactory.getOperatingSystemMXBean();
        double average = os.getSystemLoadAverage();
        if (average <= 2.0 * os.getAvailableProcessors()) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "The machine was busy when the run began: a load average of %.1f on %d processors. Latencies say more about"
                        + " the neighbours than about the service.",
                average,
                os.getAvailableProcessors()));
    }

    private static Optional<String> openFileLimit() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    return Optional.of(
                            line.substring("Max open files".length()).trim().split("\\s+")[0]);
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return Optional.empty();
    }
}
