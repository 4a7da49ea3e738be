package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads all resources at once, so that the values of one collect belong together. Thread-safe by one lock. */
final class ResourceSweep implements AutoCloseable {
    /*
     * The registry asks for one value after the other and does not say when a collect begins. A value that is asked
     * for a second time belongs to the next collect: that is when everything is read again. So there is one sweep per
     * collect with one reader, and at most one per value with several. Values that nobody asked for twice, as after a
     * collect that broke off, are read again when they are a second old.
     */

    static final int THREADS = 0;
    static final int OPEN_FILES = 1;
    static final int OPEN_FILES_LIMIT = 2;
    static final int RESIDENT = 3;
    static final int CPU_SECONDS = 4;
    static final int GC_CPU_SECONDS = 5;
    static final int GC_CPU_SHARE = 6;
    static final int HEAP_AFTER_GC = 7;
    static final int CGROUP_CURRENT = 8;
    static final int CGROUP_LIMIT = 9;
    static final int CGROUP_WORKING_SET = 10;
    static final int HEAP_LIMIT = 11;
    /** Used bytes of the memory pools follow from here, in the order of {@link #pools()}. */
    static final int FIRST_POOL = 12;

    private static final long OLDEST_NANOS = 1_000_000_000L;
    private static final long SHORTEST_SHARE_NANOS = 500_000_000L;
    private static final byte[] RESIDENT_KEY = "VmRSS:".getBytes(ISO_8859_1);

    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final @Nullable OperatingSystemMXBean system;
    private final ProcFile status;
    private final CgroupMemory cgroup;
    private final GcCpu gcCpu;

    private final double[] values = new double[FIRST_POOL + pools.size()];
    private final boolean[] taken = new boolean[values.length];
    private int sweeps;
    private long sweptNanos;
    private boolean closed;

    private boolean shared;
    private long shareFromNanos;
    private long shareFromGc;
    private long shareFromCpu;

    ResourceSweep(Path root) {
        system = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean s ? s : null;
        status = new ProcFile(root.resolve("proc/self/status"));
        cgroup = new CgroupMemory(root);
        gcCpu = new GcCpu(root, collectors.stream().anyMatch(c -> c.getName().equals("MarkSweepCompact")));
        Arrays.fill(values, Double.NaN);
    }

    List<MemoryPoolMXBean> pools() {
        return pools;
    }

    List<GarbageCollectorMXBean> collectors() {
        return collectors;
    }

    /** Returns a value by its index; NaN when it is absent. */
    synchronized double value(int index) {
        return value(index, System.nanoTime());
    }

    synchronized double value(int index, long nowNanos) {
        if (closed) {
            return Double.NaN;
        }
        if (sweeps == 0 || taken[index] || nowNanos - sweptNanos >= OLDEST_NANOS) {
            sweep(nowNanos);
        }
        taken[index] = true;
        return values[index];
    }

    /** How often everything was read. */
    synchronized int sweeps() {
        return sweeps;
    }

    private void sweep(long nowNanos) {
        sweeps++;
        sweptNanos = nowNanos;
        Arrays.fill(taken, false);
        values[THREADS] = threads.getThreadCount();
        readProcess(nowNanos);
        long heapLimit = Runtime.getRuntime().maxMemory();
        values[HEAP_LIMIT] = heapLimit == Long.MAX_VALUE ? Double.NaN : heapLimit;
        readPools();
        cgroup.refresh(nowNanos);
        values[CGROUP_CURRENT] = orAbsent(cgroup.current());
        values[CGROUP_LIMIT] = orAbsent(cgroup.limit());
        values[CGROUP_WORKING_SET] = orAbsent(cgroup.workingSet());
    }

    private static double orAbsent(long value) {
        return value < 0 ? Double.NaN : value;
    }

    private void readProcess(long nowNanos) {
        if (system instanceof UnixOperatingSystemMXBean unix) {
            values[OPEN_FILES] = orAbsent(unix.getOpenFileDescriptorCount()); // its own scan's descriptor is taken off
            long limit = unix.getMaxFileDescriptorCount();
            values[OPEN_FILES_LIMIT] = limit == Long.MAX_VALUE ? Double.NaN : orAbsent(limit);
        }
        long resident = status.read(nowNanos) ? status.numberAfter(RESIDENT_KEY) : -1;
        values[RESIDENT] = resident < 0 ? Double.NaN : 1024.0 * resident;
        long cpu = system == null ? -1 : system.getProcessCpuTime();
        values[CPU_SECONDS] = cpu < 0 ? Double.NaN : cpu / 1e9;
        long gc = gcCpu.nanos(nowNanos, collections());
        values[GC_CPU_SECONDS] = gc < 0 ? Double.NaN : gc / 1e9;
        if (gc >= 0 && cpu >= 0) {
            readGcShare(nowNanos, gc, cpu);
        }
    }

    private void readGcShare(long nowNanos, long gc, long cpu) {
        if (!shared || nowNanos - shareFromNanos >= SHORTEST_SHARE_NANOS) { // the first is since the start of the JVM
            shared = true;
            long all = cpu - shareFromCpu;
            long ours = gc - shareFromGc;
            // The process's account moves in steps of 10 ms, the threads' in nanoseconds: ours may come out larger.
            values[GC_CPU_SHARE] = ours <= 0 ? 0 : Math.min(1, (double) ours / Math.max(all, ours));
            shareFromNanos = nowNanos;
            shareFromGc = gc;
            shareFromCpu = cpu;
        }
    }

    private long collections() {
        long n = 0;
        for (int i = 0; i < collectors.size(); i++) {
            n += Math.max(0, collectors.get(i).getCollectionCount());
        }
        return n;
    }

    private void readPools() {
        double afterGc = Double.NaN;
        boolean collected = collections() > 0;
        for (int i = 0; i < pools.size(); i++) {
            MemoryPoolMXBean pool = pools.get(i);
            MemoryUsage usage = pool.getUsage();
            values[FIRST_POOL + i] = usage == null ? Double.NaN : usage.getUsed();
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
    public synchronized void close() {
        closed = true;
        status.close();
        cgroup.close();
    }
}
