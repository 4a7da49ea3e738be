package dev.evenkeel.metrics.resource;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How many descriptors this process has open. Thread-safe. */
final class OpenDescriptors {
    /*
     * The JVM's bean lists the folder to count its entries: 0.5 ms at 1,000 descriptors. Since Linux 6.2 the kernel tells
     * the number as the size of the folder, within microseconds. Older kernels say 0 there, and a recorded tree has the
     * size of a real folder; so the size is used only if it is what the bean counts, give or take what other threads do
     * meanwhile.
     */

    private static final long TOLERANCE = 16;

    private final File folder;
    private final @Nullable UnixOperatingSystemMXBean system;
    private final boolean toldBySize;

    OpenDescriptors(Path root) {
        folder = root.resolve("proc/self/fd").toFile();
        system = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix : null;
        long size = folder.length();
        toldBySize = system != null && size > 0 && Math.abs(size - system.getOpenFileDescriptorCount()) <= TOLERANCE;
    }

    /** Returns how many are open; -1 where the platform does not count them. */
    long count() {
        if (toldBySize) {
            long size = folder.length();
            if (size > 0) {
                return size;
            }
        }
        return system == null ? -1 : system.getOpenFileDescriptorCount(); // its own scan's descriptor is taken off
    }

    /** Returns how many the process may open; -1 when there is no limit, or the platform tells none. */
    long limit() {
        long limit = system == null ? -1 : system.getMaxFileDescriptorCount();
        return limit == Long.MAX_VALUE ? -1 : limit;
    }

    boolean toldBySize() {
        return toldBySize;
    }
}
