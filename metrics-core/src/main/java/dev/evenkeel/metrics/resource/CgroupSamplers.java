package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The gauges of the control group that the process lives in.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>unit</th><th>what, and how finely</th></tr>
 * <tr><td>{@code cgroup.memory.current}, {@code .limit}, {@code .working_set}</td><td>By</td><td>version 1 or 2. The limit
 *     is the lowest among the group and its ancestors. The working set is current without {@code inactive_file}. Linux</td></tr>
 * </table>
 *
 * <p>What the platform does not report when the samplers are bound is absent, never zero.
 */
public final class CgroupSamplers implements AutoCloseable {
    private final CgroupSweep sweep;

    private CgroupSamplers(CgroupSweep sweep) {
        this.sweep = sweep;
    }

    /**
     * Registers the samplers. Once per registry; {@link ResourceSamplers#bindTo} does it among others.
     *
     * @return closes the files; the gauges are absent from then on. Closing twice is harmless
     */
    public static CgroupSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code sys} */
    static CgroupSamplers bindTo(MetricRegistry registry, Path root) {
        Objects.requireNonNull(registry, "registry");
        CgroupSweep sweep = new CgroupSweep(root, NanoClock.system());
        sweep.prepare(); // opens the files now: no step in the open descriptors later
        sweep.gauge(
                registry,
                "cgroup.memory.current",
                "By",
                "Memory charged to the control group, page cache included.",
                CgroupSweep.MEMORY_CURRENT);
        sweep.gauge(
                registry,
                "cgroup.memory.limit",
                "By",
                "Lowest memory limit of the control group and its ancestors.",
                CgroupSweep.MEMORY_LIMIT);
        sweep.gauge(
                registry,
                "cgroup.memory.working_set",
                "By",
                "Memory charged to the control group without inactive page cache.",
                CgroupSweep.MEMORY_WORKING_SET);
        return new CgroupSamplers(sweep);
    }

    @Override
    public void close() {
        sweep.close();
    }
}
