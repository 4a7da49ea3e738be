package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * How much memory this process may use before the kernel kills it.
 *
 * @param bytes above 0
 * @param source who sets the limit
 */
public record MemoryLimit(long bytes, Source source) {
    private static final byte[] TOTAL_KEY = "MemTotal:".getBytes(ISO_8859_1);

    /** Who sets a memory limit. */
    public enum Source {
        /** The control group or one of its ancestors, version 2. */
        CGROUP_V2("control group, version 2"),
        /** The control group or one of its ancestors, version 1. */
        CGROUP_V1("control group, version 1"),
        /** The machine: it has no more memory, and no group has less. */
        MACHINE("memory of the machine");

        private final String title;

        Source(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /**
     * Reads the limit now: the lowest among the group and its ancestors, or the machine's memory where that is less.
     * Opens and closes some ten files; takes about a millisecond.
     *
     * @return empty where neither control groups nor {@code /proc/meminfo} say anything, as on macOS and Windows
     */
    public static Optional<MemoryLimit> read() {
        return read(Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code sys} */
    static Optional<MemoryLimit> read(Path root) {
        long machine = -1;
        try (ProcFile meminfo = new ProcFile(root.resolve("proc/meminfo"))) {
            if (meminfo.read(0)) {
                machine = 1024 * meminfo.numberAfter(TOTAL_KEY);
            }
        }
        CgroupFolder group = CgroupLayout.of(root, text(root, "cgroup"), text(root, "mountinfo"))
                .memory();
        if (group != null) {
            double limit = limit(group);
            if (limit > 0 && (machine <= 0 || limit < machine)) {
                return Optional.of(
                        new MemoryLimit((long) limit, group.version2() ? Source.CGROUP_V2 : Source.CGROUP_V1));
            }
        }
        return machine > 0 ? Optional.of(new MemoryLimit(machine, Source.MACHINE)) : Optional.empty();
    }

    private static double limit(CgroupFolder group) {
        double[] values = new double[CgroupSweep.SIZE];
        Arrays.fill(values, Double.NaN);
        try (CgroupMemory memory = new CgroupMemory(group)) {
            memory.read(0, true, values);
        }
        return values[CgroupSweep.MEMORY_LIMIT];
    }

    private static String text(Path root, String name) {
        try (ProcFile file = new ProcFile(root.resolve("proc/self").resolve(name))) {
            return file.read(0) ? file.text() : "";
        }
    }

    @Override
    public String toString() {
        return mebibytes(bytes) + " (" + source + ")";
    }

    static String mebibytes(long bytes) {
        return Math.round(bytes / 1048576.0) + " MiB";
    }
}
