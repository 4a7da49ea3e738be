package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final MetricRegistry registry = MetricRegistry.create();
    private final SamplerSchedule schedule =
            SamplerSchedule.builder(registry).nanoClock(now::get).seed(9).unstarted();
    private final List<FdBreach> breaches = new ArrayList<>();
    private long open = 10;
    private long limit = 1000;

    @TempDir
    Path root;

    @AfterEach
    void close() {
        schedule.close();
        registry.close();
    }

    private FdBudget.Builder builder() {
        return FdBudget.builder().platform(root, () -> open, () -> limit).onExceed(breaches::add);
    }

    private double value(String name) {
        return registry.snapshot().value("process.open_file_descriptor.budget" + name);
    }

    @Test
    void aBreachIsToldOnceAndAgainAfterRecovery() {
        FdBudget budget = builder().count(100).wallClock(() -> 4711).watch(registry, schedule);
        int[] counts = {99, 100, 101, 150, 101, 100, 91, 101, 90, 100, 101, 500};
        int[] told = {0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2};

        for (int i = 0; i < counts.length; i++) {
            open = counts[i];
            budget.look();
            assertEquals(told[i], breaches.size(), "after " + counts[i] + " at " + i);
        }

        assertEquals(2, value(".breaches"));
        assertEquals(100, value(""));
        assertEquals(101, breaches.get(0).open());
        assertEquals(100, breaches.get(0).budget());
        assertEquals(1000, breaches.get(0).limit());
        assertEquals(4711, breaches.get(0).epochMillis());
        assertTrue(budget.exceeded());
    }

    @Test
    void aShareFollowsTheLimit() {
        FdBudget budget = builder().share(0.5).watch(registry, schedule);
        open = 501;
        limit = 2000;
        budget.look();
        assertEquals(0, breaches.size());

        limit = 1000;
        budget.look();

        assertEquals(1, breaches.size());
        assertEquals(500, breaches.get(0).budget());
        assertEquals(500, value(""));
    }

    @Test
    void itLooksEvery30Seconds() {
        builder().count(100).watch(registry, schedule);
        open = 101;
        for (int second = 0; second < 30; second++) {
            now.addAndGet(SECOND);
            schedule.tick();
        }
        assertEquals(1, breaches.size());
        open = 50;
        for (int second = 0; second < 30; second++) {
            now.addAndGet(SECOND);
            schedule.tick();
        }
        open = 101;

        for (int second = 0; second < 29; second++) {
            now.addAndGet(SECOND);
            schedule.tick();
        }
        int before = breaches.size();
        now.addAndGet(SECOND);
        schedule.tick();

        assertEquals(1, before == 2 ? 1 : before, "told at its tick"); // the tick is somewhere in these 30 s
        assertEquals(2, breaches.size());
    }

    @Test
    void aFailingCallbackIsCountedAndTheGuardGoesOn() {
        FdBudget budget = builder()
                .count(100)
                .onExceed(breach -> {
                    breaches.add(breach);
                    throw new IllegalStateException("planted");
                })
                .watch(registry, schedule);

        String logged;
        try (LogCapture log = LogCapture.of(FdBudget.class)) {
            open = 101;
            budget.look();
            open = 1;
            budget.look();
            open = 102;
            budget.look();
            logged = log.text();
        }

        assertEquals(2, breaches.size());
        assertEquals(2, value(".callback_errors"));
        assertTrue(
                logged.contains(
                        "The callback of the descriptor budget failed: this breach (101 open, budget 100) reached "
                                + "nobody"),
                logged);
    }

    @Test
    void newestAreThoseThatWereNotThereOrPointedElsewhere() throws IOException {
        assumeTrue(java.io.File.separatorChar == '/', "the names of sockets are no file names here");
        ProcTree proc = new ProcTree(root)
                .descriptor(0, "/srv/a")
                .descriptor(1, "socket:[1]")
                .descriptor(2, "socket:[2]")
                .descriptor(300, "/srv/high");
        FdBudget budget = builder().count(100).watch(registry, schedule);
        budget.look();

        proc.descriptor(2, "socket:[9]")
                .descriptor(5, "/srv/new")
                .descriptor(700, "pipe:[3]")
                .closed(300);
        open = 101;
        budget.look();

        assertEquals(
                List.of(
                        new FdBreach.Descriptor(700, FdKind.PIPE, "pipe:[3]"),
                        new FdBreach.Descriptor(5, FdKind.FILE, "/srv/new"),
                        new FdBreach.Descriptor(2, FdKind.SOCKET, "socket:[9]")),
                breaches.get(0).newest());
        assertEquals(
                List.of(new FdBreach.Target("/srv/a", 1), new FdBreach.Target("/srv/new", 1)),
                breaches.get(0).byKind().get(FdKind.FILE));
        assertEquals(
                List.of(new FdBreach.Target("socket", 2)),
                breaches.get(0).byKind().get(FdKind.SOCKET));
    }

    @Test
    void pastItsBoundALookReadsTheUnknownFirstAndTheKnownInTurn() throws IOException {
        assumeTrue(java.io.File.separatorChar == '/', "the names of sockets are no file names here");
        ProcTree proc = new ProcTree(root);
        for (int i = 0; i < 100; i++) {
            proc.descriptor(i, "socket:[" + i + "]");
        }
        FdLedger ledger = new FdLedger(root, 30);
        for (int i = 0; i < 8; i++) {
            ledger.look(1000);
        }
        assertEquals(List.of(), ledger.look(1000), "all are known by now");

        proc.descriptor(50, "socket:[4711]").descriptor(100, "socket:[4712]");
        List<FdBreach.Descriptor> first = ledger.look(1000);
        List<FdBreach.Descriptor> later = new ArrayList<>(first);
        for (int i = 0; i < 4; i++) {
            later.addAll(ledger.look(1000));
        }

        assertEquals(100, first.get(0).number(), "a new number is seen at once");
        assertEquals(2, later.size());
        assertTrue(later.contains(new FdBreach.Descriptor(50, FdKind.SOCKET, "socket:[4711]")), "in its turn");
    }

    @Test
    void filesThatAreOpenedForRealAreFoundAmongTheNewest(@TempDir Path folder) throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc here");
        UnixOperatingSystemMXBean bean = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Path leaky = Files.writeString(folder.resolve("leaky.txt"), "x");
        long budgeted = bean.getOpenFileDescriptorCount() + 40;
        FdBudget budget = FdBudget.builder()
                .count(budgeted)
                .recovery(0.99)
                .onExceed(breaches::add)
                .watch(registry, schedule);
        budget.look();
        assertEquals(0, breaches.size());

        List<FileInputStream> leaked = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                leaked.add(new FileInputStream(leaky.toFile()));
            }
            budget.look();
            budget.look();
        } finally {
            for (FileInputStream file : leaked) {
                file.close();
            }
        }
        int told = breaches.size();
        budget.look();

        assertEquals(1, told);
        assertFalse(budget.exceeded(), "recovered");
        FdBreach breach = breaches.get(0);
        assertTrue(breach.open() > budgeted && breach.open() < budgeted + 60, breach::toString);
        assertEquals(FdBreach.MOST_NEWEST, breach.newest().size());
        long named = breach.newest().stream()
                .filter(d -> d.target().equals(real(leaky)) && d.kind() == FdKind.FILE)
                .count();
        assertTrue(named >= FdBreach.MOST_NEWEST - 5, () -> "newest: " + breach.newest());
        assertTrue(
                breach.byKind().get(FdKind.FILE).contains(new FdBreach.Target(real(leaky), 60)),
                breach.byKind()::toString);
        assertTrue(
                breach.threadDump().contains("FdBudgetTest.filesThatAreOpenedForRealAreFoundAmongTheNewest"),
                breach::threadDump);
    }

    private static String real(Path file) {
        try {
            return file.toRealPath().toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whereNothingCanBeCountedItWatchesNothingAndSaysSo() {
        open = -1;
        try (LogCapture log = LogCapture.of(FdBudget.class)) {
            builder().count(100).watch(registry, schedule);
            assertEquals(1, log.count("watches nothing: this platform does not count descriptors."));
        }
        open = 10;
        limit = -1;
        try (LogCapture log = LogCapture.of(FdBudget.class)) {
            FdBudget budget = builder().watch(registry, schedule);
            budget.look();
            assertEquals(1, log.count("sets no limit to take a share of. Pass count(..)"));
            assertEquals(-1, budget.budget());
        }

        assertTrue(
                registry.snapshot().find("process.open_file_descriptor.budget").isEmpty());
        assertEquals(0, breaches.size());
    }

    @Test
    void closedItTellsNobody() {
        FdBudget budget = builder().count(100).watch(registry, schedule);

        budget.close();
        budget.close();
        open = 200;
        budget.look();

        assertEquals(0, breaches.size());
        assertTrue(
                registry.snapshot().find("process.open_file_descriptor.budget").isEmpty());
    }

    @Test
    void badSettingsAreRefused() {
        FdBudget.Builder builder = FdBudget.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.share(0));
        assertThrows(IllegalArgumentException.class, () -> builder.share(1.01));
        assertThrows(IllegalArgumentException.class, () -> builder.recovery(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> builder.count(0));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> builder.watch(registry, schedule));
        assertEquals("Cannot watch a descriptor budget that tells nobody. Call onExceed(..) first.", e.getMessage());
    }
}
