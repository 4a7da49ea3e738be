package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Snapshot;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readings of this very process, each compared with another route to the same number. */
class ProcessSamplersTest {
    private static final Path ROOT = Path.of("/");

    private final MetricRegistry registry = MetricRegistry.create();
    private final Deque<Closeable> opened = new ArrayDeque<>();

    @AfterEach
    void close() throws IOException {
        registry.close();
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private <T extends Closeable> T open(T resource) {
        opened.push(resource);
        return resource;
    }

    private static void needsProc() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "no /proc here");
    }

    private double value(String name, String... labels) {
        return registry.snapshot().value(name, labels);
    }

    @Test
    void fieldsOfRecordedFilesAreReadAtTheirPlaces(@TempDir Path root) throws IOException {
        new ProcTree(root)
                .file(
                        "self/status",
                        "Name:\tjava\nVmPeak:\t 9 kB\nVmSize:\t 2000 kB\nVmHWM:\t 700 kB\nVmRSS:\t 600 kB\nRssAnon:\t 400 kB\n"
                                + "RssFile:\t 150 kB\nRssShmem:\t 50 kB\nVmSwap:\t 30 kB\n")
                .file(
                        "self/stat",
                        "4711 (java (x) y) S 1 4711 4711 0 -1 4194304 1234 8 56 9 4321 99 3 4 20 0 30 0 777 2048000 150 1\n");
        ProcessSamplers.bindTo(registry, root);

        assertEquals(600 << 10, value("process.memory.rss"));
        assertEquals(400 << 10, value("process.memory.rss_part", "anon"));
        assertEquals(150 << 10, value("process.memory.rss_part", "file"));
        assertEquals(50 << 10, value("process.memory.rss_part", "shmem"));
        assertEquals(700 << 10, value("process.memory.rss_peak"));
        assertEquals(30 << 10, value("process.memory.swap"));
        assertEquals(2000 << 10, value("process.memory.virtual"));
        assertEquals(1234, value("process.paging.faults", "minor"));
        assertEquals(56, value("process.paging.faults", "major"));
        assertEquals(43.21, value("process.cpu.mode_time", "user"));
        assertEquals(0.99, value("process.cpu.mode_time", "system"));
    }

    @Test
    void whatAPlatformDoesNotHaveIsAbsent(@TempDir Path empty) {
        ProcessSamplers.bindTo(registry, empty);

        Snapshot snapshot = registry.snapshot();

        for (String name : List.of(
                "process.memory.rss", "process.memory.rss_peak", "process.memory.swap", "process.memory.virtual")) {
            assertTrue(snapshot.find(name).isEmpty(), name);
        }
        assertTrue(snapshot.find("process.paging.faults", "minor").isEmpty());
        assertTrue(snapshot.find("process.cpu.mode_time", "user").isEmpty());
        assertTrue(snapshot.find("process.memory.rss_part", "anon").isEmpty());
        assertTrue(snapshot.value("process.uptime") > 0);
        assertEquals(0, snapshot.value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void residentMemoryIsTheSumOfItsParts() {
        needsProc();
        try (ProcessSweep sweep = new ProcessSweep(ROOT, () -> 0)) {
            double resident = sweep.value(ProcessSweep.RESIDENT);
            double parts = sweep.value(ProcessSweep.RESIDENT_ANON)
                    + sweep.value(ProcessSweep.RESIDENT_FILE)
                    + sweep.value(ProcessSweep.RESIDENT_SHARED);

            assertEquals(resident, parts, 1024, "one sweep");
            assertTrue(sweep.value(ProcessSweep.RESIDENT_PEAK) >= resident);
            assertTrue(sweep.value(ProcessSweep.VIRTUAL) > resident);
        }
    }

    @Test
    void cpuTimeByModeAddsUpToTheBeansAndFaultsGrowWithTouchedMemory() {
        needsProc();
        ProcessSamplers.bindTo(registry);
        double faults = value("process.paging.faults", "minor");

        byte[] touched = new byte[32 << 20];
        java.util.Arrays.fill(touched, (byte) 1);

        assertTrue(value("process.paging.faults", "minor") > faults, "32 MiB of memory came from somewhere");
        double before = cpuOfBean();
        double modes = value("process.cpu.mode_time", "user") + value("process.cpu.mode_time", "system");
        double after = cpuOfBean();
        assertTrue(
                modes >= before - 0.05 && modes <= after + 0.05, // both move in steps of 10 ms, and not together
                () -> modes + " is not between " + before + " and " + after);
        assertTrue(touched[7] == 1);
    }

    private static double cpuOfBean() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    @Test
    void startTimeAgreesWithTheKernels() throws IOException {
        needsProc();
        ProcessSamplers.bindTo(registry);
        String stat = Files.readString(Path.of("/proc/self/stat"));
        double ticks =
                Double.parseDouble(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        double boot = Files.readAllLines(Path.of("/proc/stat")).stream()
                .filter(line -> line.startsWith("btime "))
                .mapToDouble(line -> Double.parseDouble(line.substring(6)))
                .findFirst()
                .orElseThrow();

        double start = value("process.start_time");

        assertEquals(boot + ticks / 100, start, 5, "the JVM takes its time a little after the process starts");
        assertEquals(System.currentTimeMillis() / 1e3 - start, value("process.uptime"), 5);
    }

    @Test
    void openDescriptorsAgreeWithTheBeanHoweverTheyAreCounted(@TempDir Path recorded) throws IOException {
        needsProc();
        OpenDescriptors ours = new OpenDescriptors(ROOT);
        UnixOperatingSystemMXBean bean = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.println("open descriptors " + (ours.toldBySize() ? "told by the kernel" : "listed"));

        Agreement.exact(ours::count, bean::getOpenFileDescriptorCount);
        for (int i = 0; i < 70; i++) {
            open(new FileInputStream("/dev/null"));
        }
        Agreement.exact(ours::count, bean::getOpenFileDescriptorCount);

        new ProcTree(recorded).file("self/fd/0", "a real folder, whose size says nothing");
        OpenDescriptors listed = new OpenDescriptors(recorded);
        assertFalse(listed.toldBySize());
        Agreement.exact(listed::count, bean::getOpenFileDescriptorCount);
        assertEquals(bean.getMaxFileDescriptorCount(), ours.limit());
    }

    @Test
    void descriptorsByKindAgreeWithLs() throws Exception {
        needsProc();
        for (int i = 0; i < 3; i++) {
            open(new FileInputStream("/dev/null"));
        }
        Pipe pipe = Pipe.open();
        open(pipe.source());
        open(pipe.sink());
        open(Selector.open());
        ServerSocket server = open(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        open(new Socket(server.getInetAddress(), server.getLocalPort()));
        open(server.accept());
        FdScan scan = new FdScan(ROOT);

        for (FdKind kind : FdKind.values()) {
            Agreement.exact(() -> scan.scan() ? scan.count(kind) : Double.NaN, () -> list().stream()
                    .filter(target -> FdKind.of(target) == kind)
                    .count());
        }

        assertTrue(scan.count(FdKind.FILE) >= 3 && scan.count(FdKind.PIPE) >= 2 && scan.count(FdKind.SOCKET) >= 3);
        assertTrue(scan.count(FdKind.EVENT) >= 1, "the selector's");
    }

    /** Targets as {@code ls} sees them. The pipes to it are no part of either side: both are open when it lists. */
    private static List<String> list() {
        try {
            Process ls = new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "for f in /proc/" + ProcessHandle.current().pid() + "/fd/*; do readlink \"$f\"; done")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(OUT.toFile()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            ls.waitFor();
            return Files.readAllLines(OUT);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @TempDir
    static Path folder;

    private static Path OUT;

    @org.junit.jupiter.api.BeforeAll
    static void outside() {
        OUT = folder.resolve("ls.txt");
    }

    @Test
    void socketsByStateFollowOpenAndClose() throws IOException {
        needsProc();
        FdScan scan = new FdScan(ROOT);
        SocketStates states = new SocketStates(ROOT);
        int listen = SocketStates.NAMES.indexOf("listen");
        int established = SocketStates.NAMES.indexOf("established");
        int closeWait = SocketStates.NAMES.indexOf("close_wait");
        scan.scan();
        states.scan(scan);
        int[] before = {states.count(listen), states.count(established), states.count(closeWait)};

        ServerSocket server = open(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        Socket client = open(new Socket(server.getInetAddress(), server.getLocalPort()));
        Socket accepted = open(server.accept());
        scan.scan();
        assertTrue(states.scan(scan));
        int[] during = {states.count(listen), states.count(established), states.count(closeWait)};
        accepted.close();
        assertEquals(-1, client.getInputStream().read(), "the end of the stream has come"); // so it waits for our close
        scan.scan();
        states.scan(scan);

        assertEquals(before[0] + 1, during[0]);
        assertEquals(before[1] + 2, during[1]);
        assertEquals(before[2], during[2]);
        assertEquals(before[2] + 1, states.count(closeWait));
        assertEquals(before[1], states.count(established));
    }

    @Test
    void switchesOfAllThreadsAgreeWithPs() throws Exception {
        needsProc();
        ThreadAccounts accounts = new ThreadAccounts(ROOT);
        assertTrue(accounts.scan());
        long before = accounts.voluntary();
        Thread waiter = new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                java.util.concurrent.locks.LockSupport.parkNanos(100_000); // each is a switch
            }
            release();
        });
        waiter.start();
        synchronized (this) {
            while (!waited) {
                wait(10_000);
            }
        }
        // Threads that end between two looks take their switches with them: look again until none did.
        double low = 0;
        double high = -1;
        for (int look = 0; look < 50 && !(low <= accounts.voluntary() && accounts.voluntary() <= high); look++) {
            low = switchesByCat();
            accounts.scan();
            high = switchesByCat();
        }
        waiter.interrupt();

        double[] others = {low, high};
        assertTrue(accounts.voluntary() - before >= 200, () -> before + " then " + accounts.voluntary());
        assertTrue(
                others[0] <= accounts.voluntary() && accounts.voluntary() <= others[1],
                () -> accounts.voluntary() + " is not between " + others[0] + " and " + others[1]);
    }

    private boolean waited;

    private void release() {
        synchronized (this) {
            waited = true;
            notifyAll();
        }
        try {
            new CountDownLatch(1).await(); // lives until the other route has been asked
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double switchesByCat() throws IOException {
        Process cat = new ProcessBuilder(
                        "/bin/sh", "-c", "cat /proc/" + ProcessHandle.current().pid() + "/task/*/status")
                .start();
        long sum = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(cat.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("voluntary_ctxt_switches:")) {
                    sum += Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
                }
            }
        }
        return sum;
    }
}
