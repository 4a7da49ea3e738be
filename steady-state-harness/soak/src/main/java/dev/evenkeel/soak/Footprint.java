package dev.evenkeel.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What this process costs while it watches another. Used by one thread. */
final class Footprint {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final boolean shown;
    private long cpuBefore = -1;
    private long loadCpuBefore;

    private Footprint(boolean shown) {
        this.shown = shown;
    }

    /** Of this process. */
    static Footprint ofThisProcess() {
        return new Footprint(true);
    }

    /** Tells nothing: where the target runs in this process too, its readings and ours are the same. */
    static Footprint none() {
        return new Footprint(false);
    }

    /**
     * Readings by resource name, CPU since the last call.
     *
     * @param seconds since the last call, above 0
     * @param loadCpuNanos CPU time of the load's senders so far
     */
    Map<String, Double> read(double seconds, long loadCpuNanos) {
        Map<String, Double> values = new HashMap<>();
        if (!shown) {
            return values;
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean os) {
            long cpu = os.getProcessCpuTime();
            if (cpuBefore >= 0 && seconds > 0) {
                double load = Math.max(0, loadCpuNanos - loadCpuBefore) / 1e9 / seconds;
                double all = (cpu - cpuBefore) / 1e9 / seconds;
                values.put(ResourceNames.HARNESS_LOAD_CPU, load);
                values.put(ResourceNames.HARNESS_CPU, Math.max(0, all - load));
            }
            cpuBefore = cpu;
            loadCpuBefore = loadCpuNanos;
            values.put(ResourceNames.HARNESS_FDS, (double) os.getOpenFileDescriptorCount());
        }
        values.put(ResourceNames.HARNESS_THREADS, (double)
                ManagementFactory.getThreadMXBean().getThreadCount());
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    values.put(ResourceNames.HARNESS_RSS, 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")));
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return values;
    }
}
