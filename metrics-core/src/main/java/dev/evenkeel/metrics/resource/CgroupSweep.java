package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.NanoClock;
import java.nio.file.Path;

/** The control group's values, and the machine's pressure. */
final class CgroupSweep extends Sweep {
    static final int MEMORY_CURRENT = 0;
    static final int MEMORY_LIMIT = 1;
    static final int MEMORY_WORKING_SET = 2;
    static final int MEMORY_HIGH = 3;
    static final int MEMORY_PEAK = 4;
    static final int MEMORY_OOM = 5;
    static final int MEMORY_OOM_KILL = 6;
    static final int MEMORY_HIGH_EVENTS = 7;
    static final int MEMORY_MAX_EVENTS = 8;
    static final int SWAP_CURRENT = 9;
    static final int SWAP_LIMIT = 10;
    static final int CPU_SECONDS = 11;
    static final int CPU_LIMIT = 12;
    static final int CPU_PERIODS = 13;
    static final int CPU_THROTTLED_PERIODS = 14;
    static final int CPU_THROTTLED_SECONDS = 15;
    static final int PIDS_CURRENT = 16;
    static final int PIDS_LIMIT = 17;
    static final int IO_READ_BYTES = 18;
    static final int IO_WRITTEN_BYTES = 19;
    static final int IO_READS = 20;
    static final int IO_WRITES = 21;
    /** The group's pressure from here, the machine's after it: see {@link PressureFiles}. */
    static final int PRESSURE = 22;

    static final int SYSTEM_PRESSURE = PRESSURE + PressureFiles.SIZE;
    static final int SIZE = SYSTEM_PRESSURE + PressureFiles.SIZE;

    private final Cgroup group;
    private final PressureFiles system;

    CgroupSweep(Path root, String process, NanoClock clock) {
        super(clock, SIZE);
        group = new Cgroup(root, process);
        system = PressureFiles.ofMachine(root);
    }

    @Override
    void read(long nowNanos, double[] values) {
        group.read(nowNanos, values);
        system.read(nowNanos, values, SYSTEM_PRESSURE);
    }

    @Override
    void release() {
        group.close();
        system.close();
    }
}
