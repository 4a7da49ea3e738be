package dev.evenkeel.metrics.resource;

import com.sun.management.GarbageCollectionNotificationInfo;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
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
 * The gauges of the JVM itself.
 *
 * <p>The names are OpenTelemetry's where it has one:
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
 * </table>
 *
 * <p>What the platform does not report when the samplers are bound is absent, never zero.
 */
public final class JvmSamplers implements AutoCloseable {
    private static final String POOL = "jvm.memory.pool.name";
    private static final String TYPE = "jvm.memory.type";

    private final JvmSweep sweep;
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private @Nullable NotificationListener listener;

    private JvmSamplers(JvmSweep sweep) {
        this.sweep = sweep;
    }

    /**
     * Registers the samplers. Once per registry; {@link ResourceSamplers#bindTo} does it among others.
     *
     * @return stops listening to collections; the gauges are absent from then on. Closing twice is harmless
     */
    public static JvmSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} */
    static JvmSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        JvmSamplers samplers = new JvmSamplers(new JvmSweep(root, NanoClock.system()));
        samplers.sweep.prepare();
        samplers.registerGauges(registry);
        samplers.listenToCollections(registry);
        return samplers;
    }

    private void registerGauges(MetricRegistry registry) {
        sweep.gauge(registry, "jvm.thread.count", "{thread}", "Live platform threads.", JvmSweep.THREADS);
        sweep.gauge(registry, "jvm.heap.limit", "By", "Most bytes that the heap may grow to.", JvmSweep.HEAP_LIMIT);
        sweep.gauge(
                registry,
                "jvm.gc.cpu_share",
                "1",
                "Share of the process's CPU time that the garbage collector's threads took since the last reading.",
                JvmSweep.GC_CPU_SHARE);
        sweep.counter(
                registry,
                "jvm.gc.cpu.time",
                "s",
                "CPU time of the garbage collector's threads.",
                JvmSweep.GC_CPU_SECONDS);
        Observed used = registry.observedGauge("jvm.memory.used")
                .unit("By")
                .help("Memory in use per memory pool.")
                .labels(TYPE, POOL)
                .register();
        List<MemoryPoolMXBean> pools = sweep.pools();
        for (int i = 0; i < pools.size(); i++) {
            MemoryPoolMXBean pool = pools.get(i);
            String type = pool.getType() == MemoryType.HEAP ? "heap" : "non_heap";
            sweep.add(used, JvmSweep.FIRST_POOL + i, type, pool.getName());
        }
        Observed afterGc = registry.observedGauge("jvm.memory.used_after_last_gc")
                .unit("By")
                .help("Heap that the last collection of each memory pool left over.")
                .register();
        sweep.add(afterGc, JvmSweep.HEAP_AFTER_GC);
    }

    private void listenToCollections(MetricRegistry registry) {
        Labelled<Timer> durations = registry.timer("jvm.gc.duration")
                .help("Duration of garbage collections.")
                .labels("jvm.gc.name", "jvm.gc.action")
                .register();
        NotificationListener toTimer = (notification, handback) -> {
            if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
                record(durations, notification);
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
