package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The gauges and counters of the control group that the process lives in, and of the pressure on the machine. Linux only.
 *
 * <p>Version 1, version 2 and hybrid hosts. A version 1 column says where the older version differs.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>unit</th><th>what</th><th>version 1</th></tr>
 * <tr><td>{@code cgroup.memory.current}</td><td>By</td><td>memory charged to the group, page cache included</td><td></td></tr>
 * <tr><td>{@code cgroup.memory.working_set}</td><td>By</td><td>current without {@code inactive_file}, the page cache that
 *     can be dropped at once</td><td></td></tr>
 * <tr><td>{@code cgroup.memory.limit}</td><td>By</td><td>lowest {@code max} among the group and its ancestors</td><td></td></tr>
 * <tr><td>{@code cgroup.memory.high}</td><td>By</td><td>lowest {@code high} among them: past it the group is slowed</td>
 *     <td>absent</td></tr>
 * <tr><td>{@code cgroup.memory.peak}</td><td>By</td><td>most memory so far. Linux 5.19</td><td></td></tr>
 * <tr><td>{@code cgroup.memory.events}</td><td>{event}</td><td>by {@code cgroup.memory.event}: {@code high} and {@code max}
 *     (limit met), {@code oom}, {@code oom_kill}; descendants included</td><td>{@code max} and {@code oom_kill}, the
 *     group's own</td></tr>
 * <tr><td>{@code cgroup.swap.current}, {@code .limit}</td><td>By</td><td>swap in use and its lowest limit</td><td>the limit
 *     is what the common limit of memory and swap leaves when memory is at its own</td></tr>
 * <tr><td>{@code cgroup.cpu.time}</td><td>s</td><td>processor time, user and system</td><td></td></tr>
 * <tr><td>{@code cgroup.cpu.limit}</td><td>{cpu}</td><td>lowest quota over period among the group and its
 *     ancestors</td><td></td></tr>
 * <tr><td>{@code cgroup.cpu.periods}, {@code .throttled_periods}</td><td>{period}</td><td>periods in which the group ran,
 *     and in which its quota stopped it</td><td></td></tr>
 * <tr><td>{@code cgroup.cpu.throttled_time}</td><td>s</td><td>time it was stopped, of all processors together</td><td></td></tr>
 * <tr><td>{@code cgroup.pids.current}, {@code .limit}</td><td>{thread}</td><td>threads of all processes and their lowest
 *     limit</td><td></td></tr>
 * <tr><td>{@code cgroup.io.bytes}, {@code .operations}</td><td>By, {operation}</td><td>by {@code disk.io.direction}: read
 *     or write, all block devices together, so that what passes two stacked devices counts twice</td><td>absent where the
 *     kernel keeps no account</td></tr>
 * <tr><td>{@code cgroup.pressure.avg10}, {@code .time}</td><td>1, s</td><td>by {@code pressure.resource} (cpu, memory, io)
 *     and {@code pressure.kind}: share of the last ten seconds, and time so far, that some or all (full) tasks waited</td>
 *     <td>where the version 2 hierarchy is mounted as well and has a group of ours</td></tr>
 * <tr><td>{@code system.pressure.avg10}, {@code .time}</td><td>1, s</td><td>the same of the whole machine; full cpu is
 *     not defined there</td><td></td></tr>
 * </table>
 *
 * <p>Throttling is read from the group with the lowest quota, the one that {@code cgroup.cpu.limit} shows: a container
 * inside a pod is stopped by the pod's quota without a trace in its own account. When another group becomes the lowest,
 * the three counters go on from that group's account.
 *
 * <p>What the platform does not report is absent, never zero; it appears when it comes to be. A process in the root group
 * of a version 1 hierarchy gets the machine's account. Limits and the group's path are read every ten seconds, so a
 * process that is moved or a limit that is changed shows within ten seconds; a group that was removed is looked for at
 * once; a file that was missing is tried once a minute; the rest is as of the collect. One reading of all takes about
 * 30 &micro;s and allocates nothing; 10 &micro;s of it are {@code memory.stat}, for the working set. About 20 files stay
 * open.
 */
public final class CgroupSamplers implements AutoCloseable {
    private final CgroupSweep sweep;

    private CgroupSamplers(CgroupSweep sweep) {
        this.sweep = sweep;
    }

