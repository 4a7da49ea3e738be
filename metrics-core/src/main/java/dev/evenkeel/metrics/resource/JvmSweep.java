package dev.evenkeel.metrics.resource;

import com.sun.management.OperatingSystemMXBean;
import dev.evenkeel.metrics.NanoClock;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JVM's values. */
final class JvmSweep extends Sweep {
    static final int THREADS = 0;
    static final int GC_CPU_SECONDS = 1;
    static final int GC_CPU_SHARE = 2;
    static final int HEAP_AFTER_GC = 3;
    static final int HEAP_LIMIT = 4;
    /** Used bytes of the memory pools follow from here, in the order of {@link #pools()}. */
    static final int FIRST_POOL = 5;

    private static final long SHORTEST_SHARE_NANOS = 500_000_000L;

    private final List<MemoryPoolMXBean> pools;
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final @Nullable OperatingSystemMXBean system;
    private final GcCpu gcCpu;

    private boolean shared;
    private long shareFromNanos;
    private long shareFromGc;
    private long shareFromCpu;
    private double share = Double.NaN;

    JvmSweep(Path root, NanoClock clock) {
        this(root, clock, ManagementFactory.getMemoryPoolMXBeans());
    }

    private JvmSweep(Path root, NanoClock clock, List<MemoryPoolMXBean> pools) {
        super(clock, FIRST_POOL + pools.size());
        this.pools = pools;
        system = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean s ? s : null;
        gcCpu = new GcCpu(root, collectors.stream().anyMatch(c -> c.getName().equals("MarkSweepCompact")));
    }

    List<MemoryPoolMXBean> pools() {
        return pools;
    }

    List<GarbageCollectorMXBean> collectors() {
        return collectors;
    }

    @Override
    void read(long nowNanos, double[] values) {
        values[THREADS] = threads.getThreadCount();
        long heapLimit = Runtime.getRuntime().maxMemory();
        values[HEAP_LIMIT] = heapLimit == Long.MAX_VALUE ? Double.NaN : heapLimit;
        readGcCpu(nowNanos, values);
        readPools(values);
    }

    private void readGcCpu(long nowNanos, double[] values) {
        long gc = gcCpu.nanos(nowNanos, collections());
        if (gc < 0) {
            return;
        }
        values[GC_CPU_SECONDS] = gc / 1e9;
        long cpu = system == null ? -1 : system.getProcessCpuTime();
        if (cpu < 0) {
            return;
        }
        if (!shared || nowNanos - shareFromNanos >= SHORTEST_SHARE_NANOS) { // the first is since the start of the JVM
            shared = true;
            long all = cpu - shareFromCpu;
            long ours = gc - shareFromGc;
            // The process's account moves in steps of 10 ms, the threads' in nanoseconds: ours may come out larger.
            share = ours <= 0 ? 0 : Math.min(1, (double) ours / Math.max(all, ours));
            shareFromNanos = nowNanos;
            shareFromGc = gc;
            shareFromCpu = cpu;
        }
        values[GC_CPU_SHARE] = share;
    }

    private long collections() {
        long n = 0;
        for (int i = 0; i < collectors.size(); i++) {
            n += Math.max(0, collectors.get(i).getCollectionCount());
        }
        return n;
    }

    private void readPools(double[] values) {
        double afterGc = Double.NaN;
        boolean collected = collections() > 0;
        for (int i = 0; i < pools.size(); i++) {
            MemoryPoolMXBean pool = pools.get(i);
            MemoryUsage usage = pool.getUsage();
            if (usage != null) {
                values[FIRST_POOL + i] = usage.getUsed();
            }
            if (collected && pool.getType() == MemoryType.HEAP) {
                MemoryUsage after = pool.getCollectionUsage();
                if (after != null) {
                    afterGc = (Double.isNaN(afterGc) ? 0 : afterGc) + after.getUsed();
                }
            }
        }
        values[HEAP_AFTER_GC] = afterGc;
    }

    @Override
    void release() {
        // GcCpu opens its files for a reading alone
    }
}
