package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All controllers in all layouts as trees of files; real groups are in {@code CgroupLiveIT}. */
class CgroupTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1 << 20;

    @TempDir
    private Path root;

    private final double[] values = new double[CgroupSweep.SIZE];
    private CgroupTree tree;
    private Cgroup group;

    @BeforeEach
    void plantTree() {
        tree = new CgroupTree(root);
        group = new Cgroup(root, "self");
    }

    @AfterEach
    void closeFiles() {
        group.close();
    }

    @Test
    void dockerVersion2InItsNamespace() throws IOException {
        tree.process("0::/\n", CgroupTree.V2_MOUNT).version2("", 200 * MIB, "" + 256 * MIB, "150000 100000", "max");

        read(0);

        assertValue(200 * MIB, CgroupSweep.MEMORY_CURRENT);
        assertValue(200 * MIB - 500, CgroupSweep.MEMORY_WORKING_SET);
        assertValue(256 * MIB, CgroupSweep.MEMORY_LIMIT);
        assertValue(200 * MIB + 1000, CgroupSweep.MEMORY_PEAK);
        assertAbsent(CgroupSweep.MEMORY_HIGH);
        assertValue(4, CgroupSweep.MEMORY_HIGH_EVENTS);
        assertValue(5, CgroupSweep.MEMORY_MAX_EVENTS);
        assertValue(2, CgroupSweep.MEMORY_OOM);
        assertValue(1, CgroupSweep.MEMORY_OOM_KILL);
        assertValue(4096, CgroupSweep.SWAP_CURRENT);
        assertValue(0, CgroupSweep.SWAP_LIMIT);
        assertValue(7.5, CgroupSweep.CPU_SECONDS);
        assertValue(1.5, CgroupSweep.CPU_LIMIT);
        assertValue(100, CgroupSweep.CPU_PERIODS);
        assertValue(30, CgroupSweep.CPU_THROTTLED_PERIODS);
        assertValue(1.25, CgroupSweep.CPU_THROTTLED_SECONDS);
        assertValue(17, CgroupSweep.PIDS_CURRENT);
        assertAbsent(CgroupSweep.PIDS_LIMIT);
        assertValue(1010, CgroupSweep.IO_READ_BYTES);
        assertValue(2020, CgroupSweep.IO_WRITTEN_BYTES);
        assertValue(33, CgroupSweep.IO_READS);
        assertValue(44, CgroupSweep.IO_WRITES);
        for (int resource = 0; resource < 3; resource++) {
            int at = CgroupSweep.PRESSURE + resource * PressureFiles.PER_RESOURCE;
            assertEquals(0.1234, values[at], 1e-12);
            assertValue(3, at + 1);
            assertValue(0.005, at + 2);
            assertValue(1.5, at + 3);
        }
    }

    @Test
    void kubernetesVersion2TakesLimitsFromThePodAndThrottlingFromWhoHasTheLowestQuota() throws IOException {
        String pod = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";
        String container = pod + "/cri-containerd-abc.scope";
        tree.process("0::/" + container + "\n", CgroupTree.V2_MOUNT)
                .version2("kubepods.slice", 900 * MIB, "" + 4096 * MIB, "max 100000", "max")
                .version2("kubepods.slice/kubepods-burstable.slice", 900 * MIB, "max", "max 100000", "max")
                .version2(pod, 300 * MIB, "" + 512 * MIB, "50000 100000", "64")
                .version2(container, 200 * MIB, "max", "max 100000", "1024")
                .write("sys/fs/cgroup/" + pod + "/memory.high", "" + 400 * MIB)
                .write("sys/fs/cgroup/" + pod + "/cpu.stat", "usage_usec 9\nnr_throttled 77\nthrottled_usec 8000000\n");

        read(0);

        assertValue(200 * MIB, CgroupSweep.MEMORY_CURRENT);
        assertValue(512 * MIB, CgroupSweep.MEMORY_LIMIT);
        assertValue(400 * MIB, CgroupSweep.MEMORY_HIGH);
        assertValue(64, CgroupSweep.PIDS_LIMIT);
        assertValue(0.5, CgroupSweep.CPU_LIMIT);
        assertValue(7.5, CgroupSweep.CPU_SECONDS);
        assertValue(77, CgroupSweep.CPU_THROTTLED_PERIODS);
        assertValue(8, CgroupSweep.CPU_THROTTLED_SECONDS);
        assertAbsent(CgroupSweep.CPU_PERIODS); // this pod's file has no such line
    }

    @Test
    void equalQuotasShowTheContainersOwnThrottling() throws IOException {
        tree.process("0::/pod/app\n", CgroupTree.V2_MOUNT)
                .version2("pod", 1, "max", "100000 100000", "max")
                .version2("pod/app", 1, "max", "50000 50000", "max")
                .write("sys/fs/cgroup/pod/cpu.stat", "nr_throttled 99\n");

        read(0);

        assertValue(1, CgroupSweep.CPU_LIMIT);
        assertValue(30, CgroupSweep.CPU_THROTTLED_PERIODS);
    }

    @Test
    void dockerVersion1WithTheHostsPathAndItsOwnPartMounted() throws IOException {
        tree.process(
                        "5:pids:/docker/abc\n4:memory:/docker/abc\n3:blkio:/docker/abc\n2:cpu,cpuacct:/docker/abc\n",
                        CgroupTree.v1Mount("memory", "/docker/abc")
                                + CgroupTree.v1Mount("cpu,cpuacct", "/docker/abc")
                                + CgroupTree.v1Mount("pids", "/docker/abc")
                                + CgroupTree.v1Mount("blkio", "/docker/abc"))
                .version1Memory("sys/fs/cgroup/memory", 200 * MIB, "" + 256 * MIB, "" + 256 * MIB, "" + 384 * MIB)
                .version1Cpu("sys/fs/cgroup/cpu,cpuacct", "20000")
                .write("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "2500000000\n")
                .write("sys/fs/cgroup/pids/pids.current", "12\n")
                .write("sys/fs/cgroup/pids/pids.max", "100\n")
                .write(
                        "sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes_recursive",
                        "8:0 Read 1000\n8:0 Write 2000\n8:0 Sync 1\n8:0 Total 3000\n8:16 Read 5\n8:16 Write 6\nTotal 3011\n")
                .write(
                        "sys/fs/cgroup/blkio/blkio.throttle.io_serviced_recursive",
                        "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n");

        read(0);

        assertValue(200 * MIB, CgroupSweep.MEMORY_CURRENT);
        assertValue(200 * MIB - 500, CgroupSweep.MEMORY_WORKING_SET);
        assertValue(256 * MIB, CgroupSweep.MEMORY_LIMIT);
        assertValue(200 * MIB + 1000, CgroupSweep.MEMORY_PEAK);
        assertValue(153, CgroupSweep.MEMORY_MAX_EVENTS);
        assertValue(2, CgroupSweep.MEMORY_OOM_KILL);
        assertAbsent(CgroupSweep.MEMORY_OOM);
        assertAbsent(CgroupSweep.MEMORY_HIGH);
        assertAbsent(CgroupSweep.MEMORY_HIGH_EVENTS);
        assertValue(8192, CgroupSweep.SWAP_CURRENT);
        assertValue(128 * MIB, CgroupSweep.SWAP_LIMIT);
        assertValue(2.5, CgroupSweep.CPU_SECONDS);
        assertValue(0.2, CgroupSweep.CPU_LIMIT);
        assertValue(21, CgroupSweep.CPU_PERIODS);
        assertValue(20, CgroupSweep.CPU_THROTTLED_PERIODS);
        assertValue(1.5, CgroupSweep.CPU_THROTTLED_SECONDS);
        assertValue(12, CgroupSweep.PIDS_CURRENT);
        assertValue(100, CgroupSweep.PIDS_LIMIT);
        assertValue(1005, CgroupSweep.IO_READ_BYTES);
        assertValue(2006, CgroupSweep.IO_WRITTEN_BYTES);
        assertValue(10, CgroupSweep.IO_READS);
        assertValue(20, CgroupSweep.IO_WRITES);
        assertNoPressure();
    }

    @Test
    void systemdHybridHasItsControllersInVersion1AndPressureInVersion2() throws IOException {
        String service = "/system.slice/app.service";
        tree.process(
                        "12:pids:" + service + "\n9:memory:" + service + "\n4:cpu,cpuacct:" + service
                                + "\n3:blkio:/system.slice\n1:name=systemd:" + service + "\n0::" + service + "\n",
                        CgroupTree.UNIFIED_MOUNT
                                + CgroupTree.v1Mount("memory", "/")
                                + CgroupTree.v1Mount("cpu,cpuacct", "/")
                                + CgroupTree.v1Mount("pids", "/")
                                + CgroupTree.v1Mount("blkio", "/"))
                .version1Memory(
                        "sys/fs/cgroup/memory" + service,
                        MIB,
                        CgroupTree.UNLIMITED,
                        CgroupTree.UNLIMITED,
                        CgroupTree.UNLIMITED)
                .version1Cpu("sys/fs/cgroup/cpu,cpuacct" + service, "-1")
                .version1Cpu("sys/fs/cgroup/cpu,cpuacct", "-1")
                .write("sys/fs/cgroup/pids" + service + "/pids.current", "12\n")
                .write("sys/fs/cgroup/pids" + service + "/pids.max", "max\n")
                .write("sys/fs/cgroup/pids/system.slice/pids.max", "4915\n")
                .write("sys/fs/cgroup/blkio/system.slice/blkio.throttle.io_service_bytes_recursive", "Total 0\n")
                .write("sys/fs/cgroup/unified" + service + "/cgroup.events", "populated 1\n")
                .write("sys/fs/cgroup/unified" + service + "/cpu.stat", "usage_usec 1\n")
                .pressure("sys/fs/cgroup/unified" + service + "/%s.pressure", 99.99);

        read(0);

        assertValue(MIB, CgroupSweep.MEMORY_CURRENT);
        assertAbsent(CgroupSweep.MEMORY_LIMIT);
        assertAbsent(CgroupSweep.SWAP_LIMIT);
        assertAbsent(CgroupSweep.CPU_LIMIT);
        assertAbsent(CgroupSweep.CPU_SECONDS); // no cpuacct.usage in this tree
        assertValue(20, CgroupSweep.CPU_THROTTLED_PERIODS);
        assertValue(4915, CgroupSweep.PIDS_LIMIT);
        assertAbsent(CgroupSweep.IO_READ_BYTES); // no device line: the kernel keeps no account
        assertAbsent(CgroupSweep.IO_READS);
        assertEquals(0.9999, values[CgroupSweep.PRESSURE], 1e-12);
    }

    @Test
    void bareVersion2HostInTheRootGroupHasProcessorTimeAlone() throws IOException {
        tree.process("0::/\n", CgroupTree.V2_MOUNT)
                .write("sys/fs/cgroup/cpu.stat", "usage_usec 7500000\nuser_usec 1\nsystem_usec 2\n")
                .write("sys/fs/cgroup/memory.stat", "inactive_file 5\n")
                .pressure("sys/fs/cgroup/%s.pressure", 50.0)
                .pressure("proc/pressure/%s", 50.0);

        read(0);

        assertValue(7.5, CgroupSweep.CPU_SECONDS);
        assertAbsent(CgroupSweep.CPU_LIMIT);
        assertAbsent(CgroupSweep.CPU_THROTTLED_PERIODS);
        assertAbsent(CgroupSweep.MEMORY_CURRENT);
        assertAbsent(CgroupSweep.MEMORY_WORKING_SET);
        assertAbsent(CgroupSweep.PIDS_CURRENT);
        assertNoPressure(); // of a group: it is the machine's
    }

    @Test
    void machinesPressureLeavesOutWhatTheKernelDoesNotDefine() throws IOException {
        tree.pressure("proc/pressure/%s", 50.0);
        PressureFiles machine = PressureFiles.ofMachine(root);

        Arrays.fill(values, Double.NaN);
        machine.read(0, values, CgroupSweep.SYSTEM_PRESSURE);
        machine.close();

        assertValue(0.5, CgroupSweep.SYSTEM_PRESSURE);
        assertValue(3, CgroupSweep.SYSTEM_PRESSURE + 1);
        assertAbsent(CgroupSweep.SYSTEM_PRESSURE + 2);
        assertAbsent(CgroupSweep.SYSTEM_PRESSURE + 3);
        int memory = CgroupSweep.SYSTEM_PRESSURE + PressureFiles.MEMORY * PressureFiles.PER_RESOURCE;
        assertValue(0.005, memory + 2);
    }

    @Test
    void controllersThatAreNotEnabledAreAbsentAndTheOthersInPlace() throws IOException {
        tree.process("0::/app\n", CgroupTree.V2_MOUNT)
                .write("sys/fs/cgroup/app/cgroup.events", "populated 1\n")
                .write("sys/fs/cgroup/app/cpu.stat", "usage_usec 1000000\nuser_usec 1\nsystem_usec 2\n")
                .write("sys/fs/cgroup/app/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");

        read(0);

        assertValue(1, CgroupSweep.CPU_SECONDS);
        for (int i = 0; i < CgroupSweep.SIZE; i++) {
            if (i != CgroupSweep.CPU_SECONDS
                    && i != CgroupSweep.PRESSURE + PressureFiles.PER_RESOURCE
                    && i != CgroupSweep.PRESSURE + PressureFiles.PER_RESOURCE + 1) {
                assertAbsent(i);
            }
        }
        assertValue(0, CgroupSweep.PRESSURE + PressureFiles.PER_RESOURCE); // it is there, and it is zero
    }

    @Test
    void groupWithoutAnyTransferHasReadZeroBytes() throws IOException {
        tree.process("0::/app\n", CgroupTree.V2_MOUNT).write("sys/fs/cgroup/app/io.stat", "");

        read(0);

        assertValue(0, CgroupSweep.IO_READ_BYTES);
        assertValue(0, CgroupSweep.IO_WRITES);
    }

    @Test
    void damagedFilesAreAbsent() throws IOException {
        tree.process("0::/app\n", CgroupTree.V2_MOUNT)
                .version2("app", MIB, "max", "max 100000", "max")
                .write("sys/fs/cgroup/app/memory.current", "garbage\n")
                .write("sys/fs/cgroup/app/cpu.max", "50000\n")
                .write("sys/fs/cgroup/app/cpu.pressure", "some avg10= total=\nfull")
                .write("sys/fs/cgroup/app/io.stat", "8:0 rbytes= wbytes=x\n");

        read(0);

        assertAbsent(CgroupSweep.MEMORY_CURRENT);
        assertAbsent(CgroupSweep.MEMORY_WORKING_SET);
        assertAbsent(CgroupSweep.CPU_LIMIT);
        for (int i = 0; i < PressureFiles.PER_RESOURCE; i++) {
            assertAbsent(CgroupSweep.PRESSURE + i);
        }
        assertValue(17, CgroupSweep.PIDS_CURRENT);
    }

    @Test
    void movedProcessIsFollowedWithinTenSeconds() throws IOException {
        tree.process("0::/one\n", CgroupTree.V2_MOUNT)
                .version2("one", 100, "1000", "max 100000", "max")
                .version2("two", 200, "2000", "max 100000", "max");
        read(0);
        double before = values[CgroupSweep.MEMORY_LIMIT];

        tree.overwrite("proc/self/cgroup", "0::/two\n");

        read(10 * SECOND - 1);
        assertValue(100, CgroupSweep.MEMORY_CURRENT); // still the old one: its files are there
        read(10 * SECOND);
        assertEquals(1000, before);
        assertValue(200, CgroupSweep.MEMORY_CURRENT);
        assertValue(2000, CgroupSweep.MEMORY_LIMIT);
    }

    @Test
    void processWithoutAGroupAnyMoreIsAbsent() throws IOException {
        tree.process("0::/one\n", CgroupTree.V2_MOUNT).version2("one", 100, "1000", "max 100000", "max");
        tree.write("proc/77/cgroup", "0::/one\n");
        Files.createSymbolicLink(root.resolve("proc/78"), Path.of("77"));
        Cgroup other = new Cgroup(root, "78");
        other.read(0, values);
        double before = values[CgroupSweep.MEMORY_CURRENT];

        Files.delete(root.resolve("proc/78")); // as when process 78 ends; the file that is open stays readable here
        tree.overwrite("proc/77/cgroup", "");
        Arrays.fill(values, Double.NaN);
        other.read(10 * SECOND, values);
        other.close();

        assertEquals(100, before);
        assertAbsent(CgroupSweep.MEMORY_CURRENT);
    }

    /** The open files of an ended process answer an error, as those of a removed group do. */
    @Test
    void filesThatVanishBetweenTwoReadingsAreAbsentAndTheOthersInPlace() throws Exception {
        Process sleeper = sleeperInPlaceOf("sys/fs/cgroup/one/cpu.stat");
        read(0);

        sleeper.destroyForcibly().waitFor();
        read(SECOND);

        assertValue(100, CgroupSweep.MEMORY_CURRENT);
        assertAbsent(CgroupSweep.CPU_SECONDS);
        assertValue(17, CgroupSweep.PIDS_CURRENT);
    }

    @Test
    void groupThatWasRemovedIsLookedForAtOnce() throws Exception {
        Process sleeper = sleeperInPlaceOf("sys/fs/cgroup/one/cpu.stat");
        tree.version2("two", 200, "2000", "max 100000", "max");
        read(0);

        tree.overwrite("proc/self/cgroup", "0::/two\n");
        sleeper.destroyForcibly().waitFor();
        read(SECOND);

        assertValue(200, CgroupSweep.MEMORY_CURRENT);
        assertValue(2000, CgroupSweep.MEMORY_LIMIT);
        assertValue(7.5, CgroupSweep.CPU_SECONDS);
    }

    /** Plants group "one", in which a file lives as long as the process that is returned. */
    private Process sleeperInPlaceOf(String file) throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/schedstat")), "no /proc here");
        tree.process("0::/one\n", CgroupTree.V2_MOUNT).version2("one", 100, "1000", "max 100000", "max");
        Process sleeper = new ProcessBuilder("sleep", "60").start();
        Files.delete(root.resolve(file));
        Files.createSymbolicLink(root.resolve(file), Path.of("/proc/" + sleeper.pid() + "/schedstat"));
        return sleeper;
    }

    @Test
    void interruptedThreadReadsOn() throws IOException {
        tree.process("0::/app\n", CgroupTree.V2_MOUNT).version2("app", 100, "1000", "max 100000", "max");
        read(0);

        Thread.currentThread().interrupt();
        read(SECOND);
        boolean kept = Thread.interrupted();

        assertValue(100, CgroupSweep.MEMORY_CURRENT);
        assertTrue(kept, "the interrupt was swallowed");
    }

    @Test
    void registryShowsWhatIsThereUnderItsNameAndNothingElse() throws IOException {
        tree.process("0::/app\n", CgroupTree.V2_MOUNT)
                .version2("app", 1000, "2000", "150000 100000", "max")
                .pressure("proc/pressure/%s", 1.0);

        try (MetricRegistry registry = MetricRegistry.create();
                CgroupSamplers samplers = CgroupSamplers.bindTo(registry, root)) {
            Map<String, Double> shown = new TreeMap<>();
            for (Point point : registry.snapshot().points()) {
                String name = point.descriptor().name();
                if (name.startsWith("cgroup.") || name.startsWith("system.")) {
                    StringBuilder series = new StringBuilder(name);
                    for (int i = 0; i < point.descriptor().labelNames().size(); i++) {
                        series.append(' ').append(point.labels().value(i));
                    }
                    shown.put(series.toString(), point.value());
                }
            }

            assertEquals(1000, shown.get("cgroup.memory.current"));
            assertEquals(500, shown.get("cgroup.memory.working_set"));
            assertEquals(2000, shown.get("cgroup.memory.limit"));
            assertEquals(2000, shown.get("cgroup.memory.peak"));
            assertEquals(5, shown.get("cgroup.memory.events max"));
            assertEquals(1, shown.get("cgroup.memory.events oom_kill"));
            assertEquals(1.5, shown.get("cgroup.cpu.limit"));
            assertEquals(1.25, shown.get("cgroup.cpu.throttled_time"));
            assertEquals(17, shown.get("cgroup.pids.current"));
            assertEquals(2020, shown.get("cgroup.io.bytes write"));
            assertEquals(33, shown.get("cgroup.io.operations read"));
            assertEquals(1.5, shown.get("cgroup.pressure.time io full"));
            assertEquals(0.01, shown.get("system.pressure.avg10 memory some"));
            assertEquals(null, shown.get("cgroup.pids.limit"));
            assertEquals(null, shown.get("system.pressure.time cpu full"));
            // 2 limits (high, pids) and the machine's two of full cpu are not there
            assertEquals(22 - 2 + 12 + 10, shown.size(), shown::toString);
        }
    }

    @Test
    void readingTheLiveHostAllocatesNothing() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/cgroup")), "no control groups here");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CgroupSweep sweep = new CgroupSweep(Path.of("/"), "self", () -> 0)) {
            for (int i = 0; i < 2_000; i++) {
                sweep.value(0, 1_000_000L * i);
            }
            long start = threads.getCurrentThreadCpuTime();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 2_000; i < 4_000; i++) {
                sweep.value(0, 1_000_000L * i);
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            long micros = (threads.getCurrentThreadCpuTime() - start) / 2_000_000;

            System.out.println("control group reading: " + bytes / 2_000.0 + " B, " + micros + " us of processor time");
            assertTrue(
                    bytes < 2_000,
                    () -> bytes + " B in 2,000 readings"); // the first call above allocates its own answer
        }
    }

    private void read(long nowNanos) {
        Arrays.fill(values, Double.NaN);
        group.read(nowNanos, values);
    }

    private void assertValue(double expected, int index) {
        assertEquals(expected, values[index], 0, () -> "value " + index);
    }

    private void assertAbsent(int index) {
        assertEquals(Double.NaN, values[index], () -> "value " + index);
    }

    private void assertNoPressure() {
        for (int i = 0; i < PressureFiles.SIZE; i++) {
            assertAbsent(CgroupSweep.PRESSURE + i);
        }
    }
}
