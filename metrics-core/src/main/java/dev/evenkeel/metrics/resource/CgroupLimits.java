package dev.evenkeel.metrics.resource;

import java.util.List;

/** One limit of a control group and of its ancestors, of which the lowest counts. Not thread-safe. */
final class CgroupLimits implements AutoCloseable {
    /** From here on a version 1 limit means "none": it is Long.MAX_VALUE rounded down to a page, whatever its size. */
    static final long UNLIMITED = 1L << 62;

    private final List<ProcFile> files;
    private long least = -1;

    CgroupLimits(CgroupFolder folder, String name) {
        files = folder.upwards(name);
    }

    /** Reads all of them again. */
    void read(long nowNanos) {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < files.size(); i++) {
            ProcFile file = files.get(i);
            if (file.read(nowNanos)) {
                lowest = lower(lowest, file.number());
            }
        }
        least = lowest < UNLIMITED ? lowest : -1;
    }

    /** The lowest as of the last reading; -1 when there is none. */
    long least() {
        return least;
    }

    /** The lower of two limits, of which -1 is none. */
    static long lower(long one, long other) {
        if (one < 0 || other < 0) {
            return Math.max(one, other);
        }
        return Math.min(one, other);
    }

    @Override
    public void close() {
        files.forEach(ProcFile::close);
    }
}
