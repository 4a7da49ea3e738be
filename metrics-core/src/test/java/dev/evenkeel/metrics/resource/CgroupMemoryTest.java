package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory in all layouts as trees of files; the other controllers are in {@link CgroupTest}. */
class CgroupMemoryTest {
    private static final long MIB = 1 << 20;
    private static final long MINUTE = 60_000_000_000L;
    private static final long TEN_SECONDS = 10_000_000_000L;
    private static final String V1_UNLIMITED = "9223372036854771712";

    private static final String V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
    private static final String V1_MOUNT = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";

    @TempDir
    private Path root;

    private final double[] values = new double[CgroupSweep.SIZE];
    private Cgroup group;

    @AfterEach
    void closeFiles() {
        group.close();
    }

    @Test
    void version2ReadsGroupAndTheLowestLimitAmongItsAncestors() throws IOException {
        proc("0::/kubepods/pod1/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/kubepods", 900 * MIB, "2147483648");
        v2("sys/fs/cgroup/kubepods/pod1", 300 * MIB, "" + 512 * MIB);
        v2("sys/fs/cgroup/kubepods/pod1/app", 200 * MIB, "max");

        refresh();

        assertReadings(200 * MIB, 512 * MIB, 150 * MIB);
    }

    @Test
    void version2WithoutAnyLimitHasNone() throws IOException {
        proc("0::/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/app", 200 * MIB, "max");

        refresh();

        assertReadings(200 * MIB, -1, 150 * MIB);
    }

    @Test
    void version2InsideANamespaceHasItsFilesAtTheMountPoint() throws IOException {
        proc("0::/\n", V2_MOUNT);
        v2("sys/fs/cgroup", 200 * MIB, "" + 256 * MIB);

        refresh();

        assertReadings(200 * MIB, 256 * MIB, 150 * MIB);
    }

    @Test
    void version2RootGroupHasNoMemoryFilesAndIsAbsent() throws IOException {
        proc("0::/\n", V2_MOUNT);
        write("sys/fs/cgroup/memory.stat", "inactive_file 5\n");

        refresh();

        assertReadings(-1, -1, -1);
    }

    @Test
    void version1ReadsGroupAndTheLowestLimitAmongItsAncestors() throws IOException {
        proc("4:memory:/docker/abc\n3:cpu:/\n", V1_MOUNT);
        v1("sys/fs/cgroup/memory", 4000 * MIB, V1_UNLIMITED, V1_UNLIMITED);
        v1("sys/fs/cgroup/memory/docker", 900 * MIB, "" + 300 * MIB, V1_UNLIMITED);
        v1("sys/fs/cgroup/memory/docker/abc", 200 * MIB, "" + 512 * MIB, V1_UNLIMITED);

        refresh();

        assertReadings(200 * MIB, 300 * MIB, 150 * MIB);
    }

    @Test
    void version1UnlimitedNumberIsNoLimit() throws IOException {
        proc("4:memory:/docker/abc\n", V1_MOUNT);
        v1("sys/fs/cgroup/memory/docker/abc", 200 * MIB, V1_UNLIMITED, V1_UNLIMITED);

        refresh();

        assertReadings(200 * MIB, -1, 150 * MIB);
    }

    @Test
    void version1HierarchicalLimitShowsAncestorsThatAreNotMounted() throws IOException {
        proc("4:memory:/docker/abc\n", V1_MOUNT.replace(" / /sys", " /docker/abc /sys"));
        v1("sys/fs/cgroup/memory", 200 * MIB, V1_UNLIMITED, "" + 384 * MIB);

        refresh();

        assertReadings(200 * MIB, 384 * MIB, 150 * MIB);
    }

    @Test
    void version1MountedTogetherWithOtherControllersIsFound() throws IOException {
        proc("4:cpu,memory:/app\n", V1_MOUNT.replace("rw,memory", "rw,cpu,memory"));
        v1("sys/fs/cgroup/memory/app", 200 * MIB, "" + 512 * MIB, V1_UNLIMITED);

        refresh();

        assertReadings(200 * MIB, 512 * MIB, 150 * MIB);
    }

    @Test
    void hybridHostTakesMemoryFromTheHierarchyThatHasTheController() throws IOException {
        String unified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        proc("4:memory:/app\n0::/app\n", unified + V1_MOUNT);
        write("sys/fs/cgroup/unified/app/cgroup.procs", "1\n"); // a version 2 group without memory files
        v1("sys/fs/cgroup/memory/app", 200 * MIB, "" + 512 * MIB, V1_UNLIMITED);

        refresh();

        assertReadings(200 * MIB, 512 * MIB, 150 * MIB);
    }

    @Test
    void hybridHostWithMemoryInVersion2IgnoresTheEmptyVersion1Line() throws IOException {
        proc("4:memory:/\n0::/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/app", 200 * MIB, "" + 512 * MIB);

        refresh();

        assertReadings(200 * MIB, 512 * MIB, 150 * MIB);
    }

