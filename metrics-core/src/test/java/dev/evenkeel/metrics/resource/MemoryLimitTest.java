package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
    private static final long MIB = 1 << 20;
    private static final String MEMINFO = "MemTotal:        2097152 kB\nMemFree:  100 kB\n";

    @TempDir
    private Path root;

    @Test
    void version2LimitOfAnAncestorCounts() throws IOException {
        new CgroupTree(root)
                .write("proc/meminfo", MEMINFO)
                .process("0::/pod/app\n", CgroupTree.V2_MOUNT)
                .version2("pod", 1, "" + 512 * MIB, "max 100000", "max")
                .version2("pod/app", 1, "max", "max 100000", "max");

        assertEquals(Optional.of(new MemoryLimit(512 * MIB, MemoryLimit.Source.CGROUP_V2)), MemoryLimit.read(root));
    }

    @Test
    void version1LimitCounts() throws IOException {
        new CgroupTree(root)
                .write("proc/meminfo", MEMINFO)
                .process("4:memory:/app\n", CgroupTree.v1Mount("memory", "/"))
                .version1Memory("sys/fs/cgroup/memory/app", 1, "" + 256 * MIB, "" + 256 * MIB, CgroupTree.UNLIMITED);

        assertEquals(Optional.of(new MemoryLimit(256 * MIB, MemoryLimit.Source.CGROUP_V1)), MemoryLimit.read(root));
    }

    @Test
    void withoutALimitOrWithOneAboveTheMachineItIsTheMachines() throws IOException {
        CgroupTree tree = new CgroupTree(root)
                .write("proc/meminfo", MEMINFO)
                .process("0::/app\n", CgroupTree.V2_MOUNT)
                .version2("app", 1, "max", "max 100000", "max");
        Optional<MemoryLimit> unlimited = MemoryLimit.read(root);
        tree.overwrite("sys/fs/cgroup/app/memory.max", "" + 9000 * MIB);

        assertEquals(Optional.of(new MemoryLimit(2048 * MIB, MemoryLimit.Source.MACHINE)), unlimited);
        assertEquals(unlimited, MemoryLimit.read(root));
    }

    @Test
    void nothingToReadIsNoLimit() {
        assertEquals(Optional.empty(), MemoryLimit.read(root));
    }

    @Test
    void adviceIsNineTenthsLessWhatTheJvmNeedsBesideTheHeap() {
        MemoryLimit limit = new MemoryLimit(1000 * MIB, MemoryLimit.Source.CGROUP_V2);

        MemoryLimitAdvice advice = MemoryLimitAdvice.of(limit, 200 * MIB + 1);

        assertEquals(699 * MIB, advice.heapBytes(), "whole MiB, rounded down");
        assertEquals(List.of("-Xmx699m"), advice.flags());
        assertTrue(advice.isPossible());
    }

    @Test
    void limitWithoutRoomForAHeapHasNoFlags() {
        MemoryLimit limit = new MemoryLimit(100 * MIB, MemoryLimit.Source.CGROUP_V2);

        MemoryLimitAdvice just = MemoryLimitAdvice.of(limit, 74 * MIB - 100);
        MemoryLimitAdvice over = MemoryLimitAdvice.of(limit, 75 * MIB);
        MemoryLimitAdvice negative = MemoryLimitAdvice.of(limit, 500 * MIB);

        assertEquals(List.of("-Xmx16m"), just.flags());
        assertEquals(List.of(), over.flags());
        assertEquals(List.of(), negative.flags());
        assertEquals(-410 * MIB, negative.heapBytes());
    }

    @Test
    void directBuffersAndThreadsOfThisJvmAreMeasured() throws InterruptedException {
        MemoryLimitHeap heap = new MemoryLimitHeap();
        long before = 0;
        double more = 0;
        for (int i = 0;
                i < 20 && Math.abs(more - 64) > 8;
                i++) { // buffers of other tests may be freed meanwhile, code compiled
            before = heap.nonHeapBytes();
            ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 20);
            more = (heap.nonHeapBytes() - before) / (double) MIB;
            assertEquals(64 << 20, buffer.capacity());
        }

        assertEquals(64.0, more, 8, "some code is compiled meanwhile");
        long beside = before;
        assertTrue(beside > 10 * MIB, () -> "metaspace, code cache and threads take " + beside);
    }

    @Test
    void thisMachineHasALimit() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/meminfo")), "no /proc/meminfo here");

        MemoryLimitAdvice advice = MemoryLimitAdvice.now().orElseThrow();

        long total = 1024
                * Long.parseLong(
                        Files.readAllLines(Path.of("/proc/meminfo")).get(0).replaceAll("\\D", ""));
        assertTrue(advice.limit().bytes() > 0 && advice.limit().bytes() <= total, advice::toString);
    }
}
