package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scans over recorded trees, under a manual clock. */
class ProcessScansTest {
    private static final String HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    private final AtomicLong now = new AtomicLong();
    private final MetricRegistry registry = MetricRegistry.create();
    private final SamplerSchedule schedule =
            SamplerSchedule.builder(registry).nanoClock(now::get).seed(1).unstarted();
    private ProcTree proc;

    @TempDir
    Path root;

    @BeforeEach
    void linksArePossible() throws IOException {
        assumeTrue(java.io.File.separatorChar == '/', "the names of sockets are no file names here");
        proc = new ProcTree(root);
        proc.descriptor(0, "/srv/log/out")
                .descriptor(1, "pipe:[11]")
                .descriptor(2, "pipe:[12]")
                .descriptor(3, "/srv/jvm/lib/modules")
                .descriptor(4, "/tmp/x (deleted)")
                .descriptor(5, "socket:[4711]")
                .descriptor(6, "socket:[4712]")
                .descriptor(7, "socket:[4713]")
                .descriptor(8, "anon_inode:[eventpoll]")
                .descriptor(9, "anon_inode:[eventfd]")
                .descriptor(10, "anon_inode:inotify")
                .descriptor(11, "anon_inode:[perf_event]")
                .descriptor(12, "anon_inode:bpf-map")
                .descriptor(13, "net:[4026531992]");
        proc.file(
                        "self/net/tcp",
                        HEADER + line(1, "0A", 4711) + line(2, "01", 4712) + line(3, "01", 99) + line(4, "06", 0))
                .file("self/net/tcp6", HEADER + line(1, "08", 4713) + line(2, "08", 98));
        proc.thread(100, 5, 1, 1_000_000_000L).thread(101, 50, 10, 500_000_000L);
    }

    @AfterEach
    void close() {
        schedule.close();
        registry.close();
    }

    private static String line(int number, String state, long inode) {
        return String.format(
                "%4d: 0100007F:1F90 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 %d 1 00000000 100%n",
                number, state, inode);
    }

    private void pass(Duration time) {
        for (long i = 0; i < time.toSeconds(); i++) {
            now.addAndGet(1_000_000_000L);
            schedule.tick();
        }
    }

    private double value(String name, String... labels) {
        return registry.snapshot().value(name, labels);
    }