    @Test
    void groupOutsideOfTheMountFallsBackToTheMountPoint() throws IOException {
        proc("0::/../other\n", V2_MOUNT);
        v2("sys/fs/cgroup", 200 * MIB, "" + 512 * MIB);
        v2("sys/fs/other", 999 * MIB, "max");

        refresh();

        assertReadings(200 * MIB, 512 * MIB, 150 * MIB);
    }

    @Test
    void mountPointWithASpaceIsUnescaped() throws IOException {
        proc("0::/app\n", V2_MOUNT.replace("/sys/fs/cgroup", "/sys/fs/c\\040group"));
        v2("sys/fs/c group/app", 200 * MIB, "max");

        refresh();

        assertReadings(200 * MIB, -1, 150 * MIB);
    }

    @Test
    void missingStatLeavesTheWorkingSetAbsentAndTheRestInPlace() throws IOException {
        proc("0::/app\n", V2_MOUNT);
        write("sys/fs/cgroup/app/memory.current", "" + 200 * MIB);

        refresh();

        assertReadings(200 * MIB, -1, -1);
    }

    @Test
    void moreInactiveFileThanCurrentIsAnEmptyWorkingSet() throws IOException {
        proc("0::/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/app", 40 * MIB, "max"); // with 50 MiB inactive: the two files are not read at one moment

        refresh();

        assertReadings(40 * MIB, -1, 0);
    }

    @Test
    void noCgroupFilesAtAllIsAbsent() {
        refresh();

        assertReadings(-1, -1, -1);
    }

    @Test
    void valuesAreReadAgainFromTheOpenFilesAndLimitsEveryTenSeconds() throws IOException {
        proc("0::/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/app", 200 * MIB, "" + 512 * MIB);
        refresh();

        overwrite("sys/fs/cgroup/app/memory.current", "" + 210 * MIB);
        overwrite("sys/fs/cgroup/app/memory.max", "" + 600 * MIB);

        read(TEN_SECONDS - 1);
        assertReadings(210 * MIB, 512 * MIB, 160 * MIB);
        read(TEN_SECONDS);
        assertReadings(210 * MIB, 600 * MIB, 160 * MIB);
    }

    @Test
    void groupThatAppearsLaterIsFoundAtTheFirstLookAfterAMinute() throws IOException {
        refresh();
        proc("0::/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/app", 200 * MIB, "max");

        read(MINUTE - TEN_SECONDS);
        double early = values[CgroupSweep.MEMORY_CURRENT];
        read(MINUTE);

        assertEquals(Double.NaN, early);
        assertReadings(200 * MIB, -1, 150 * MIB);
    }

    @Test
    void closedReaderIsAbsent() throws IOException {
        proc("0::/app\n", V2_MOUNT);
        v2("sys/fs/cgroup/app", 200 * MIB, "max");
        refresh();

        group.close();
        read(MINUTE);

        assertReadings(-1, -1, -1);
    }

    private void refresh() {
        group = new Cgroup(root, "self");
        read(0);
    }

    private void read(long nowNanos) {
        Arrays.fill(values, Double.NaN);
        group.read(nowNanos, values);
    }

    private void assertReadings(long current, long limit, long workingSet) {
        assertEquals(Sweep.orAbsent(current), values[CgroupSweep.MEMORY_CURRENT], "current");
        assertEquals(Sweep.orAbsent(limit), values[CgroupSweep.MEMORY_LIMIT], "limit");
        assertEquals(Sweep.orAbsent(workingSet), values[CgroupSweep.MEMORY_WORKING_SET], "working set");
    }

    private void proc(String cgroup, String mountinfo) throws IOException {
        write("proc/self/cgroup", cgroup);
        write(
                "proc/self/mountinfo",
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n" + mountinfo
                        + "99 1 0:5 / /proc rw - proc proc rw\n");
    }

    private void v2(String folder, long current, String max) throws IOException {
        write(folder + "/memory.current", current + "\n");
        write(folder + "/memory.max", max + "\n");
        write(folder + "/memory.stat", "anon 1\nfile 2\ninactive_anon 3\ninactive_file " + 50 * MIB + "\nslab 4\n");
    }

    private void v1(String folder, long usage, String limit, String hierarchical) throws IOException {
        write(folder + "/memory.usage_in_bytes", usage + "\n");
        write(folder + "/memory.limit_in_bytes", limit + "\n");
        write(
                folder + "/memory.stat",
                "cache 1\ninactive_file 7\nhierarchical_memory_limit " + hierarchical + "\nhierarchical_memsw_limit "
                        + hierarchical + "\ntotal_inactive_file " + 50 * MIB + "\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** In place: a file of the kernel keeps its identity. */
    private void overwrite(String name, String text) throws IOException {
        try (var out = Files.newOutputStream(root.resolve(name))) {
            out.write(text.getBytes());
        }
    }
}
