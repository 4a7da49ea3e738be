package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.evenkeel.metrics.NanoClock;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The process's values. */
final class ProcessSweep extends Sweep {
    static final int CPU_SECONDS = 0;
    static final int OPEN_FILES = 1;
    static final int OPEN_FILES_LIMIT = 2;
    static final int RESIDENT = 3;
    private static final int SIZE = 4;

    private static final byte[] RESIDENT_KEY = "VmRSS:".getBytes(ISO_8859_1);

    private final @Nullable OperatingSystemMXBean system;
    private final ProcFile status;

    ProcessSweep(Path root, NanoClock clock) {
        super(clock, SIZE);
        system = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean s ? s : null;
        status = new ProcFile(root.resolve("proc/self/status"));
    }

    @Override
    void read(long nowNanos, double[] values) {
        if (system != null) {
            long cpu = system.getProcessCpuTime();
            values[CPU_SECONDS] = cpu < 0 ? Double.NaN : cpu / 1e9;
        }
        if (system instanceof UnixOperatingSystemMXBean unix) {
            values[OPEN_FILES] = orAbsent(unix.getOpenFileDescriptorCount()); // its own scan's descriptor is taken off
            long limit = unix.getMaxFileDescriptorCount();
            values[OPEN_FILES_LIMIT] = limit == Long.MAX_VALUE ? Double.NaN : orAbsent(limit);
        }
        long resident = status.read(nowNanos) ? status.numberAfter(RESIDENT_KEY) : -1;
        values[RESIDENT] = resident < 0 ? Double.NaN : 1024.0 * resident;
    }

    @Override
    void release() {
        status.close();
    }
}