    @Test
    void nothingIsShownBeforeTheFirstScan() {
        ProcessSamplers.bindTo(registry, schedule, root);

        Snapshot snapshot = registry.snapshot();

        assertTrue(
                snapshot.find("process.open_file_descriptor.kind.count", "file").isEmpty());
        assertTrue(snapshot.find("process.network.connection.count", "listen").isEmpty());
        assertTrue(snapshot.find("process.context_switches", "voluntary").isEmpty());
        assertEquals(0, snapshot.value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void descriptorsAreCountedByKind() {
        ProcessSamplers.bindTo(registry, schedule, root);

        pass(Duration.ofSeconds(31));

        assertEquals(3, value("process.open_file_descriptor.kind.count", "file"));
        assertEquals(3, value("process.open_file_descriptor.kind.count", "socket"));
        assertEquals(2, value("process.open_file_descriptor.kind.count", "pipe"));
        assertEquals(
                4,
                value("process.open_file_descriptor.kind.count", "event"),
                "eventpoll, eventfd, inotify, perf_event");
        assertEquals(2, value("process.open_file_descriptor.kind.count", "other"));
        assertEquals(0, value("evenkeel.sampler.errors", "descriptors"));
    }

    @Test
    void descriptorsAreScannedEvery30Seconds() throws IOException {
        ProcessSamplers.bindTo(registry, schedule, root);
        pass(Duration.ofSeconds(31));
        double before = value("process.open_file_descriptor.kind.count", "pipe");

        proc.closed(1);
        pass(Duration.ofSeconds(30));

        assertEquals(2, before);
        assertEquals(1, value("process.open_file_descriptor.kind.count", "pipe"));
    }

    @Test
    void socketsOfThisProcessAreCountedByStateAndOthersAreNot() {
        ProcessSamplers.bindTo(registry, schedule, root);

        pass(Duration.ofSeconds(61));

        assertEquals(1, value("process.network.connection.count", "listen"));
        assertEquals(1, value("process.network.connection.count", "established"));
        assertEquals(1, value("process.network.connection.count", "close_wait"));
        double sum = 0;
        for (Point point : registry.snapshot().points()) {
            sum += point.descriptor().name().equals("process.network.connection.count") ? point.value() : 0;
        }
        assertEquals(3, sum, "each socket has one state");
    }

    @Test
    void withoutIpv6TheOtherTableIsEnough() throws IOException {
        java.nio.file.Files.delete(root.resolve("proc/self/net/tcp6"));
        ProcessSamplers.bindTo(registry, schedule, root);

        pass(Duration.ofSeconds(61));

        assertEquals(1, value("process.network.connection.count", "listen"));
        assertEquals(0, value("process.network.connection.count", "close_wait"));
    }

    @Test
    void switchesNeverFallWhenThreadsEndOrTheirNumberIsUsedAgain() throws IOException {
        ThreadAccounts accounts = new ThreadAccounts(root);

        assertTrue(accounts.scan());
        assertEquals(55, accounts.voluntary());
        assertEquals(11, accounts.involuntary());
        assertEquals(1_500_000_000L, accounts.waitNanos());

        proc.endThread(101).thread(100, 7, 1, 1_000_000_000L);
        assertTrue(accounts.scan());
        assertEquals(57, accounts.voluntary());

        proc.thread(100, 2, 0, 5);
        assertTrue(accounts.scan());
        assertEquals(59, accounts.voluntary(), "50 and 7 of threads that ended, 2 of the new one");
        assertEquals(11, accounts.involuntary());
        assertEquals(1_500_000_005L, accounts.waitNanos());
        accounts.scan();
        assertEquals(59, accounts.voluntary());
    }

    @Test
    void pastItsBoundADescriptorScanSamplesAllOfThemAndSaysSo() throws IOException {
        for (int i = 14; i < 1014; i++) { // what leaks is at the top: the first ones alone would not show it
            proc.descriptor(i, "socket:[" + i + "]");
        }
        FdScan all = new FdScan(root);
        FdScan some = new FdScan(root, 100);

        all.scan();
        double sum = 0;
        for (int i = 0; i < 11; i++) { // once each of the starts
            some.scan();
            assertTrue(some.sampled());
            assertEquals(1003, some.count(FdKind.SOCKET), 150);
            sum += some.count(FdKind.SOCKET);
        }

        assertFalse(all.sampled());
        assertEquals(1003, all.count(FdKind.SOCKET));
        assertEquals(1003, sum / 11, 5, "unbiased");
    }

    @Test
    void boundedScansAreCounted() {
        ProcessScans.bindTo(
                registry, schedule, new FdScan(root, 5), new SocketStates(root, 10), new ThreadAccounts(root, 1));

        pass(Duration.ofSeconds(120));

        assertEquals(4, value("evenkeel.process.bounded_scans", "descriptors"));
        double sockets = value("evenkeel.process.bounded_scans", "sockets");
        assertTrue(sockets >= 1 && sockets <= 2, "a sample of 5 descriptors may hold no socket to look for");
        assertEquals(2, value("evenkeel.process.bounded_scans", "thread_accounts"));
        assertTrue(value("process.context_switches", "voluntary") > 0);
    }

    @Test
    void closedScansAreAbsentAndRunNoMore() {
        ProcessSamplers samplers = ProcessSamplers.bindTo(registry, schedule, root);
        pass(Duration.ofSeconds(61));

        samplers.close();
        samplers.close();
        pass(Duration.ofSeconds(61));

        assertTrue(registry.snapshot()
                .find("process.open_file_descriptor.kind.count", "file")
                .isEmpty());
        assertTrue(registry.snapshot().find("process.uptime").isEmpty());
    }

    @Test
    void withoutProcTheScansShowNothing(@TempDir Path empty) {
        ProcessSamplers.bindTo(registry, schedule, empty);
        pass(Duration.ofSeconds(61));

        Snapshot snapshot = registry.snapshot();

        for (String kind : new String[] {"file", "socket", "pipe", "event", "other"}) {
            assertTrue(
                    snapshot.find("process.open_file_descriptor.kind.count", kind)
                            .isEmpty(),
                    kind);
        }
        assertTrue(snapshot.find("process.network.connection.count", "listen").isEmpty());
        assertTrue(snapshot.find("process.context_switches", "voluntary").isEmpty());
        assertTrue(snapshot.find("process.cpu.wait_time").isEmpty());
        assertEquals(0, snapshot.value("evenkeel.sampler.errors", "descriptors"));
    }
}
