package dev.evenkeel.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What a report says of the machine and the JVM that it was made on. */
public final class MachineFacts {
    private static final double UNKNOWN_FREE_MIB = 1024;

    private MachineFacts() {}

    private static OperatingSystemMXBean system() {
        return ManagementFactory.getOperatingSystemMXBean();
    }

    /** {@code Linux 6.1.0 amd64}. */
    public static String os() {
        OperatingSystemMXBean os = system();
        return os.getName() + " " + os.getVersion() + " " + os.getArch();
    }

    /** As many as this JVM may use. */
    public static int processors() {
        return system().getAvailableProcessors();
    }

    /** Of the last minute; below 0 where the platform does not tell. */
    public static double loadAverage() {
        return system().getSystemLoadAverage();
    }

    /** {@link #loadAverage} with two decimals. */
    public static String loadAverageText() {
        return String.format(Locale.ROOT, "%.2f", loadAverage());
    }

    /** This JVM's own name and version. */
    public static String jdk() {
        return System.getProperty("java.vm.name", "?") + " " + System.getProperty("java.runtime.version", "?");
    }

    /** {@code 2026-03-01}. */
    public static String today() {
        return LocalDate.now().format(DateTimeFormatter.ISO_LOCAL_DATE);
    }

    /** Memory that a new process may have without swapping: on Linux what the kernel thinks is available, elsewhere what is free. */
    public static double freeMiB() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return system() instanceof com.sun.management.OperatingSystemMXBean wide
                ? wide.getFreeMemorySize() / (double) (1 << 20)
                : UNKNOWN_FREE_MIB;
    }
}
