package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.metrics.resource.LiveSet;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakScopeTest {
    private static final LeakOptions QUICK = LeakOptions.defaults()
            .withName("scope")
            .withLinger(Duration.ofMillis(20))
            .withHeap(false)
            .without(Resource.TEMP_FILES, "other tests use the directory too");

    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void cleanScopePasses() {
        LeakReport report = LeakScope.open(QUICK).close();

        assertEquals(Verdict.PASS, report.verdict(), report::text);
        assertFalse(report.needsRunAlone());
        assertEquals("other tests use the directory too", report.notWatched().get(Resource.TEMP_FILES), report::text);
    }

    @Test
    void whatStaysIsTheScopesOwnWhenItIsAlone(@TempDir Path dir) throws Exception {
        Path file = Files.createFile(dir.resolve("left-open.bin"));
        LeakScope scope = LeakScope.open(QUICK);
        try (InputStream in = new FileInputStream(file.toFile())) {
            Thread thread = start("left-behind-1");

            LeakReport report = scope.close();

            assertEquals(-1, in.read());
            assertEquals(Verdict.FAIL, report.verdict(), report::text);
            assertEquals(
                    List.of(Resource.THREADS, Resource.FILE_DESCRIPTORS),
                    report.findings().stream().map(LeakFinding::resource).toList());
            assertEquals("left-behind-1", report.findings().get(0).culprit());
            assertTrue(report.findings().get(1).culprit().endsWith("left-open.bin"), report::text);
            assertSame(Blame.ALONE, report.findings().get(0).blame());
            assertSame(report, scope.close());
            assertTrue(thread.isAlive());
        } finally {
            end.countDown();
        }
    }

    @Test
    void budgetIsWhatAScopeMayLeave() {
        LeakScope scope = LeakScope.open(QUICK.withBudget(Resource.THREADS, 1));
        try {
            start("within-budget");

            assertEquals(Verdict.PASS, scope.close().verdict());
        } finally {
            end.countDown();
        }
    }

    @Test
    void besideAnotherScopeTheOneThatStartedAThreadIsBlamed() throws Exception {
        LeakScope clean = LeakScope.open(QUICK.withName("clean"));
        AtomicReference<LeakReport> guilty = new AtomicReference<>();
        AtomicReference<LeakReport> innocent = new AtomicReference<>();
        try {
            Thread other = new Thread(() -> {
                LeakScope scope = LeakScope.open(QUICK.withName("guilty"));
                start("blamed-on-its-starter");
                innocent.set(clean.close());
                guilty.set(scope.close());
            });
            other.start();
            other.join();

            assertEquals(Verdict.FAIL, guilty.get().verdict(), guilty.get()::text);
            LeakFinding finding = guilty.get().findings().get(0);
            assertEquals("blamed-on-its-starter", finding.culprit());
            assertSame(Blame.OWNER, finding.blame());
            assertTrue(finding.madeAt().get(0).contains("LeakScopeTest.start("), () -> finding.madeAt()
                    .toString());
            assertTrue(clean.wasBesideOthers());
            assertFalse(
                    innocent.get().findings().stream().anyMatch(f -> f.culprit().startsWith("blamed")),
                    innocent.get()::text);
        } finally {
            end.countDown();
        }
    }

    @Test
    void descriptorBesideAnotherScopeIsASuspicionToRunAlone(@TempDir Path dir) throws Exception {
        Path file = Files.createFile(dir.resolve("whose.bin"));
        LeakScope one = LeakScope.open(QUICK);
        try (InputStream in = new FileInputStream(file.toFile())) {
            Thread other = new Thread(() -> LeakScope.open(QUICK).close());
            other.start();
            other.join();

            LeakReport report = one.close();

            assertEquals(-1, in.read());
            assertEquals(Verdict.INCONCLUSIVE, report.verdict(), report::text);
            assertTrue(report.needsRunAlone());
        }
    }

    @Test
    void scopeInsideAnotherIsNotBesideIt() {
        LeakScope suite = LeakScope.open(QUICK);
        LeakScope test = LeakScope.openInside(suite, QUICK);

        test.close();
        suite.close();

        assertFalse(suite.wasBesideOthers());
        assertFalse(test.wasBesideOthers());
    }

    /** The heap grows by a megabyte from each reading to the next. */
    @Test
    void scopeBeginsWithTheReadingThatOneJustBeforeEndedWith() {
        int[] readings = {0};
        long[] now = {0};
        Supplier<HeapCensus> growing = () -> new HeapCensus(
                () -> {
                    long bytes = ++readings[0] * 1_000_000L;
                    return new LiveSet.Reading(
                            bytes, 0, 0, List.of(new LiveSet.ClassRow("corp.Order", readings[0], bytes)));
                },
                () -> null);
        Waiter waiter = new Waiter() {
            @Override
            public long nanos() {
                return now[0];
            }

            @Override
            public void pause(long nanos) {
                now[0] += nanos;
            }
        };
        Platform platform = Platform.ofThisJvm().withHeap(growing).withWaiter(waiter, () -> "");
        LeakOptions heap = QUICK.withHeap(true);
        for (Resource resource : Resource.values()) {
            heap = resource == Resource.HEAP ? heap : heap.without(resource, "not of interest here");
        }

        LeakReport first = LeakScope.open(heap, platform).close();
        assertEquals(2, readings[0]);
        LeakReport next = LeakScope.open(heap, platform).close();
        assertEquals(3, readings[0], "one for the second scope");
        now[0] += 11_000_000;
        LeakScope.open(heap, platform).close();
        assertEquals(5, readings[0], "the last one was too old");
        LeakScope.open(heap.allow(Resource.HEAP, "corp.Cache", "full soon"), platform)
                .close();
        assertEquals(7, readings[0], "the last one left out other classes");
        LeakScope.open(heap, Platform.ofThisJvm().withHeap(() -> growing.get()).withWaiter(waiter, () -> ""))
                .close();
        assertEquals(9, readings[0], "the last one was of another source");

        assertEquals(1_000_000, first.findings().get(0).grown(), first::text);
        assertEquals(1_000_000, next.findings().get(0).grown(), next::text);
        assertTrue(next.needsRunAlone());
    }

    private Thread start(String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
