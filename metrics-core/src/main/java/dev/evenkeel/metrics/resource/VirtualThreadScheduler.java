package dev.evenkeel.metrics.resource;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import org.jspecify.annotations.Nullable;

/** What JDK 24 and later tell of the scheduler of virtual threads. Thread-safe. */
final class VirtualThreadScheduler {
    /*
     * By method handles, because the bean's type is not there on JDK 17. The JVM knows which virtual threads are
     * mounted and which wait for a carrier; it does not count those that are parked.
     */

    private static final String TYPE = "jdk.management.VirtualThreadSchedulerMXBean";

    private final MethodHandle parallelism;
    private final MethodHandle poolSize;
    private final MethodHandle mounted;
    private final MethodHandle queued;

    private VirtualThreadScheduler(Class<? extends PlatformManagedObject> type) throws ReflectiveOperationException {
        PlatformManagedObject bean = ManagementFactory.getPlatformMXBean(type);
        parallelism = getter(type, bean, "getParallelism", int.class);
        poolSize = getter(type, bean, "getPoolSize", int.class);
        mounted = getter(type, bean, "getMountedVirtualThreadCount", int.class);
        queued = getter(type, bean, "getQueuedVirtualThreadCount", long.class);
    }

    /** Returns the scheduler; null where the JDK does not show it. */
    static @Nullable VirtualThreadScheduler find() {
        try {
            return new VirtualThreadScheduler(Class.forName(TYPE).asSubclass(PlatformManagedObject.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static MethodHandle getter(Class<?> type, Object bean, String name, Class<?> result)
            throws ReflectiveOperationException {
        return MethodHandles.publicLookup()
                .findVirtual(type, name, MethodType.methodType(result))
                .bindTo(bean)
                .asType(MethodType.methodType(long.class));
    }

    long parallelism() {
        return read(parallelism);
    }

    long poolSize() {
        return read(poolSize);
    }

    long mounted() {
        return read(mounted);
    }

    long queued() {
        return read(queued);
    }

    private static long read(MethodHandle getter) {
        try {
            return (long) getter.invokeExact();
        } catch (Throwable e) {
            return -1;
        }
    }
}
