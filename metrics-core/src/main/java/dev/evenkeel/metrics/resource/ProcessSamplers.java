package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of this process as the operating system sees it. Linux has all of them; elsewhere those are absent, never
 * zero, that the platform does not report.
 *
 * <table>
 * <caption>Read at each collect, in one sweep</caption>
 * <tr><th>name</th><th>unit</th><th>what, and how finely</th></tr>
 * <tr><td>{@code process.cpu.time}</td><td>s</td><td>user and system together</td></tr>
 * <tr><td>{@code process.cpu.mode_time}</td><td>s</td><td>user and system apart, in steps of 10 ms. Linux</td></tr>
 * <tr><td>{@code process.open_file_descriptor.count}, {@code .limit}</td><td>{file_descriptor}</td><td>exact; the few that
 *     the samplers hold open are in it from the start</td></tr>
 * <tr><td>{@code process.memory.rss}, {@code .rss_part}, {@code .rss_peak}, {@code .swap}, {@code .virtual}</td><td>By</td>
 *     <td>in KiB; the kernel's counts may lag by some pages per CPU, and by more with many threads. The parts are anon, file
 *     and shmem. Linux</td></tr>
 * <tr><td>{@code process.paging.faults}</td><td>{fault}</td><td>minor, and major: those that read a disk. Linux</td></tr>
 * <tr><td>{@code process.uptime}, {@code process.start_time}</td><td>s</td><td>of the JVM; the start in seconds since
 *     1970</td></tr>
 * </table>
 *
 * <p>{@link #bindTo(MetricRegistry, SamplerSchedule)} adds what is too dear for each collect. These are absent until the
 * schedule first reads them. Linux:
 *
 * <table>
 * <caption>Read on the schedule</caption>
 * <tr><th>name</th><th>unit</th><th>how often, and what it costs</th></tr>
 * <tr><td>{@code process.open_file_descriptor.kind.count}</td><td>{file_descriptor}</td><td>every 30 s; 5 ms at 1,000
 *     descriptors. At most 4,096 links are read; of more a sample is, and the counts are estimates</td></tr>
 * <tr><td>{@code process.network.connection.count}</td><td>{connection}</td><td>TCP, every 60 s; 10 ms, for the kernel
 *     walks its whole table. {@code time_wait} is always 0: such sockets belong to no process</td></tr>
 * <tr><td>{@code process.context_switches}, {@code process.cpu.wait_time}</td><td>{context_switch}, s</td><td>every 60 s;
 *     7 ms at 200 threads. What a thread did between the last look and its end is missing</td></tr>
 * </table>
 *
 * <p>{@code evenkeel.process.bounded_scans} counts the scans that reached a bound.
 */
public final class ProcessSamplers implements AutoCloseable {
    private final ProcessSweep sweep;
    private final @Nullable ProcessScans scans;

    private ProcessSamplers(ProcessSweep sweep, @Nullable ProcessScans scans) {
        this.sweep = sweep;
        this.scans = scans;
    }

    /**
     * Registers the samplers that are read at each collect. Once per registry; {@link ResourceSamplers#bindTo} does it among
     * others.
     *
     * @return closes the files; the gauges are absent from then on. Closing twice is harmless
     */
    public static ProcessSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /**
     * Registers all samplers, those that are read on a schedule included. Once per registry.
     *
     * @return closes the files and takes the samplers off the schedule; the gauges are absent from then on. Closing twice is
     *     harmless
     */
    public static ProcessSamplers bindTo(MetricRegistry registry, SamplerSchedule schedule) {
        return bindTo(registry, schedule, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} */
    static ProcessSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        return new ProcessSamplers(bindSweep(registry, root), null);
    }

    /** @param root the folder that holds {@code proc} */
    static ProcessSamplers bindTo(MetricRegistry registry, SamplerSchedule schedule, Path root) {
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(schedule, "schedule");
        ProcessSweep sweep = bindSweep(registry, root);
        try {
            return new ProcessSamplers(sweep, ProcessScans.bindTo(registry, schedule, root));
        } catch (RuntimeException e) {
            sweep.close();
            throw e;
        }
    }

    private static ProcessSweep bindSweep(MetricRegistry registry, Path root) {
        ProcessSweep sweep = new ProcessSweep(root, NanoClock.system());
        try {
            sweep.prepare(); // opens the files now: no step in the open descriptors later
            registerCounters(registry, sweep);
            registerGauges(registry, sweep);
        } catch (RuntimeException e) {
            sweep.close();
            throw e;
        }
        return sweep;
    }

    private static void registerCounters(MetricRegistry registry, ProcessSweep sweep) {
        sweep.counter(
                registry,
                "process.cpu.time",
                "s",
                "Seconds that all threads of this JVM spent on a processor, in user and kernel mode together.",
                ProcessSweep.CPU_SECONDS);
        Observed modes = registry.observedCounter("process.cpu.mode_time")
                .unit("s")
                .help("Seconds that all threads of this JVM spent on a processor, in user and in kernel mode.")
                .labels("cpu.mode")
                .register();
        sweep.addIfPresent(modes, ProcessSweep.USER_SECONDS, "user");
        sweep.addIfPresent(modes, ProcessSweep.SYSTEM_SECONDS, "system");
        Observed faults = registry.observedCounter("process.paging.faults")
                .unit("{fault}")
                .help("Page faults of the process; a major one had to read a disk.")
                .labels("process.paging.fault_type")
                .register();
        sweep.addIfPresent(faults, ProcessSweep.MINOR_FAULTS, "minor");
        sweep.addIfPresent(faults, ProcessSweep.MAJOR_FAULTS, "major");
    }

    private static void registerGauges(MetricRegistry registry, ProcessSweep sweep) {
        sweep.gauge(
                registry,
                "process.open_file_descriptor.count",
                "{file_descriptor}",
                "Files, sockets and pipes that this JVM holds open now; its limit is process.open_file_descriptor.limit.",
                ProcessSweep.OPEN_FILES);
        sweep.gauge(
                registry,
                "process.open_file_descriptor.limit",
                "{file_descriptor}",
                "Most file descriptors that the process may open.",
                ProcessSweep.OPEN_FILES_LIMIT);
        sweep.gauge(registry, "process.memory.rss", "By", "Resident memory of the process.", ProcessSweep.RESIDENT);
        Observed parts = registry.observedGauge("process.memory.rss_part")
                .unit("By")
                .help("Resident memory of the process: its own, that of mapped files, and shared.")
                .labels("part")
                .register();
        sweep.addIfPresent(parts, ProcessSweep.RESIDENT_ANON, "anon");
        sweep.addIfPresent(parts, ProcessSweep.RESIDENT_FILE, "file");
        sweep.addIfPresent(parts, ProcessSweep.RESIDENT_SHARED, "shmem");
        sweep.gauge(
                registry,
                "process.memory.rss_peak",
                "By",
                "Most resident memory that the process ever had.",
                ProcessSweep.RESIDENT_PEAK);
        sweep.gauge(
                registry, "process.memory.swap", "By", "Memory of the process that is in swap.", ProcessSweep.SWAPPED);
        sweep.gauge(
                registry,
                "process.memory.virtual",
                "By",
                "Address space that the process has reserved; says little of a JVM.",
                ProcessSweep.VIRTUAL);
        sweep.gauge(registry, "process.uptime", "s", "Seconds since the JVM started.", ProcessSweep.UPTIME_SECONDS);
        sweep.gauge(
                registry,
                "process.start_time",
                "s",
                "When the JVM started, in seconds since 1970.",
                ProcessSweep.START_SECONDS);
    }

    @Override
    public void close() {
        ProcessScans scheduled = scans;
        if (scheduled != null) {
            scheduled.close();
        }
        sweep.close();
    }
}
