package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readings of this very JVM, each compared with another route to the same number. */
class ResourceSamplersTest {
    private static final Path ROOT = Path.of("/");
    private static final long DEADLINE_NANOS = 20_000_000_000L;

    private final MetricRegistry registry = MetricRegistry.create();
    private ResourceSamplers samplers;

    @AfterEach
    void close() {
        if (samplers != null) {
            samplers.close();
        }
        registry.close();
    }

    @Test
    void openDescriptorsAgreeWithProcAndFollowEachOpenFile() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc here");
        samplers = ResourceSamplers.bindTo(registry);
        Agreement.exact(() -> value("process.open_file_descriptor.count"), ResourceSamplersTest::openFilesByProc);
        double before = value("process.open_file_descriptor.count");

        List<FileInputStream> opened = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            opened.add(new FileInputStream("/dev/null"));
        }
        Agreement.exact(() -> value("process.open_file_descriptor.count"), ResourceSamplersTest::openFilesByProc);
        double after = value("process.open_file_descriptor.count");
        for (FileInputStream file : opened) {
            file.close();
        }

        assertEquals(before + 70, after, 9, "other threads of this JVM may open and close some");
        Agreement.exact(() -> value("process.open_file_descriptor.count"), ResourceSamplersTest::openFilesByProc);
        assertEquals(limitByProc(), value("process.open_file_descriptor.limit"));
    }

    @Test
    void residentMemoryAgreesWithStatm() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "no /proc here");
        samplers = ResourceSamplers.bindTo(registry);

        double resident = value("process.memory.rss");

        long pages =
                Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
        double ratio = resident / (pages * 4096.0);
        assertTrue(ratio > 0.9 && ratio < 1.1, () -> resident + " against " + pages + " pages");
    }

    @Test
    void threadsFollowEachStartAndEnd() throws InterruptedException {
        samplers = ResourceSamplers.bindTo(registry);
        double before = value("jvm.thread.count");
        CountDownLatch release = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Thread thread = new Thread(() -> await(release));
            thread.start();
            threads.add(thread);
        }

        double during = value("jvm.thread.count");
        release.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertTrue(
                Math.abs(during - before - 5) <= 1,
                () -> before + " then " + during); // one of the JVM's may come or go
        assertEquals(ManagementFactory.getThreadMXBean().getThreadCount(), value("jvm.thread.count"), 1);
    }

    @Test
    @SuppressWarnings("SystemGc")
    void collectionsAreTimedAndTheHeapAfterThemIsShown() throws Exception {
        samplers = ResourceSamplers.bindTo(registry);

        System.gc();
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (gcCount() == 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait(); // the notification comes from another thread
        }

        assertTrue(gcCount() > 0, "no collection was timed");
        double afterGc = value("jvm.memory.used_after_last_gc");
        assertEquals(Runtime.getRuntime().maxMemory(), value("jvm.heap.limit"));
        assertTrue(afterGc > 0 && afterGc < Runtime.getRuntime().maxMemory(), () -> "after GC: " + afterGc);
        double share = value("jvm.gc.cpu_share");
        assertTrue(share >= 0 && share <= 1, () -> "share " + share);
        assertTrue(value("jvm.gc.cpu.time") > 0);
        assertTrue(value("jvm.gc.cpu.time") < value("process.cpu.time"));
    }

    @Test
    void poolsAddUpToWhatTheMemoryBeanSays() {
        samplers = ResourceSamplers.bindTo(registry);

        double heap = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals("jvm.memory.used")
                    && point.labels().value(0).equals("heap")) {
                heap += point.value();
            }
        }

        double bean = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        assertTrue(
                heap > 0.5 * bean && heap < 2 * bean, heap + " against " + bean); // allocation goes on between the two
    }

    @Test
    void thisHostsControlGroupIsReadAsItIs() throws IOException {
        Path current = liveCgroupFile();
        assumeTrue(current != null, "this host mounts no memory controller");
        samplers = ResourceSamplers.bindTo(registry);

        double ours = value("cgroup.memory.current");

        double file = Long.parseLong(Files.readString(current).strip());
        assertEquals(file, ours, 64 << 20, () -> "against " + current); // other processes of the group live on
        double workingSet = value("cgroup.memory.working_set");
        assertTrue(workingSet > 0 && workingSet <= ours + (64 << 20), () -> "working set " + workingSet);
    }

    @Test
    void whatAPlatformDoesNotHaveIsAbsentAndNoFailedCallback(@TempDir Path empty) {
        samplers = ResourceSamplers.bindTo(registry, empty);

        Snapshot snapshot = registry.snapshot();

        for (String name : List.of(
                "cgroup.memory.current",
                "cgroup.memory.limit",
                "cgroup.memory.working_set",
                "process.memory.rss",
                "jvm.gc.cpu_share",
                "jvm.gc.cpu.time")) {
            assertTrue(snapshot.find(name).isEmpty(), name);
        }
        assertTrue(snapshot.find("jvm.thread.count").isPresent());
        assertEquals(0, snapshot.value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void closedSamplersAreAbsentAndHoldNoFile() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc here");
        registry.snapshot();
        long before = openFilesByProc();
        samplers = ResourceSamplers.bindTo(registry);
        registry.snapshot();

        samplers.close();
        samplers.close();

        assertFalse(registry.snapshot().find("jvm.thread.count").isPresent());
        assertTrue(openFilesByProc() <= before); // what an earlier test left may be closed by now
    }

    private double value(String name) {
        return registry.snapshot().value(name);
    }

    private long gcCount() {
        long count = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals("jvm.gc.duration") && point.histogram() != null) {
                count += point.histogram().count();
            }
        }
        return count;
    }

    private static Path liveCgroupFile() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                String[] fields = line.split(":", 3);
                Path v1 = Path.of("/sys/fs/cgroup/memory" + fields[2] + "/memory.usage_in_bytes");
                if (fields[1].equals("memory") && Files.isReadable(v1)) {
                    return v1;
                }
                Path v2 = Path.of("/sys/fs/cgroup" + fields[2] + "/memory.current");
                if (fields[1].isEmpty() && Files.isReadable(v2)) {
                    return v2;
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return null;
    }

    private static long openFilesByProc() {
        String[] names = new File("/proc/self/fd").list();
        return names.length - 1; // the scan's own; a DirectoryStream would hold two
    }

    private static double limitByProc() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                return Double.parseDouble(
                        line.substring("Max open files".length()).strip().split(" +")[0]);
            }
        }
        throw new AssertionError("no limit in /proc/self/limits");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
