package dev.evenkeel.metrics.resource;

/** Processes and threads of one control group. Not thread-safe; a reading allocates nothing. */
final class CgroupPids implements AutoCloseable {
    private final ProcFile current;
    private final CgroupLimits limits;

    CgroupPids(CgroupFolder folder) {
        current = folder.file("pids.current");
        limits = new CgroupLimits(folder, "pids.max");
    }

    /** @param withLimits whether the limits are read again too; else they stay what they were */
    void read(long nowNanos, boolean withLimits, double[] values) {
        if (current.read(nowNanos)) {
            values[CgroupSweep.PIDS_CURRENT] = Sweep.orAbsent(current.number());
            if (withLimits) {
                limits.read(nowNanos);
            }
            values[CgroupSweep.PIDS_LIMIT] = Sweep.orAbsent(limits.least());
        }
    }

    boolean lost() {
        return current.lost();
    }

    @Override
    public void close() {
        current.close();
        limits.close();
    }
}
