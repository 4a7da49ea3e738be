package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The metrics of the JVM itself: memory, collections, threads, classes, buffers, safepoints, processor.
 *
 * <p>{@link #bindTo} registers them; each collect of the registry then reads all of them in one sweep on the collecting
 * thread. No sweep brings the JVM to a safepoint or walks the heap. With 200 threads it takes 9 to 13 us and, because the
 * JVM's own beans answer in objects, 0.6 kB on JDK 17 and 1.4 kB on JDK 25. What the collector's threads cost is read on
 * top: 6 us and 200 bytes for each of them, at most 32 a second. {@code docs/resources.md} lists every metric with its
 * unit, source, cost and platform.
 *
 * <p>Two things cost more than a scrape may, and are looked at only when the caller says so, best on a schedule:
 * {@link #findDeadlocks} and {@link #sampleLockWaits}. For the heap that is really in use there is {@link LiveSet}.
 *
 * <p>The names are OpenTelemetry's where it has one. What the platform does not report is absent, never zero.
 *
 * <p>Thread-safe. Starts no thread; collections are told of by a thread of the JVM.
 */
public final class JvmSamplers implements AutoCloseable {
    private static final String POOL = "jvm.memory.pool.name";
    private static final String TYPE = "jvm.memory.type";
    private static final String BUFFER_POOL = "jvm.buffer.pool.name";

    private final JvmSweep sweep;
    private final GcEvents events;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final LockWatch locks = new LockWatch(threads);
    private volatile boolean closed;

    private JvmSamplers(MetricRegistry registry, JvmSweep sweep) {
        this.sweep = sweep;
        registerMemory(registry);
        registerThreads(registry);
        registerProcessor(registry);
        registerClassesAndBuffers(registry);
        registerSafepoints(registry);
        events = new GcEvents(registry, sweep.collectors(), sweep.pools(), sweep.perfData());
        if (events.promotes()) {
            GcEvents bound = events;
            registry.observedCounter("jvm.memory.promoted")
                    .unit("By")
                    .help("Bytes that young collections added to the old generation, net of what they freed there.")
                    .register()
                    .add(() -> closed ? Double.NaN : bound.promotedBytes());
        }
    }

    /**
     * Registers the samplers. Once per registry; {@link ResourceSamplers#bindTo} does it among others.
     *
     * @return stops listening to collections and closes the one file that is held open; the gauges are absent from then
     *     on. Closing twice is harmless
     * @throws IllegalArgumentException when a name of theirs belongs to another instrument
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public static JvmSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code tmp} */
    static JvmSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        JvmSweep sweep = new JvmSweep(root, NanoClock.system());
        try {
            sweep.prepare(); // opens the file now: no step in the open descriptors later
            return new JvmSamplers(registry, sweep);
        } catch (RuntimeException e) {
            sweep.close();
            throw e;
        }
    }

    private void registerMemory(MetricRegistry registry) {
        sweep.gauge(registry, "jvm.heap.limit", "By", "Most bytes that the heap may grow to.", JvmSweep.HEAP_LIMIT);
        Observed used = poolGauge(registry, "jvm.memory.used", "Memory in use per memory pool.");
        Observed committed =
                poolGauge(registry, "jvm.memory.committed", "Memory that the JVM has got for each memory pool.");
        Observed limit = poolGauge(registry, "jvm.memory.limit", "Most memory that each memory pool may take.");
        List<MemoryPoolMXBean> pools = sweep.pools();
        for (int i = 0, at = JvmSweep.FIRST_POOL; i < pools.size(); i++, at += JvmSweep.PER_POOL) {
            MemoryPoolMXBean pool = pools.get(i);
            String type = pool.getType() == MemoryType.HEAP ? "heap" : "non_heap";
            sweep.add(used, at, type, pool.getName());
            sweep.add(committed, at + 1, type, pool.getName());
            sweep.addIfPresent(limit, at + 2, type, pool.getName());
        }
        Observed afterGc = registry.observedGauge("jvm.memory.used_after_last_gc")
                .unit("By")
                .help("Heap that the last collection of each memory pool left over.")
                .register();
        sweep.add(afterGc, JvmSweep.HEAP_AFTER_GC); // absent before the first collection
        sweep.counter(
                registry,
                "jvm.memory.allocated",
                "By",
                "Bytes that platform threads have allocated on the heap, those included that have ended.",
                JvmSweep.ALLOCATED);
    }

    private static Observed poolGauge(MetricRegistry registry, String name, String help) {
        return registry.observedGauge(name)
                .unit("By")
                .help(help)
                .labels(TYPE, POOL)
                .register();
    }

    private void registerThreads(MetricRegistry registry) {
        sweep.gauge(registry, "jvm.thread.count", "{thread}", "Live platform threads.", JvmSweep.THREADS);
        sweep.counter(
                registry,
                "jvm.thread.started",
                "{thread}",
                "Platform threads that have been started.",
                JvmSweep.THREADS_STARTED);
        Observed byState = registry.observedGauge("jvm.thread.state.count")
                .unit("{thread}")
                .help("Live platform threads by state.")
                .labels("jvm.thread.state", "jvm.thread.daemon")
                .register();
        for (int i = 0; i < ThreadStates.STATES.length; i++) {
            String state = ThreadStates.STATES[i].name().toLowerCase(Locale.ROOT);
            sweep.add(byState, JvmSweep.FIRST_STATE + 2 * i, state, "false");
            sweep.add(byState, JvmSweep.FIRST_STATE + 2 * i + 1, state, "true");
        }
        sweep.gauge(
                registry,
                "jvm.virtual_thread.mounted",
                "{thread}",
                "Virtual threads that are on a carrier now.",
                JvmSweep.VIRTUAL_MOUNTED);
        sweep.gauge(
                registry,
                "jvm.virtual_thread.queued",
                "{thread}",
                "Virtual threads that could run and wait for a carrier.",
                JvmSweep.VIRTUAL_QUEUED);
        sweep.gauge(
                registry,
                "jvm.virtual_thread.scheduler.size",
                "{thread}",
                "Platform threads that the scheduler of virtual threads has started as carriers.",
                JvmSweep.CARRIERS);
        sweep.gauge(
                registry,
                "jvm.virtual_thread.scheduler.parallelism",
                "{thread}",
                "Virtual threads that the scheduler lets run at once.",
                JvmSweep.CARRIERS_WANTED);
        registry.observedGauge("jvm.thread.deadlocked")
                .unit("{thread}")
                .help("Threads that wait for each other for ever, at the last look for deadlocks.")
                .register()
                .add(() -> closed ? Double.NaN : locks.deadlocked());
        registry.observedCounter("jvm.lock.contended")
                .unit("{wait}")
                .help("How often threads found a monitor taken, up to the last look.")
                .register()
                .add(() -> closed ? Double.NaN : locks.contended());
        registry.observedCounter("jvm.lock.wait.time")
                .unit("s")
                .help("How long threads have waited for a monitor, up to the last look; threads' times add up.")
                .register()
                .add(() -> closed ? Double.NaN : locks.waitSeconds());
    }

    private void registerProcessor(MetricRegistry registry) {
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
        sweep.counter(
                registry,
                "jvm.cpu.time",
                "s",
                "CPU time that the JVM has used, user and system.",
                JvmSweep.CPU_SECONDS);
        sweep.gauge(
                registry,
                "jvm.cpu.count",
                "{cpu}",
                "Processors that the JVM counts on; a container's quota is in it.",
                JvmSweep.CPU_COUNT);
        sweep.gauge(
                registry,
                "jvm.cpu.recent_utilization",
                "1",
                "Share of the JVM's processors that it has used since the last reading.",
                JvmSweep.CPU_UTILIZATION);
    }

    private void registerClassesAndBuffers(MetricRegistry registry) {
        sweep.gauge(registry, "jvm.class.count", "{class}", "Classes that are loaded now.", JvmSweep.CLASSES);
        sweep.counter(
                registry,
                "jvm.class.loaded",
                "{class}",
                "Classes that have been loaded since the JVM began.",
                JvmSweep.CLASSES_LOADED);
        sweep.counter(
                registry,
                "jvm.class.unloaded",
                "{class}",
                "Classes that have been unloaded since the JVM began.",
                JvmSweep.CLASSES_UNLOADED);
        Observed used = bufferGauge(registry, "jvm.buffer.memory.used", "By", "Memory that buffers take.");
        Observed capacity =
                bufferGauge(registry, "jvm.buffer.memory.limit", "By", "Capacity of the buffers, all together.");
        Observed count = bufferGauge(registry, "jvm.buffer.count", "{buffer}", "Buffers outside the heap.");
        List<BufferPoolMXBean> pools = sweep.bufferPools();
        for (int i = 0, at = sweep.firstBufferPool(); i < pools.size(); i++, at += JvmSweep.PER_BUFFER_POOL) {
            String name = pools.get(i).getName();
            sweep.add(used, at, name);
            sweep.add(capacity, at + 1, name);
            sweep.add(count, at + 2, name);
        }
    }

    private static Observed bufferGauge(MetricRegistry registry, String name, String unit, String help) {
        return registry.observedGauge(name)
                .unit(unit)
                .help(help)
                .labels(BUFFER_POOL)
                .register();
    }

    private void registerSafepoints(MetricRegistry registry) {
        sweep.counter(
                registry,
                "jvm.safepoint.count",
                "{safepoint}",
                "How often the JVM stopped all threads, for a collection or for anything else.",
                JvmSweep.SAFEPOINTS);
        sweep.counter(
                registry,
                "jvm.safepoint.time",
                "s",
                "How long safepoints stopped the application, the way there included.",
                JvmSweep.SAFEPOINT_SECONDS);
        sweep.counter(
                registry,
                "jvm.safepoint.sync.time",
                "s",
                "How long safepoints waited until all threads had stopped.",
                JvmSweep.SAFEPOINT_SYNC_SECONDS);
    }

    /**
     * Looks for threads that wait for each other for ever, and shows their number as {@code jvm.thread.deadlocked}, which is
     * absent before. Monitors and {@code java.util.concurrent} locks count, virtual threads do not.
     *
     * <p>Each look is a safepoint: about 20 us with 200 idle threads, more the more of them wait for locks. Once a minute is
     * plenty, since a deadlock does not go away.
     */
    public void findDeadlocks() {
        locks.findDeadlocks();
    }

    /**
     * Adds up how often, and if {@linkplain #timeLockWaits timed how long}, platform threads have waited to enter a monitor:
     * {@code jvm.lock.contended} and {@code jvm.lock.wait.time}, which are absent before. Waits for
     * {@code java.util.concurrent} locks are not among them.
     *
     * <p>Takes about 70 us and 45 kB with 200 threads, and no safepoint. Once in 15 seconds is plenty; what a thread
     * waited between the last look and its end is lost.
     */
    public void sampleLockWaits() {
        locks.sampleWaits();
    }

    /**
     * Lets the JVM time waits for monitors, or stop it. This is a switch of the whole JVM, which others may have set too,
     * and {@link #close} does not set it back. A wait that blocks reads the clock twice more; a monitor that is free costs
     * what it did. The JVM counts in milliseconds.
     *
     * @throws UnsupportedOperationException if this JVM cannot
     */
    public void timeLockWaits(boolean on) {
        threads.setThreadContentionMonitoringEnabled(on);
    }

    @Override
    public void close() {
        closed = true;
        events.close();
        sweep.close();
    }
}
