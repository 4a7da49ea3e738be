package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processor time, quota and throttling of one control group. Not thread-safe; a reading allocates nothing. */
final class CgroupCpu implements AutoCloseable {
    /*
     * Quotas nest like limits, and each group counts only the throttling that its own quota causes: a container without a
     * quota inside a pod with one is stopped, and its own cpu.stat says 0. So throttling is read from the group whose
     * quota is the lowest among the group and its ancestors, which is also the one that the limit shows; the group itself
     * when all are equal or none has a quota.
     */

    private static final byte[] USAGE_MICROS = ascii("usage_usec ");
    private static final byte[] PERIODS = ascii("nr_periods ");
    private static final byte[] THROTTLED = ascii("nr_throttled ");
    private static final byte[] THROTTLED_MICROS = ascii("throttled_usec ");
    private static final byte[] THROTTLED_NANOS = ascii("throttled_time ");

    private final boolean version2;
    /** Version 2: {@code cpu.max} with quota and period. Version 1: the quota. The group's own first. */
    private final List<ProcFile> quotas;
    /** Version 1 only. */
    private final List<ProcFile> periods;

    private final List<ProcFile> stats;
    /** Version 1 only, in a hierarchy that may be mounted elsewhere, or not at all. */
    private final @Nullable ProcFile usage;

    private int lowest;
    private double cores = Double.NaN;

    /** @param accounting the version 1 hierarchy that counts processor time, if there is one */
    CgroupCpu(CgroupFolder folder, @Nullable CgroupFolder accounting) {
        version2 = folder.version2();
        quotas = folder.upwards(version2 ? "cpu.max" : "cpu.cfs_quota_us");
        periods = version2 ? List.of() : folder.upwards("cpu.cfs_period_us");
        stats = folder.upwards("cpu.stat");
        usage = version2 || accounting == null ? null : accounting.file("cpuacct.usage");
    }

    private static byte[] ascii(String s) {
        return s.getBytes(ISO_8859_1);
    }

    /** @param withLimits whether the quotas are read again too; else they stay what they were */
    void read(long nowNanos, boolean withLimits, double[] values) {
        if (withLimits) {
            readQuotas(nowNanos);
        }
        values[CgroupSweep.CPU_LIMIT] = cores;
        if (usage != null && usage.read(nowNanos)) {
            long nanos = usage.number();
            values[CgroupSweep.CPU_SECONDS] = nanos < 0 ? Double.NaN : nanos / 1e9;
        }
        ProcFile own = stats.get(0);
        ProcFile throttling = stats.get(lowest);
        boolean ownRead = own.read(nowNanos);
        if (ownRead && version2) {
            values[CgroupSweep.CPU_SECONDS] = micros(own.numberAfter(USAGE_MICROS));
        }
        if (lowest == 0 ? ownRead : throttling.read(nowNanos)) {
            values[CgroupSweep.CPU_PERIODS] = Sweep.orAbsent(throttling.numberAfter(PERIODS));
            values[CgroupSweep.CPU_THROTTLED_PERIODS] = Sweep.orAbsent(throttling.numberAfter(THROTTLED));
            long nanos = version2 ? -1 : throttling.numberAfter(THROTTLED_NANOS);
            values[CgroupSweep.CPU_THROTTLED_SECONDS] =
                    version2 ? micros(throttling.numberAfter(THROTTLED_MICROS)) : nanos < 0 ? Double.NaN : nanos / 1e9;
        }
    }

    private static double micros(long micros) {
        return micros < 0 ? Double.NaN : micros / 1e6;
    }

    private void readQuotas(long nowNanos) {
        lowest = 0;
        cores = Double.NaN;
        for (int i = 0; i < quotas.size(); i++) {
            ProcFile quota = quotas.get(i);
            if (!quota.read(nowNanos)) {
                continue;
            }
            long micros = quota.number(); // "max" and version 1's -1 are no number: no quota
            long period = version2
                    ? quota.secondNumber()
                    : periods.get(i).read(nowNanos) ? periods.get(i).number() : -1;
            if (micros > 0 && period > 0) {
                double ratio = (double) micros / period;
                if (Double.isNaN(cores) || ratio < cores) {
                    cores = ratio;
                    lowest = i;
                }
            }
        }
    }

    boolean lost() {
        return stats.get(0).lost() || usage != null && usage.lost();
    }

    @Override
    public void close() {
        quotas.forEach(ProcFile::close);
        periods.forEach(ProcFile::close);
        stats.forEach(ProcFile::close);
        if (usage != null) {
            usage.close();
        }
    }
}
