package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.NanoClock;
import java.nio.file.Path;

/** The control group's values. */
final class CgroupSweep extends Sweep {
    static final int MEMORY_CURRENT = 0;
    static final int MEMORY_LIMIT = 1;
    static final int MEMORY_WORKING_SET = 2;
    private static final int SIZE = 3;

    private final CgroupMemory memory;

    CgroupSweep(Path root, NanoClock clock) {
        super(clock, SIZE);
        memory = new CgroupMemory(root);
    }

    @Override
    void read(long nowNanos, double[] values) {
        memory.refresh(nowNanos);
        values[MEMORY_CURRENT] = orAbsent(memory.current());
        values[MEMORY_LIMIT] = orAbsent(memory.limit());
        values[MEMORY_WORKING_SET] = orAbsent(memory.workingSet());
    }

    @Override
    void release() {
        memory.close();
    }
}
