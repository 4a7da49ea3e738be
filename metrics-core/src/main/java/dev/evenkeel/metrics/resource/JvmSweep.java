package dev.evenkeel.metrics.resource;

import com.sun.management.OperatingSystemMXBean;
import dev.evenkeel.metrics.NanoClock;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
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
    static final int THREADS_STARTED = 1;
    static final int GC_CPU_SECONDS = 2;
    static final int GC_CPU_SHARE = 3;
    static final int HEAP_AFTER_GC = 4;
    static final int HEAP_LIMIT = 5;
    static final int ALLOCATED = 6;
    static final int CPU_SECONDS = 7;
    static final int CPU_COUNT = 8;
    static final int CPU_UTILIZATION = 9;
    static final int CLASSES = 10;
    static final int CLASSES_LOADED = 11;
    static final int CLASSES_UNLOADED = 12;
    static final int SAFEPOINTS = 13;
    static final int SAFEPOINT_SECONDS = 14;
    static final int SAFEPOINT_SYNC_SECONDS = 15;
    static final int VIRTUAL_MOUNTED = 16;
    static final int VIRTUAL_QUEUED = 17;
    static final int CARRIERS = 18;
    static final int CARRIERS_WANTED = 19;
    /** Two of each of {@link ThreadStates#STATES}: others first, then daemons. */
    static final int FIRST_STATE = 20;
    /** Used, committed and limit of the memory pools follow from here, in the order of {@link #pools()}. */
    static final int FIRST_POOL = FIRST_STATE + 8;

    static final int PER_POOL = 3;
    /** Used, capacity and count of a buffer pool. */
    static final int PER_BUFFER_POOL = 3;

    private static final long SHORTEST_SHARE_NANOS = 500_000_000L;

    private final List<MemoryPoolMXBean> pools;
    private final List<BufferPoolMXBean> bufferPools;
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    private final @Nullable OperatingSystemMXBean system;
    private final GcCpu gcCpu;
    private final AllocatedBytes allocated = new AllocatedBytes();
    private final ThreadStates states = new ThreadStates();
    private final @Nullable VirtualThreadScheduler scheduler = VirtualThreadScheduler.find();
    private final @Nullable PerfData perfData;

    private final Share gcShare = new Share();
    private final Share cpuShare = new Share();
    private long offeredFromNanos;
    private double offeredCpuNanos;

    /** What one growing number is of another, over the time since the last look that was long enough ago. */
    private static final class Share {
        private boolean begun;
        private long fromNanos;
        private double fromPart;
        private double fromWhole;
        private double share = Double.NaN;

        double of(double part, double whole, long nowNanos) {
            if (!begun || nowNanos - fromNanos >= SHORTEST_SHARE_NANOS) { // the first is since the start of the JVM
                begun = true;
                double ours = part - fromPart;
                // The accounts of the kernel move in steps of up to 10 ms: the part may come out larger than the whole.
                share = ours <= 0 ? 0 : Math.min(1, ours / Math.max(whole - fromWhole, ours));
                fromNanos = nowNanos;
                fromPart = part;
                fromWhole = whole;
            }
            return share;
        }
    }

    JvmSweep(Path root, NanoClock clock) {
        this(
                root,
                clock,
                ManagementFactory.getMemoryPoolMXBeans(),
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class));
    }

    private JvmSweep(Path root, NanoClock clock, List<MemoryPoolMXBean> pools, List<BufferPoolMXBean> bufferPools) {
        super(clock, FIRST_POOL + PER_POOL * pools.size() + PER_BUFFER_POOL * bufferPools.size());
        this.pools = pools;
        this.bufferPools = bufferPools;
        system = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean s ? s : null;
        gcCpu = new GcCpu(root, collectors.stream().anyMatch(c -> c.getName().equals("MarkSweepCompact")));
        perfData = PerfData.open(root, ManagementFactory.getRuntimeMXBean().getStartTime());
        offeredFromNanos =
                clock.nanos() - 1_000_000 * ManagementFactory.getRuntimeMXBean().getUptime();
    }

    List<MemoryPoolMXBean> pools() {
        return pools;
    }

    List<BufferPoolMXBean> bufferPools() {
        return bufferPools;
    }

    List<GarbageCollectorMXBean> collectors() {
        return collectors;
    }

    @Nullable
    PerfData perfData() {
        return perfData;
    }

    int firstBufferPool() {
        return FIRST_POOL + PER_POOL * pools.size();
    }

    @Override
    void read(long nowNanos, double[] values) {
        readThreads(values);
        values[CLASSES] = classes.getLoadedClassCount();
        values[CLASSES_LOADED] = classes.getTotalLoadedClassCount();
        values[CLASSES_UNLOADED] = classes.getUnloadedClassCount();
        values[ALLOCATED] = orAbsent(allocated.bytes());
        readProcessor(nowNanos, values);
        readPools(values);
        for (int i = 0, at = firstBufferPool(); i < bufferPools.size(); i++, at += PER_BUFFER_POOL) {
            BufferPoolMXBean pool = bufferPools.get(i);
            values[at] = orAbsent(pool.getMemoryUsed());
            values[at + 1] = orAbsent(pool.getTotalCapacity());
            values[at + 2] = orAbsent(pool.getCount());
        }
        if (perfData != null) {
            readSafepoints(perfData, values);
        }
    }

    private void readThreads(double[] values) {
        values[THREADS] = threads.getThreadCount();
        values[THREADS_STARTED] = threads.getTotalStartedThreadCount();
        states.refresh();
        for (int i = 0; i < ThreadStates.STATES.length; i++) {
            values[FIRST_STATE + 2 * i] = states.count(i, false);
            values[FIRST_STATE + 2 * i + 1] = states.count(i, true);
        }
        if (scheduler != null) {
            values[VIRTUAL_MOUNTED] = orAbsent(scheduler.mounted());
            values[VIRTUAL_QUEUED] = orAbsent(scheduler.queued());
            values[CARRIERS] = orAbsent(scheduler.poolSize());
            values[CARRIERS_WANTED] = orAbsent(scheduler.parallelism());
        }
    }

    private void readProcessor(long nowNanos, double[] values) {
        int count = Runtime.getRuntime().availableProcessors();
        values[CPU_COUNT] = count;
        long cpu = system == null ? -1 : system.getProcessCpuTime();
        if (cpu >= 0) {
            values[CPU_SECONDS] = cpu / 1e9;
        }
        long gc = gcCpu.nanos(nowNanos, collections());
        if (gc >= 0) {
            values[GC_CPU_SECONDS] = gc / 1e9;
        }
        if (cpu >= 0 && gc >= 0) {
            values[GC_CPU_SHARE] = gcShare.of(gc, cpu, gcCpu.countedNanos());
        }
        if (cpu >= 0) {
            offeredCpuNanos += (double) count * (nowNanos - offeredFromNanos); // their number may change
            offeredFromNanos = nowNanos;
            values[CPU_UTILIZATION] = cpuShare.of(cpu, offeredCpuNanos, nowNanos);
        }
    }

    private long collections() {
        long n = 0;
        for (int i = 0; i < collectors.size(); i++) {
            n += Math.max(0, collectors.get(i).getCollectionCount());
        }
        return n;
    }

    private void readPools(double[] values) {
        long heapLimit = Runtime.getRuntime().maxMemory();
        values[HEAP_LIMIT] = heapLimit == Long.MAX_VALUE ? Double.NaN : heapLimit;
        double afterGc = Double.NaN;
        boolean collected = collections() > 0;
        for (int i = 0, at = FIRST_POOL; i < pools.size(); i++, at += PER_POOL) {
            MemoryPoolMXBean pool = pools.get(i);
            MemoryUsage usage = pool.getUsage();
            if (usage != null) {
                values[at] = usage.getUsed();
                values[at + 1] = usage.getCommitted();
                values[at + 2] = orAbsent(usage.getMax());
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

    private static void readSafepoints(PerfData data, double[] values) {
        values[SAFEPOINTS] = orAbsent(data.value("sun.rt.safepoints"));
        long at = data.nanos("sun.rt.safepointTime"); // without the way there
        long sync = data.nanos("sun.rt.safepointSyncTime");
        if (at >= 0 && sync >= 0) {
            values[SAFEPOINT_SECONDS] = (at + sync) / 1e9;
            values[SAFEPOINT_SYNC_SECONDS] = sync / 1e9;
        }
    }

    @Override
    void release() {
        if (perfData != null) {
            perfData.close();
        }
    }
}
