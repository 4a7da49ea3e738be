package dev.evenkeel.metrics.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The control group of one process: all its controllers, wherever they are mounted, and found again when it moves.
 *
 * <p>Not thread-safe. A reading allocates nothing while the process stays in its group.
 */
final class Cgroup implements AutoCloseable {
    /*
     * Three rhythms. Usage and counters are read each time. Limits and the group's path are looked at every ten seconds:
     * they change seldom, and /proc/self/cgroup costs 5 us and takes the kernel's lock on all groups. When a file that
     * was there has gone (ENODEV: the group was removed, so the process cannot be in it) the group is looked for at once.
     */

    private static final long LOOK_AGAIN_NANOS = 10_000_000_000L;
    private static final long FIND_AGAIN_NANOS = 60_000_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Path root;
    private final ProcFile membership;
    private byte[] found = {};
    private boolean looked;
    private long lookedNanos;
    private long foundNanos;
    private boolean empty = true;
    private boolean closed;

    private @Nullable CgroupMemory memory;
    private @Nullable CgroupCpu cpu;
    private @Nullable CgroupPids pids;
    private @Nullable CgroupIo io;
    private @Nullable PressureFiles pressure;

    /**
     * A reader, which opens no file yet.
     *
     * @param root the folder that holds {@code proc} and {@code sys}: {@code /} but for tests
     * @param process {@code self}, or the number of a process that sees the same mounts
     */
    Cgroup(Path root, String process) {
        this.root = root;
        membership = new ProcFile(root.resolve("proc").resolve(process).resolve("cgroup"));
    }

    /** @param values indexed by {@link CgroupSweep}'s constants, all NaN; what is there goes in */
    void read(long nowNanos, double[] values) {
        if (closed) {
            return;
        }
        boolean withLimits = !looked || nowNanos - lookedNanos >= LOOK_AGAIN_NANOS;
        if (withLimits) {
            looked = true;
            lookedNanos = nowNanos;
            find(nowNanos, empty && nowNanos - foundNanos >= FIND_AGAIN_NANOS);
        }
        readAll(nowNanos, withLimits, values);
        if (lost() && nowNanos - foundNanos >= SECOND_NANOS) {
            lookedNanos = nowNanos;
            find(nowNanos, true);
            readAll(nowNanos, true, values);
        }
    }

    private void readAll(long nowNanos, boolean withLimits, double[] values) {
        if (memory != null) {
            memory.read(nowNanos, withLimits, values);
        }
        if (cpu != null) {
            cpu.read(nowNanos, withLimits, values);
        }
        if (pids != null) {
            pids.read(nowNanos, withLimits, values);
        }
        if (io != null) {
            io.read(nowNanos, values);
        }
        if (pressure != null) {
            pressure.read(nowNanos, values, CgroupSweep.PRESSURE);
        }
    }

    private boolean lost() {
        return memory != null && memory.lost() || cpu != null && cpu.lost() || pids != null && pids.lost();
    }

    /** Opens the group that the process is in now, unless it is the one that is open. */
    private void find(long nowNanos, boolean evenIfSame) {
        if (!membership.read(nowNanos)) {
            release(); // the process has ended, or this is no Linux
            found = new byte[0];
            return;
        }
        if (!evenIfSame && membership.holds(found)) {
            return;
        }
        release();
        found = membership.content();
        foundNanos = nowNanos;
        CgroupLayout layout = CgroupLayout.of(root, membership.text(), mountinfo());
        empty = layout.isEmpty();
        memory = layout.memory() == null ? null : new CgroupMemory(layout.memory());
        cpu = layout.cpu() == null ? null : new CgroupCpu(layout.cpu(), layout.cpuAccounting());
        pids = layout.pids() == null ? null : new CgroupPids(layout.pids());
        io = layout.io() == null ? null : new CgroupIo(layout.io());
        CgroupFolder unified = layout.unified();
        pressure = unified == null || isRoot(unified) ? null : PressureFiles.ofGroup(unified.folder());
    }

    /** The root of all groups: its pressure is the machine's, which is shown as such. Only it lacks this file. */
    private static boolean isRoot(CgroupFolder unified) {
        return !Files.exists(unified.folder().resolve("cgroup.events"));
    }

    private String mountinfo() {
        try (ProcFile file = new ProcFile(root.resolve("proc/self/mountinfo"))) {
            return file.read(0) ? file.text() : "";
        }
    }

    private void release() {
        if (memory != null) {
            memory.close();
        }
        if (cpu != null) {
            cpu.close();
        }
        if (pids != null) {
            pids.close();
        }
        if (io != null) {
            io.close();
        }
        if (pressure != null) {
            pressure.close();
        }
        memory = null;
        cpu = null;
        pids = null;
        io = null;
        pressure = null;
    }

    @Override
    public void close() {
        closed = true;
        membership.close();
        release();
    }
}
