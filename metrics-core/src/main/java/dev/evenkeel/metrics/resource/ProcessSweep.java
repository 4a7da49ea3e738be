package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.OperatingSystemMXBean;
import dev.evenkeel.metrics.NanoClock;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The process's values. */
final class ProcessSweep extends Sweep {
    static final int CPU_SECONDS = 0;
    static final int OPEN_FILES = 1;
    static final int OPEN_FILES_LIMIT = 2;
    static final int RESIDENT = 3;
    static final int RESIDENT_ANON = 4;
    static final int RESIDENT_FILE = 5;
    static final int RESIDENT_SHARED = 6;
    static final int RESIDENT_PEAK = 7;
    static final int SWAPPED = 8;
    static final int VIRTUAL = 9;
    static final int USER_SECONDS = 10;
    static final int SYSTEM_SECONDS = 11;
    static final int MINOR_FAULTS = 12;
    static final int MAJOR_FAULTS = 13;
    static final int UPTIME_SECONDS = 14;
    static final int START_SECONDS = 15;
    private static final int SIZE = 16;

    private static final byte[] RESIDENT_KEY = key("VmRSS:");
    private static final byte[] RESIDENT_ANON_KEY = key("RssAnon:");
    private static final byte[] RESIDENT_FILE_KEY = key("RssFile:");
    private static final byte[] RESIDENT_SHARED_KEY = key("RssShmem:");
    private static final byte[] RESIDENT_PEAK_KEY = key("VmHWM:");
    private static final byte[] SWAPPED_KEY = key("VmSwap:");
    private static final byte[] VIRTUAL_KEY = key("VmSize:");

    /** Places in {@code stat}, counted from the state, which follows the name in brackets. */
    private static final int STAT_MINOR_FAULTS = 7;

    private static final int STAT_MAJOR_FAULTS = 9;
    private static final int STAT_USER = 11;
    private static final int STAT_SYSTEM = 12;

    /** What Linux shows to programs is in hundredths of a second on every architecture that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private final @Nullable OperatingSystemMXBean system;
    private final OpenDescriptors descriptors;
    private final RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    private final ProcFile status;
    private final ProcFile stat;

    ProcessSweep(Path root, NanoClock clock) {
        super(clock, SIZE);
        system = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean s ? s : null;
        descriptors = new OpenDescriptors(root);
        status = new ProcFile(root.resolve("proc/self/status"));
        stat = new ProcFile(root.resolve("proc/self/stat"));
    }

    private static byte[] key(String key) {
        return key.getBytes(ISO_8859_1);
    }

    @Override
    void read(long nowNanos, double[] values) {
        if (system != null) {
            long cpu = system.getProcessCpuTime();
            values[CPU_SECONDS] = cpu < 0 ? Double.NaN : cpu / 1e9;
        }
        values[OPEN_FILES] = orAbsent(descriptors.count());
        values[OPEN_FILES_LIMIT] = orAbsent(descriptors.limit());
        if (status.read(nowNanos)) {
            values[RESIDENT] = bytes(RESIDENT_KEY);
            values[RESIDENT_ANON] = bytes(RESIDENT_ANON_KEY);
            values[RESIDENT_FILE] = bytes(RESIDENT_FILE_KEY);
            values[RESIDENT_SHARED] = bytes(RESIDENT_SHARED_KEY);
            values[RESIDENT_PEAK] = bytes(RESIDENT_PEAK_KEY);
            values[SWAPPED] = bytes(SWAPPED_KEY);
            values[VIRTUAL] = bytes(VIRTUAL_KEY);
        }
        if (stat.read(nowNanos)) {
            values[USER_SECONDS] = orAbsent(stat.numberAtWord(STAT_USER)) / TICKS_PER_SECOND;
            values[SYSTEM_SECONDS] = orAbsent(stat.numberAtWord(STAT_SYSTEM)) / TICKS_PER_SECOND;
            values[MINOR_FAULTS] = orAbsent(stat.numberAtWord(STAT_MINOR_FAULTS));
            values[MAJOR_FAULTS] = orAbsent(stat.numberAtWord(STAT_MAJOR_FAULTS));
        }
        values[UPTIME_SECONDS] = runtime.getUptime() / 1e3;
        values[START_SECONDS] = runtime.getStartTime() / 1e3;
    }

    private double bytes(byte[] key) {
        long kibibytes = status.numberAfter(key);
        return kibibytes < 0 ? Double.NaN : 1024.0 * kibibytes;
    }

    @Override
    void release() {
        status.close();
        stat.close();
    }
}
