package dev.evenkeel.metrics.resource;

import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** The bytes that all platform threads have allocated, those that ended included. Thread-safe. */
final class AllocatedBytes {
    /*
     * The bean has this since JDK 21, and OpenJDK brought it to late builds of JDK 17: by method handle. It walks the
     * threads without a safepoint, 1 to 2 us for 200 of them. The sum of ThreadMXBean.getThreadAllocatedBytes(ids),
     * which every JDK has, would lose what a thread allocated between the last reading and its end.
     */

    private static final @Nullable MethodHandle TOTAL = total();

    private final @Nullable ThreadMXBean threads =
            ManagementFactory.getThreadMXBean() instanceof ThreadMXBean t ? t : null;

    private static @Nullable MethodHandle total() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(ThreadMXBean.class, "getTotalThreadAllocatedBytes", MethodType.methodType(long.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** Returns the bytes since the JVM began; -1 where the JVM does not tell. */
    long bytes() {
        if (TOTAL == null || threads == null) {
            return -1;
        }
        try {
            return (long) TOTAL.invokeExact(threads);
        } catch (Throwable e) {
            return -1; // switched off, or not supported
        }
    }
}
