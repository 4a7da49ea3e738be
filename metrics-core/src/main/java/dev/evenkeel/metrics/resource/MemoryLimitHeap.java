package dev.evenkeel.metrics.resource;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** The heap of this JVM, as far as a memory limit concerns it. Not final: tests stand in for collectors they do not run on. */
class MemoryLimitHeap {
    private static final String SOFT_MAX = "SoftMaxHeapSize";
    private static final long DEFAULT_STACK_KIB = 1024;

    private final @Nullable HotSpotDiagnosticMXBean hotSpot =
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    long maxBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    long nonHeapBytes() {
        long bytes = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getCommitted();
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) { // mapped files are page cache, which can be dropped
                bytes += Math.max(0, pool.getTotalCapacity());
            }
        }
        VMOption stack = option("ThreadStackSize");
        long kib = stack == null ? 0 : Long.parseLong(stack.getValue());
        return bytes
                + ManagementFactory.getThreadMXBean().getThreadCount() * 1024L * (kib > 0 ? kib : DEFAULT_STACK_KIB);
    }

    /** The running collector, as its beans name it. */
    String collector() {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            return bean.getName();
        }
        return "none";
    }

    /**
     * Whether SoftMaxHeapSize changes anything. Every HotSpot has the flag and lets it be written; ZGC and Shenandoah alone
     * look at it, up to JDK 25 at least.
     */
    boolean honoursSoftMax() {
        VMOption option = option(SOFT_MAX);
        String collector = collector();
        return option != null
                && option.isWriteable()
                && (collector.startsWith("ZGC") || collector.startsWith("Shenandoah"));
    }

    /** What SoftMaxHeapSize is now; the maximum where it is not set. */
    long softMaxBytes() {
        VMOption option = option(SOFT_MAX);
        long bytes = option == null ? 0 : Long.parseLong(option.getValue());
        return bytes > 0 ? bytes : maxBytes();
    }

    /** Whether the command line says how large SoftMaxHeapSize is. */
    boolean softMaxByCommandLine() {
        VMOption option = option(SOFT_MAX);
        if (option == null) {
            return false;
        }
        return switch (option.getOrigin()) {
            case VM_CREATION, ENVIRON_VAR, CONFIG_FILE -> true;
            default -> false;
        };
    }

    /** @throws IllegalArgumentException when the JVM refuses the value */
    void setSoftMax(long bytes) {
        HotSpotDiagnosticMXBean bean = hotSpot;
        if (bean != null) {
            bean.setVMOption(SOFT_MAX, Long.toString(bytes));
        }
    }

    private @Nullable VMOption option(String name) {
        HotSpotDiagnosticMXBean bean = hotSpot;
        if (bean == null) {
            return null;
        }
        try {
            return bean.getVMOption(name);
        } catch (IllegalArgumentException e) {
            return null; // this JVM has no such flag
        }
    }
}
