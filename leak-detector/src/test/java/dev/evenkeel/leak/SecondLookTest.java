package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a leak besides that it is one, on the real JVM. */
class SecondLookTest {
    private static final LeakOptions QUICK = LeakOptions.defaults()
            .withName("leaks()")
            .withLinger(Duration.ofMillis(10))
            .withClearSoftReferences(false);

    record Order(int id) {}

    private static final Map<Integer, Order> ORDERS = new HashMap<>();
    private static final LinkedList<Order> QUEUE = new LinkedList<>();
    private static final ThreadLocal<List<Order>> MINE = ThreadLocal.withInitial(ArrayList::new);
    private static final List<ClassLoader> LOADERS = new ArrayList<>();
    private static final StringBuilder LOG = new StringBuilder();

    @AfterEach
    void letGo() {
        ORDERS.clear();
        QUEUE.clear();
        MINE.remove();
        LOADERS.clear();
        LOG.setLength(0);
        LOG.trimToSize();
    }

    @Test
    void pathBeginsAtTheStaticAndEndsAtTheObject() {
        LeakFinding finding = leak(QUICK, () -> ORDERS.put(ORDERS.size(), new Order(1)));

        assertEquals(Order.class.getName(), finding.culprit());
        List<String> path = finding.heldBy();
        assertEquals("static " + SecondLookTest.class.getName() + ".ORDERS", path.get(0));
        assertTrue(path.get(1).matches("java.util.HashMap of \\d{4,} \\.table"), path::toString);
        assertTrue(path.get(2).matches("java.util.HashMap\\$Node\\[] of \\d+ \\[]"), path::toString);
        assertEquals("java.util.HashMap$Node .value", path.get(3));
        assertTrue(
                path.get(4).matches("dev.evenkeel.leak.SecondLookTest\\$Order, and \\d+ more held alike"),
                path::toString);
    }

    @Test
    void chainOfALinkedListIsOneStep() {
        LeakFinding finding = leak(QUICK, () -> QUEUE.add(new Order(2)));

        List<String> path = finding.heldBy();
        assertTrue(path.get(0).endsWith(".QUEUE"), path::toString);
        assertTrue(path.size() <= 6, path::toString);
        assertTrue(path.get(path.size() - 1).startsWith(Order.class.getName()), path::toString);
    }

    @Test
    void threadLocalIsHeldByItsThreadAndTheAdviceSaysRemove() {
        LeakFinding finding = leak(QUICK, () -> MINE.get().add(new Order(3)));

        String path = String.join("\n", finding.heldBy());
        assertTrue(path.startsWith("thread \"" + Thread.currentThread().getName() + "\""), path);
        assertTrue(path.contains(".threadLocals"), path);
        assertTrue(Advice.of(finding).startsWith("Call ThreadLocal.remove() in a finally block"), Advice.of(finding));
    }

    @Test
    void arrayThatGrowsGoesByTheFieldThatHoldsIt() {
        LeakFinding finding = leak(QUICK, () -> LOG.append("a line of some length, again and again\n"));

        assertEquals(SecondLookTest.class.getName() + ".LOG", finding.culprit(), finding::toString);
        assertEquals("byte[]", finding.evidence().get(0).what());
        assertTrue(Advice.of(finding).contains("LeakOptions.allow(Resource.HEAP, \"byte[]\""), Advice.of(finding));
    }

    @Test
    void holderIsTheNearestFieldOfTheApplication() {
        List<String> path = List.of(
                "static com.shop.Audit.LOG",
                "com.shop.Log .lines",
                "java.util.ArrayList of 9 .elementData",
                "java.lang.Object[] of 10 []",
                "byte[] of 77");

        assertEquals("com.shop.Log.lines", Holder.of(path));
        assertEquals("com.shop.Audit.LOG", Holder.of(List.of("static com.shop.Audit.LOG", "byte[] of 5")));
        assertEquals(
                "local variable of com.shop.Main.main in thread \"main\"",
                Holder.of(List.of("local variable of com.shop.Main.main in thread \"main\"", "byte[] of 5")));
        assertEquals("", Holder.of(List.of("native code (JNI global reference)", "byte[] of 5")));
        assertEquals("", Holder.of(List.of()));
    }

