package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/** Memory of one control group. Not thread-safe; a reading allocates nothing. */
final class CgroupMemory implements AutoCloseable {
    /*
     * Limits nest: the group's own may be "max" while its parent's kills us. All ancestors up to the mount point count;
     * version 1 adds hierarchical_memory_limit, which also knows the ancestors a container cannot see.
     *
     * Version 1 counts memory and swap together (memsw). What is left of that limit when the memory is full is the swap
     * limit that version 2 would show.
     */

    private static final byte[] HIERARCHICAL_LIMIT = ascii("hierarchical_memory_limit ");
    private static final byte[] HIERARCHICAL_MEMSW_LIMIT = ascii("hierarchical_memsw_limit ");
    private static final byte[] TOTAL_SWAP = ascii("total_swap ");
    private static final byte[] OOM = ascii("oom ");
    private static final byte[] OOM_KILL = ascii("oom_kill ");
    private static final byte[] HIGH = ascii("high ");
    private static final byte[] MAX = ascii("max ");

    private final boolean version2;
    private final ProcFile current;
    private final ProcFile stat;
    private final byte[] inactiveFile;
    private final ProcFile peak;
    private final CgroupLimits limits;
    /** Version 2: {@code memory.events}. Version 1: {@code memory.oom_control}. */
    private final ProcFile events;
    /** Version 1 only: how often the limit was met. */
    private final @Nullable ProcFile failures;

    private final @Nullable ProcFile swap;
    private final @Nullable CgroupLimits highs;
    private final @Nullable CgroupLimits swapLimits;

    CgroupMemory(CgroupFolder folder) {
        version2 = folder.version2();
        current = folder.file(version2 ? "memory.current" : "memory.usage_in_bytes");
        stat = folder.file("memory.stat");
        inactiveFile = ascii(version2 ? "inactive_file " : "total_inactive_file ");
        peak = folder.file(version2 ? "memory.peak" : "memory.max_usage_in_bytes");
        limits = new CgroupLimits(folder, version2 ? "memory.max" : "memory.limit_in_bytes");
        events = folder.file(version2 ? "memory.events" : "memory.oom_control");
        failures = version2 ? null : folder.file("memory.failcnt");
        swap = version2 ? folder.file("memory.swap.current") : null;
        highs = version2 ? new CgroupLimits(folder, "memory.high") : null;
        swapLimits = version2 ? new CgroupLimits(folder, "memory.swap.max") : null;
    }

    private static byte[] ascii(String s) {
        return s.getBytes(ISO_8859_1);
    }

    /** @param withLimits whether the limits are read again too; else they stay what they were */
    void read(long nowNanos, boolean withLimits, double[] values) {
        if (!current.read(nowNanos)) {
            return; // not enabled here, or gone
        }
        long used = current.number();
        values[CgroupSweep.MEMORY_CURRENT] = Sweep.orAbsent(used);
        if (peak.read(nowNanos)) {
            values[CgroupSweep.MEMORY_PEAK] = Sweep.orAbsent(peak.number());
        }
        boolean hasStat = stat.read(nowNanos);
        if (hasStat && used >= 0) {
            long inactive = stat.numberAfter(inactiveFile);
            if (inactive >= 0) {
                values[CgroupSweep.MEMORY_WORKING_SET] = Math.max(0, used - inactive);
            }
        }
        readEvents(nowNanos, values);
        if (withLimits) {
            limits.read(nowNanos);
        }
        readLimits(nowNanos, withLimits, hasStat, values);
    }

    private void readEvents(long nowNanos, double[] values) {
        if (events.read(nowNanos)) {
            values[CgroupSweep.MEMORY_OOM_KILL] = Sweep.orAbsent(events.numberAfter(OOM_KILL));
            if (version2) {
                values[CgroupSweep.MEMORY_OOM] = Sweep.orAbsent(events.numberAfter(OOM));
                values[CgroupSweep.MEMORY_HIGH_EVENTS] = Sweep.orAbsent(events.numberAfter(HIGH));
                values[CgroupSweep.MEMORY_MAX_EVENTS] = Sweep.orAbsent(events.numberAfter(MAX));
            }
        }
        if (failures != null && failures.read(nowNanos)) {
            values[CgroupSweep.MEMORY_MAX_EVENTS] = Sweep.orAbsent(failures.number());
        }
    }

    private void readLimits(long nowNanos, boolean again, boolean hasStat, double[] values) {
        long limit = limits.least();
        if (!version2) {
            if (hasStat) {
                limit = CgroupLimits.lower(limit, bounded(stat.numberAfter(HIERARCHICAL_LIMIT)));
                values[CgroupSweep.SWAP_CURRENT] = Sweep.orAbsent(stat.numberAfter(TOTAL_SWAP));
                long together = bounded(stat.numberAfter(HIERARCHICAL_MEMSW_LIMIT));
                if (together >= 0 && limit >= 0) {
                    values[CgroupSweep.SWAP_LIMIT] = Math.max(0, together - limit);
                }
            }
        } else {
            if (swap != null && swap.read(nowNanos)) {
                values[CgroupSweep.SWAP_CURRENT] = Sweep.orAbsent(swap.number());
            }
            values[CgroupSweep.MEMORY_HIGH] = Sweep.orAbsent(least(highs, nowNanos, again));
            values[CgroupSweep.SWAP_LIMIT] = Sweep.orAbsent(least(swapLimits, nowNanos, again));
        }
        values[CgroupSweep.MEMORY_LIMIT] = Sweep.orAbsent(limit);
    }

    private static long least(@Nullable CgroupLimits limits, long nowNanos, boolean again) {
        if (limits == null) {
            return -1;
        }
        if (again) {
            limits.read(nowNanos);
        }
        return limits.least();
    }

    private static long bounded(long version1Limit) {
        return version1Limit < CgroupLimits.UNLIMITED ? version1Limit : -1;
    }

    boolean lost() {
        return current.lost();
    }

    @Override
    public void close() {
        current.close();
        stat.close();
        peak.close();
        limits.close();
        events.close();
        close(failures);
        close(swap);
        if (highs != null) {
            highs.close();
        }
        if (swapLimits != null) {
            swapLimits.close();
        }
    }

    private static void close(@Nullable ProcFile file) {
        if (file != null) {
            file.close();
        }
    }
}
