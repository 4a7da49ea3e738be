package dev.evenkeel.metrics.resource;

import com.sun.management.GarbageCollectionNotificationInfo;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import dev.evenkeel.metrics.Timer;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * The standing gauges of a JVM, its process and its control group.
 *
 * <p>{@link #bindTo} registers them once; each collect of the registry then reads all of them in one sweep, without a
 * thread of its own and without a safepoint. The names are OpenTelemetry's where it has one:
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>unit</th><th>what, and how finely</th></tr>
 * <tr><td>{@code jvm.memory.used}</td><td>By</td><td>per memory pool</td></tr>
 * <tr><td>{@code jvm.memory.used_after_last_gc}</td><td>By</td><td>heap that the last collection of each pool left over,
 *     all pools together. Free of cost and coarse: an old generation is as of its own last collection, ZGC counts whole
 *     pages of 2 MiB and more, and what a young collection merely passed on counts as used. For a judgement take
 *     {@link LiveSet}. Absent before the first collection</td></tr>
 * <tr><td>{@code jvm.heap.limit}</td><td>By</td><td>what {@code -Xmx} or the JVM's own choice allows, all pools
 *     together</td></tr>
 * <tr><td>{@code jvm.gc.duration}</td><td>s</td><td>per collector and action, in steps of 1 ms; of a concurrent
 *     collector's "Cycles" bean it is the cycle, not a pause</td></tr>
 * <tr><td>{@code jvm.gc.cpu.time}</td><td>s</td><td>CPU time of the collector's threads. Linux</td></tr>
 * <tr><td>{@code jvm.gc.cpu_share}</td><td>1</td><td>their share of the process's CPU time since the last reading that
 *     is at least half a second old; the process's own account moves in steps of 10 ms. Linux</td></tr>
 * <tr><td>{@code jvm.thread.count}</td><td>{thread}</td><td>live platform threads</td></tr>
 * <tr><td>{@code process.cpu.time}</td><td>s</td><td>user and system</td></tr>
 * <tr><td>{@code process.open_file_descriptor.count}, {@code .limit}</td><td>{file_descriptor}</td><td>exact; the few that
 *     the samplers hold open are in it from the start</td></tr>
 * <tr><td>{@code process.memory.rss}</td><td>By</td><td>in KiB; the kernel's count may lag by some pages per CPU. Linux</td></tr>
 * <tr><td>{@code cgroup.memory.current}, {@code .limit}, {@code .working_set}</td><td>By</td><td>version 1 or 2. The limit
 *     is the lowest among the group and its ancestors. The working set is current without {@code inactive_file}. Linux</td></tr>
 * </table>
 *
 * <p>What the platform does not report when the samplers are bound is absent, never zero.
 */
public final class ResourceSamplers implements AutoCloseable {
    private static final String POOL = "jvm.memory.pool.name";
    private static final String TYPE = "jvm.memory.type";

    private final ResourceSweep sweep;
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private @Nullable NotificationListener listener;
    private boolean heapAfterGcAdded;

    private ResourceSamplers(ResourceSweep sweep) {
        this.sweep = sweep;
    }

    /**
     * Registers the samplers. Once per registry.
     *
     * @return closes the files and stops listening to collections; the gauges are absent from then on. Closing twice is
     *     harmless
     */
    public static ResourceSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code sys} */
    static ResourceSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        ResourceSamplers samplers = new ResourceSamplers(new ResourceSweep(root));
        samplers.registerGauges(registry);
        samplers.listenToCollections(registry);
        samplers.sweep.value(ResourceSweep.THREADS); // opens the files now: no step in the open descriptors later
        return samplers;
    }

    private void registerGauges(MetricRegistry registry) {
        gauge(registry, "jvm.thread.count", "{thread}", "Live platform threads.", ResourceSweep.THREADS);
        gauge(registry, "jvm.heap.limit", "By", "Most bytes that the heap may grow to.", ResourceSweep.HEAP_LIMIT);
        gauge(
                registry,
                "jvm.gc.cpu_share",
                "1",
                "Share of the process's CPU time that the garbage collector's threads took since the last reading.",
                ResourceSweep.GC_CPU_SHARE);
        counter(
                registry,
                "jvm.gc.cpu.time",
                "CPU time of the garbage collector's threads.",
                ResourceSweep.GC_CPU_SECONDS);
        counter(
                registry,
                "process.cpu.time",
                "Seconds that all threads of this JVM spent on a processor, in user and kernel mode together.",
                ResourceSweep.CPU_SECONDS);
        gauge(
                registry,
                "process.open_file_descriptor.count",
                "{file_descriptor}",
                "Files, sockets and pipes that this JVM holds open now; its limit is process.open_file_descriptor.limit.",
                ResourceSweep.OPEN_FILES);
        gauge(
                registry,
                "process.open_file_descriptor.limit",
                "{file_descriptor}",
                "Most file descriptors that the process may open.",
                ResourceSweep.OPEN_FILES_LIMIT);
        gauge(registry, "process.memory.rss", "By", "Resident memory of the process.", ResourceSweep.RESIDENT);
        gauge(
                registry,
                "cgroup.memory.current",
                "By",
                "Memory charged to the control group, page cache included.",
                ResourceSweep.CGROUP_CURRENT);
        gauge(
                registry,
                "cgroup.memory.limit",
                "By",
                "Lowest memory limit of the control group and its ancestors.",
                ResourceSweep.CGROUP_LIMIT);
        gauge(
                registry,
                "cgroup.memory.working_set",
                "By",
                "Memory charged to the control group without inactive page cache.",
                ResourceSweep.CGROUP_WORKING_SET);
        Observed used = registry.observedGauge("jvm.memory.used")
                .unit("By")
                .help("Memory in use per memory pool.")
                .labels(TYPE, POOL)
                .register();
        List<MemoryPoolMXBean> pools = sweep.pools();
        for (int i = 0; i < pools.size(); i++) {
            MemoryPoolMXBean pool = pools.get(i);
            int index = ResourceSweep.FIRST_POOL + i;
            used.add(() -> sweep.value(index), pool.getType() == MemoryType.HEAP ? "heap" : "non_heap", pool.getName());
        }
    }

    private void gauge(MetricRegistry registry, String name, String unit, String help, int index) {
        addIfPresent(registry.observedGauge(name).unit(unit).help(help).register(), index);
    }

    private void counter(MetricRegistry registry, String name, String help, int index) {
        addIfPresent(registry.observedCounter(name).unit("s").help(help).register(), index);
    }

    /** What this platform has not is no series at all: the registry would count each absent value as a failed callback. */
    private void addIfPresent(Observed observed, int index) {
        if (!Double.isNaN(sweep.value(index))) {
            observed.add(() -> sweep.value(index));
        }
    }

    private void listenToCollections(MetricRegistry registry) {
        Observed afterGc = registry.observedGauge("jvm.memory.used_after_last_gc")
                .unit("By")
                .help("Heap that the last collection of each memory pool left over.")
                .register();
        addHeapAfterGc(afterGc);
        Labelled<Timer> durations = registry.timer("jvm.gc.duration")
                .help("Duration of garbage collections.")
                .labels("jvm.gc.name", "jvm.gc.action")
                .register();
        NotificationListener toTimer = (notification, handback) -> {
            if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
                record(durations, notification);
                addHeapAfterGc(afterGc);
            }
        };
        listener = toTimer;
        for (GarbageCollectorMXBean collector : sweep.collectors()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(toTimer, null, null);
                emitters.add(emitter);
            }
        }
    }

    /** At once if the JVM has collected, else after its first collection: until then there is nothing to show. */
    private synchronized void addHeapAfterGc(Observed afterGc) {
        if (!heapAfterGcAdded && !Double.isNaN(sweep.value(ResourceSweep.HEAP_AFTER_GC))) {
            heapAfterGcAdded = true;
            afterGc.add(() -> sweep.value(ResourceSweep.HEAP_AFTER_GC));
        }
    }

    /** Runs on the JVM's notification thread. */
    private static void record(Labelled<Timer> durations, Notification notification) {
        GarbageCollectionNotificationInfo info =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        durations
                .bind(info.getGcName(), info.getGcAction())
                .record(info.getGcInfo().getDuration() * 1_000_000);
    }

    @Override
    public synchronized void close() {
        NotificationListener registered = listener;
        listener = null;
        if (registered != null) {
            for (NotificationEmitter emitter : emitters) {
                try {
                    emitter.removeNotificationListener(registered);
                } catch (ListenerNotFoundException e) {
                    // somebody else removed it: it is gone, which is what we want
                }
            }
        }
        sweep.close();
    }
}