    /**
     * Registers the samplers. Once per registry; {@link ResourceSamplers#bindTo} does it among others. Registers nothing
     * where there are neither control groups nor pressure.
     *
     * @return closes the files; the gauges are absent from then on. Closing twice is harmless
     */
    public static CgroupSamplers bindTo(MetricRegistry registry) {
        return bindTo(registry, Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code sys} */
    static CgroupSamplers bindTo(MetricRegistry registry, Path root) {
        return bindTo(registry, root, "self");
    }

    /** @param process {@code self}, or the number of another process whose group is to be read */
    static CgroupSamplers bindTo(MetricRegistry registry, Path root, String process) {
        Objects.requireNonNull(registry, "registry");
        CgroupSamplers samplers = new CgroupSamplers(new CgroupSweep(root, process, NanoClock.system()));
        samplers.sweep.prepare(); // opens the files now: no step in the open descriptors later
        if (Files.exists(root.resolve("proc/self/cgroup"))) {
            samplers.addMemory(registry);
            samplers.addCpu(registry);
            samplers.addPidsAndIo(registry);
            samplers.addPressure(registry, "cgroup.pressure", " of the control group", CgroupSweep.PRESSURE);
        }
        if (Files.exists(root.resolve("proc/pressure"))) {
            samplers.addPressure(registry, "system.pressure", " of the whole machine", CgroupSweep.SYSTEM_PRESSURE);
        }
        return samplers;
    }

    private void addMemory(MetricRegistry registry) {
        gauge(
                registry,
                "cgroup.memory.current",
                "By",
                "Memory charged to the control group, page cache included.",
                CgroupSweep.MEMORY_CURRENT);
        gauge(
                registry,
                "cgroup.memory.limit",
                "By",
                "Lowest memory limit of the control group and its ancestors.",
                CgroupSweep.MEMORY_LIMIT);
        gauge(
                registry,
                "cgroup.memory.working_set",
                "By",
                "Memory charged to the control group without inactive page cache.",
                CgroupSweep.MEMORY_WORKING_SET);
        gauge(
                registry,
                "cgroup.memory.high",
                "By",
                "Lowest memory.high of the control group and its ancestors: past it the kernel slows the group.",
                CgroupSweep.MEMORY_HIGH);
        gauge(
                registry,
                "cgroup.memory.peak",
                "By",
                "Most memory that was charged to the control group at one time.",
                CgroupSweep.MEMORY_PEAK);
        gauge(registry, "cgroup.swap.current", "By", "Swap of the control group.", CgroupSweep.SWAP_CURRENT);
        gauge(
                registry,
                "cgroup.swap.limit",
                "By",
                "Lowest swap limit of the control group and its ancestors.",
                CgroupSweep.SWAP_LIMIT);
        Observed events = registry.observedCounter("cgroup.memory.events")
                .unit("{event}")
                .help(
                        "How often the control group met memory.high or its limit, ran out of memory, or lost a process to the"
                                + " OOM killer.")
                .labels("cgroup.memory.event")
                .register();
        sweep.add(events, CgroupSweep.MEMORY_HIGH_EVENTS, "high");
        sweep.add(events, CgroupSweep.MEMORY_MAX_EVENTS, "max");
        sweep.add(events, CgroupSweep.MEMORY_OOM, "oom");
        sweep.add(events, CgroupSweep.MEMORY_OOM_KILL, "oom_kill");
    }

    private void addCpu(MetricRegistry registry) {
        counter(
                registry,
                "cgroup.cpu.time",
                "s",
                "Processor time of the control group, in user and kernel mode together.",
                CgroupSweep.CPU_SECONDS);
        gauge(
                registry,
                "cgroup.cpu.limit",
                "{cpu}",
                "Lowest processor quota of the control group and its ancestors, in processors.",
                CgroupSweep.CPU_LIMIT);
        counter(
                registry,
                "cgroup.cpu.periods",
                "{period}",
                "Quota periods in which the control group wanted to run.",
                CgroupSweep.CPU_PERIODS);
        counter(
                registry,
                "cgroup.cpu.throttled_periods",
                "{period}",
                "Quota periods in which the control group was stopped.",
                CgroupSweep.CPU_THROTTLED_PERIODS);
        counter(
                registry,
                "cgroup.cpu.throttled_time",
                "s",
                "Time for which the quota stopped the control group, all processors together.",
                CgroupSweep.CPU_THROTTLED_SECONDS);
    }

    private void addPidsAndIo(MetricRegistry registry) {
        gauge(
                registry,
                "cgroup.pids.current",
                "{thread}",
                "Threads of all processes in the control group.",
                CgroupSweep.PIDS_CURRENT);
        gauge(
                registry,
                "cgroup.pids.limit",
                "{thread}",
                "Lowest limit on the threads of the control group and its ancestors.",
                CgroupSweep.PIDS_LIMIT);
        Observed bytes = registry.observedCounter("cgroup.io.bytes")
                .unit("By")
                .help("Bytes that the control group read from and wrote to block devices.")
                .labels("disk.io.direction")
                .register();
        sweep.add(bytes, CgroupSweep.IO_READ_BYTES, "read");
        sweep.add(bytes, CgroupSweep.IO_WRITTEN_BYTES, "write");
        Observed operations = registry.observedCounter("cgroup.io.operations")
                .unit("{operation}")
                .help("Reads and writes of block devices by the control group.")
                .labels("disk.io.direction")
                .register();
        sweep.add(operations, CgroupSweep.IO_READS, "read");
        sweep.add(operations, CgroupSweep.IO_WRITES, "write");
    }

    private void addPressure(MetricRegistry registry, String prefix, String whose, int first) {
        Observed shares = registry.observedGauge(prefix + ".avg10")
                .unit("1")
                .help("Share of the last ten seconds in which some or all tasks" + whose + " waited for the resource.")
                .labels("pressure.resource", "pressure.kind")
                .register();
        Observed times = registry.observedCounter(prefix + ".time")
                .unit("s")
                .help("Time in which some or all tasks" + whose + " waited for the resource.")
                .labels("pressure.resource", "pressure.kind")
                .register();
        List<String> resources = List.of("cpu", "memory", "io"); // in the order of PressureFiles
        for (int i = 0; i < resources.size(); i++) {
            int at = first + i * PressureFiles.PER_RESOURCE;
            sweep.add(shares, at, resources.get(i), "some");
            sweep.add(times, at + 1, resources.get(i), "some");
            sweep.add(shares, at + 2, resources.get(i), "full");
            sweep.add(times, at + 3, resources.get(i), "full");
        }
    }

    /** Also when it is absent now: a limit may be set, and a process moved, at any time. */
    private void gauge(MetricRegistry registry, String name, String unit, String help, int index) {
        sweep.add(registry.observedGauge(name).unit(unit).help(help).register(), index);
    }

    private void counter(MetricRegistry registry, String name, String unit, String help, int index) {
        sweep.add(registry.observedCounter(name).unit(unit).help(help).register(), index);
    }

    @Override
    public void close() {
        sweep.close();
    }
}