    @Test
    void scheduledTaskThatNeverEndsIsAQueuedTask() {
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        try {
            LeakFinding finding =
                    leak(QUICK, () -> scheduler.schedule(() -> System.identityHashCode(this), 1, TimeUnit.DAYS));

            assertEquals(Resource.QUEUED_TASKS, finding.resource());
            assertTrue(Advice.of(finding).contains("setRemoveOnCancelPolicy(true)"), Advice.of(finding));
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void classLoadersAreNamedByTheirType() {
        URL here = Names.class.getProtectionDomain().getCodeSource().getLocation();
        LeakReport report = LeakDetector.verify(QUICK, () -> {
            URLClassLoader loader = new URLClassLoader(new URL[] {here}, null);
            Class.forName("dev.evenkeel.leak.Names", true, loader);
            LOADERS.add(loader);
        });

        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        LeakFinding classes = report.findings().stream()
                .filter(f -> f.resource() == Resource.CLASSES)
                .findFirst()
                .orElseThrow(() -> new AssertionError(report.text()));
        assertEquals("java.net.URLClassLoader", classes.culprit(), report::text);
        assertTrue(classes.heldBy().get(0).endsWith("SecondLookTest.LOADERS"), report::text);
    }

    @Test
    void threadIsNamedWithTheLineThatStartedIt() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        try {
            LeakFinding finding = leak(QUICK.withHeap(false), () -> {
                Thread thread = new Thread(() -> await(end), "poller-" + System.nanoTime());
                thread.setDaemon(true);
                thread.start();
                started.add(thread);
            });

            assertEquals("poller-*", finding.culprit());
            assertTrue(
                    finding.madeAt().get(0).contains("SecondLookTest.lambda$threadIsNamedWithTheLineThatStartedIt"),
                    finding.madeAt()::toString);
        } finally {
            endAll(started, end);
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 25)
    void allocatingLineIsNamedWhereTheJdkTracesMethods() {
        LeakFinding finding = leak(QUICK, () -> ORDERS.put(ORDERS.size(), new Order(5)));

        assertTrue(
                finding.madeAt().get(0).contains("SecondLookTest.lambda$allocatingLineIsNamed"),
                finding.madeAt()::toString);
    }

    @Test
    @EnabledForJreRange(minVersion = 25)
    void openingLineIsNamedWhereTheJdkTracesMethods(@TempDir Path dir) throws Exception {
        Path file = Files.createFile(dir.resolve("opened.bin"));
        List<InputStream> open = new ArrayList<>();
        try {
            LeakFinding finding = leak(QUICK.withHeap(false), () -> open.add(new FileInputStream(file.toFile())));

            assertTrue(
                    finding.madeAt().get(0).contains("SecondLookTest.lambda$openingLineIsNamed"),
                    finding.madeAt()::toString);
        } finally {
            for (InputStream in : open) {
                in.close();
            }
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 21)
    void virtualThreadsThatWaitForEverAreCountedAndNamed() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        var start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        List<Thread> started = new ArrayList<>();
        try {
            LeakFinding finding =
                    leak(QUICK, () -> started.add((Thread) start.invoke(null, (Runnable) () -> await(end))));

            assertEquals(Resource.VIRTUAL_THREADS, finding.resource());
            assertTrue(
                    String.join(" ", finding.evidence().get(0).detail()).contains("SecondLookTest.await"),
                    () -> finding.evidence().toString());
        } finally {
            endAll(started, end);
        }
    }

    @Test
    void missingFlightRecorderIsSaid() {
        LeakReport report = new LeakRun(QUICK, Platform.ofThisJvm().withoutFlightRecorder())
                .judge(() -> ORDERS.put(ORDERS.size(), new Order(4)));

        assertEquals(Verdict.FAIL, report.verdict());
        assertTrue(
                report.notes().stream()
                        .anyMatch(n -> n.endsWith("this JVM has no Flight Recorder; add the module jdk.jfr")),
                report::text);
    }

    /** The leak was found, and then filled the memory while it was asked where it is made. */
    @Test
    void memoryThatRunsOutDuringTheSecondLookTakesNothingBack() {
        LeakReport report = MadeUpReadings.orFail(() -> LeakDetector.verify(QUICK, () -> {
            if (isCalledBy(Retrace.class)) {
                throw new OutOfMemoryError("Java heap space");
            }
            ORDERS.put(ORDERS.size(), new Order(5));
        }));

        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        assertEquals(Order.class.getName(), report.findings().get(0).culprit());
        assertTrue(
                report.notes().stream()
                        .anyMatch(n -> n.endsWith(
                                "running once more failed with java.lang.OutOfMemoryError: Java heap space")),
                report::text);
    }

    /** Ends them before the next test counts: thousands that end meanwhile hide what it leaks. */
    static void endAll(List<Thread> threads, CountDownLatch end) throws InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static boolean isCalledBy(Class<?> type) {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(f -> f.getClassName().equals(type.getName())));
    }

    private static LeakFinding leak(LeakOptions options, LeakAction action) {
        LeakReport report = LeakDetector.verify(options, action);
        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        return report.findings().get(0);
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
