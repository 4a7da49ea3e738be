package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The gauges of this process as the operating system sees it.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>unit</th><th>what, and how finely</th></tr>
 * <tr><td>{@code process.cpu.time}</td><td>s</td><td>user and system</td></tr>
 * <tr><td>{@code process.open_file_descriptor.count}, {@code .limit}</td><td>{file_descriptor}</td><td>exact; the few that
 *     the samplers hold open are in it from the start</td></tr>
 * <tr><td>{@code process.memory.rss}</td><td>By</td><td>in KiB; the kernel's count may lag by some pages per CPU. Linux</td></tr>
 * </table>
 *
 * <p>What the platform does not report when the samplers are bound is absent, never zero.
 */
public final class ProcessSamplers implements AutoCloseable {
    private final ProcessSweep sweep;

    private ProcessSamplers(ProcessSweep sweep) {
        this.sweep = sweep;
    }

    /**
     * Registers the samplers. Once per registry; {@link ResourceSamplers#bindTo} does it among others.
     *
     * @return closes the files; the gauges are absent from then on. Closing twice is harmless
     */
    public static ProcessSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} */
    static ProcessSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        ProcessSweep sweep = new ProcessSweep(root, NanoClock.system());
        sweep.prepare(); // opens the files now: no step in the open descriptors later
        sweep.counter(
                registry,
                "process.cpu.time",
                "s",
                "Seconds that all threads of this JVM spent on a processor, in user and kernel mode together.",
                ProcessSweep.CPU_SECONDS);
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
        return new ProcessSamplers(sweep);
    }

    @Override
    public void close() {
        sweep.close();
    }
}
