package dev.evenkeel.metrics.resource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A host's {@code /proc} and {@code /sys/fs/cgroup} as plain files. */
final class CgroupTree {
    static final String V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
    static final String UNIFIED_MOUNT = "42 32 0:39 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw\n";
    static final String UNLIMITED = "9223372036854771712";

    final Path root;

    CgroupTree(Path root) {
        this.root = root;
    }

    static String v1Mount(String controllers, String mountRoot) {
        return "35 31 0:32 " + mountRoot + " /sys/fs/cgroup/" + controllers + " rw,relatime - cgroup cgroup rw,"
                + controllers + "\n";
    }

    CgroupTree process(String membership, String mounts) throws IOException {
        write("proc/self/cgroup", membership);
        return write(
                "proc/self/mountinfo",
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n" + mounts
                        + "99 1 0:5 / /proc rw - proc proc rw\n");
    }

    /** A version 2 group in {@code sys/fs/cgroup} with every controller. */
    CgroupTree version2(String group, long usedBytes, String memoryMax, String cpuMax, String pidsMax)
            throws IOException {
        String folder = "sys/fs/cgroup/" + group;
        write(folder + "/cgroup.events", "populated 1\nfrozen 0\n");
        write(folder + "/memory.current", usedBytes + "\n");
        write(folder + "/memory.max", memoryMax + "\n");
        write(folder + "/memory.high", "max\n");
        write(folder + "/memory.peak", usedBytes + 1000 + "\n");
        write(folder + "/memory.swap.current", "4096\n");
        write(folder + "/memory.swap.max", "0\n");
        write(folder + "/memory.stat", "anon 1\nfile 2\ninactive_anon 3\ninactive_file 500\nslab 4\n");
        write(folder + "/memory.events", "low 0\nhigh 4\nmax 5\noom 2\noom_kill 1\noom_group_kill 9\n");
        write(
                folder + "/cpu.stat",
                "usage_usec 7500000\nuser_usec 5000000\nsystem_usec 2500000\nnr_periods 100\nnr_throttled 30\n"
                        + "throttled_usec 1250000\nnr_bursts 0\nburst_usec 0\n");
        write(folder + "/cpu.max", cpuMax + "\n");
        write(folder + "/pids.current", "17\n");
        write(folder + "/pids.max", pidsMax + "\n");
        write(
                folder + "/io.stat",
                "8:0 rbytes=1000 wbytes=2000 rios=3 wios=4 dbytes=0 dios=0\n"
                        + "259:0 rbytes=10 wbytes=20 rios=30 wios=40 dbytes=7 dios=7\n");
        return pressure(folder + "/%s.pressure", 12.34);
    }

    /** @param pattern the path with {@code %s} for the resource */
    CgroupTree pressure(String pattern, double avg10) throws IOException {
        for (String resource : new String[] {"cpu", "memory", "io"}) {
            write(
                    String.format(pattern, resource),
                    "some avg10=" + avg10 + " avg60=1.00 avg300=2.00 total=3000000\n"
                            + "full avg10=0.50 avg60=1.00 avg300=2.00 total=1500000\n");
        }
        return this;
    }

    CgroupTree version1Memory(String folder, long usedBytes, String limit, String hierarchical, String memsw)
            throws IOException {
        write(folder + "/memory.usage_in_bytes", usedBytes + "\n");
        write(folder + "/memory.limit_in_bytes", limit + "\n");
        write(folder + "/memory.max_usage_in_bytes", usedBytes + 1000 + "\n");
        write(folder + "/memory.failcnt", "153\n");
        write(folder + "/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        return write(
                folder + "/memory.stat",
                "cache 1\nswap 1\ninactive_file 7\nhierarchical_memory_limit " + hierarchical
                        + "\nhierarchical_memsw_limit " + memsw + "\ntotal_swap 8192\ntotal_inactive_file 500\n");
    }

    CgroupTree version1Cpu(String folder, String quota) throws IOException {
        write(folder + "/cpu.cfs_quota_us", quota + "\n");
        write(folder + "/cpu.cfs_period_us", "100000\n");
        return write(folder + "/cpu.stat", "nr_periods 21\nnr_throttled 20\nthrottled_time 1500000000\n");
    }

    CgroupTree write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /** In place: a file of the kernel keeps its identity. */
    CgroupTree overwrite(String name, String text) throws IOException {
        try (OutputStream out = Files.newOutputStream(root.resolve(name))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    void delete(String name) throws IOException {
        Files.walkFileTree(root.resolve(name), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
