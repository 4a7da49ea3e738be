package dev.evenkeel.metrics.resource;

import static dev.evenkeel.metrics.resource.ForkedJvm.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each reading beside another route to the same number. */
class JvmSamplersTest {

    private static final int MOST_RUNS = 6;
    private static final Path ROOT = Path.of("/");
    private static final long DEADLINE_NANOS = 20_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static volatile Object sink = "";

    private final MetricRegistry registry = MetricRegistry.create();
    private final JvmSamplers samplers = JvmSamplers.bindTo(registry);
    private final Object monitor = new Object();

    @AfterEach
    void close() {
        samplers.close();
        registry.close();
    }

    @Test
    void hundredScrapesAddNoSafepointAndTheJvmsLogAgreesToTheNanosecond() throws Exception {
        List<String> lines = ForkedJvm.run(
                JvmProgram.class,
                List.of(
                        "-Xint", // no compiled code, so none to be thrown away at a safepoint of its own
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:GuaranteedSafepointInterval=0",
                        "-Xlog:safepoint:stdout:uptime"),
                List.of("safepoints"),
                Histogram.class);

        assertEquals(List.of("collects", "lock waits", "deadlocks"), between(lines, "collects", "deadlocks"));
        List<String> logged = lines.stream()
                .filter(line -> line.contains("Safepoint \""))
                .limit((long) number(lines, "count"))
                .toList();
        assertTrue(
                logged.stream().anyMatch(line -> line.contains("FindDeadlocks"))
                        && logged.stream().anyMatch(line -> line.contains("ThreadDump")),
                () -> "the log misses safepoints that we asked for: " + lines);
        assertEquals(0, number(lines, "in-collects"));
        assertEquals(logged.size(), number(lines, "count"));
        assertEquals(nanos(logged, "Total"), number(lines, "nanos"), 1, () -> "not as logged: " + lines);
        assertEquals(
                nanos(logged, "Reaching safepoint"), number(lines, "sync-nanos"), 1, () -> "not as logged: " + lines);
    }

    private static boolean pausesDiffer(String collector, List<String> lines) {
        double recorded = number(lines, "recorded-pause-nanos");
        double tolerance = collector.equals("Shenandoah")
                ? 1_000_000 * number(lines, "pauses") // its beans count in milliseconds
                : 0.25 * recorded + 2_000_000; // the two clocks are read at different ends of the pause
        return Math.abs(number(lines, "pause-nanos") - recorded) > tolerance;
    }

    private static List<String> between(List<String> lines, String first, String last) {
        return lines.subList(lines.indexOf(first), lines.indexOf(last) + 1);
    }

    private static long nanos(List<String> log, String what) {
        long sum = 0;
        for (String line : log) {
            Matcher m = Pattern.compile(what + ": +(\\d+) ns").matcher(line);
            assertTrue(m.find(), line);
            sum += Long.parseLong(m.group(1));
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "Parallel", "G1", "Z", "Shenandoah"})
    void flightRecorderSawTheSame(String collector) throws Exception {
        List<String> lines = recorded(collector);
        int runs = 1;
        // The machine may stand still between the two clocks' readings of one pause, or before the JVM tells of it.
        while (runs < MOST_RUNS
                && (number(lines, "recorded-pauses") != number(lines, "pauses") || pausesDiffer(collector, lines))) {
            lines = recorded(collector);
            runs++;
        }

        List<String> seen = lines;
        System.out.println("samplers and flight recorder on " + collector + ", run " + runs + ": " + lines);
        assertEquals(number(lines, "bean-collections"), number(lines, "collections"));
        assertEquals(number(lines, "recorded-pauses"), number(lines, "pauses"));
        assertFalse(pausesDiffer(collector, lines), () -> "time in pauses: " + seen);
        assertTrue(
                number(lines, "pause-nanos") > 0 || collector.equals("Shenandoah"),
                () -> "pauses without a duration: " + seen);
        agree(lines, "after-gc", 1 << 20);
        agree(lines, "threads", 2);
        agree(lines, "daemons", 2);
        agree(lines, "direct", 0);
        agree(lines, "direct-count", 0);
        agree(lines, "classes-loaded", 50);
        assertEquals(
                number(lines, "recorded-classes-loaded") - number(lines, "recorded-classes-unloaded"),
                number(lines, "classes"),
                50);
        agree(lines, "code", 512 << 10);
        agree(lines, "metaspace", 1 << 20);
        double account = number(lines, "account-gc-cpu-nanos"); // from JDK 21 on, of parallel collectors
        assertTrue(
                account <= 0 || Math.abs(account - number(lines, "gc-cpu-nanos")) <= 0.2 * account + 10_000_000,
                () -> "CPU time of the collector: " + seen);
    }

    private static List<String> recorded(String collector) throws Exception {
        List<String> lines = ForkedJvm.run(
                JvmProgram.class,
                List.of("-XX:+Use" + collector + "GC", "-Xmx128m"),
                List.of("recording"),
                Histogram.class);
        assumeTrue(lines != null, () -> "this JVM has no " + collector + " collector");
        return lines;
    }

    private static void agree(List<String> lines, String key, double tolerance) {
        assertEquals(number(lines, "recorded-" + key), number(lines, key), tolerance, () -> key + " in " + lines);
    }

    @Test
    void statesAreThoseOfTheThreadBean() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        double waitingBefore = value("jvm.thread.state.count", "waiting", "false");
        double daemonsBefore = value("jvm.thread.state.count", "waiting", "true");
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < 70; i++) { // more than the list has room for at first
            Thread thread = new Thread(() -> await(release), "waiting");
            thread.setDaemon(i < 3);
            thread.start();
            started.add(thread);
        }
        Thread blocked = new Thread(() -> sink = blockedOn(monitor), "blocked");
        synchronized (monitor) {
            blocked.start();
            until(() -> blocked.getState() == Thread.State.BLOCKED);
            until(() -> started.stream().allMatch(t -> t.getState() == Thread.State.WAITING));

            Snapshot snapshot = registry.snapshot();

            assertEquals(67, snapshot.value("jvm.thread.state.count", "waiting", "false") - waitingBefore);
            assertEquals(3, snapshot.value("jvm.thread.state.count", "waiting", "true") - daemonsBefore, 1);
            assertEquals(blockedByBean(), snapshot.value("jvm.thread.state.count", "blocked", "false"));
            assertEquals(snapshot.value("jvm.thread.count"), sum(snapshot, "jvm.thread.state.count"), 1);
        }
        release.countDown();
        for (Thread thread : started) {
            thread.join();
        }
        blocked.join();
        assertEquals(waitingBefore, value("jvm.thread.state.count", "waiting", "false"), 1);
    }

    private static Object blockedOn(Object lock) {
        synchronized (lock) {
            return "entered";
        }
    }

    private static long blockedByBean() {
        long n = 0;
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadState() == Thread.State.BLOCKED && !thread.isDaemon()) {
                n++;
            }
        }
        return n;
    }

    @Test
    void allocationIsCountedToTheByteAlsoOfThreadsThatEnded() throws Exception {
        assumeTrue(registry.snapshot().find("jvm.memory.allocated").isPresent(), "this JVM does not tell");
        double before = value("jvm.memory.allocated");

        Thread allocating = new Thread(() -> {
            for (int i = 0; i < 64; i++) {
                sink = new byte[1 << 20];
            }
        });
        allocating.start();
        allocating.join();

        double allocated = value("jvm.memory.allocated") - before;
        assertTrue(allocated >= 64 << 20 && allocated < 72 << 20, () -> "allocated " + allocated);
    }

    @Test
    void directBuffersShowTheirCapacity() {
        double used = value("jvm.buffer.memory.used", "direct");
        double count = value("jvm.buffer.count", "direct");

        ByteBuffer buffer = ByteBuffer.allocateDirect(3 << 20);

        assertEquals(3 << 20, value("jvm.buffer.memory.used", "direct") - used, 16);
        assertEquals(3 << 20, value("jvm.buffer.memory.limit", "direct") - used, 16);
        assertEquals(1, value("jvm.buffer.count", "direct") - count);
        assertEquals(3 << 20, buffer.capacity());
    }

    @Test
    void poolsShowWhatIsUsedCommittedAndAllowed() {
        Snapshot snapshot = registry.snapshot();

        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            String type = pool.getType() == java.lang.management.MemoryType.HEAP ? "heap" : "non_heap";
            double used = snapshot.value("jvm.memory.used", type, pool.getName());
            double committed = snapshot.value("jvm.memory.committed", type, pool.getName());
            assertTrue(used >= 0 && used <= committed, () -> pool.getName() + ": " + used + " of " + committed);
            long most = pool.getUsage().getMax();
            boolean shown = snapshot.points().stream()
                    .anyMatch(point -> point.descriptor().name().equals("jvm.memory.limit")
                            && point.labels().value(1).equals(pool.getName()));
            assertEquals(most >= 0, shown, pool.getName());
        }
    }

    @Test
    void deadlockIsFoundWhenAskedForAndAbsentBefore() throws Exception {
        ReentrantLock a = new ReentrantLock();
        ReentrantLock b = new ReentrantLock();
        CyclicBarrier bothHold = new CyclicBarrier(2);
        Thread first = inOrder(a, b, bothHold);
        Thread second = inOrder(b, a, bothHold);
        boolean shownBefore = registry.snapshot().find("jvm.thread.deadlocked").isPresent();
        first.start();
        second.start();
        until(() -> first.getState() == Thread.State.WAITING && a.hasQueuedThreads() && b.hasQueuedThreads());

        samplers.findDeadlocks();
        double during = value("jvm.thread.deadlocked");
        first.interrupt();
        first.join();
        second.join();
        samplers.findDeadlocks();

        assertFalse(shownBefore);
        assertEquals(2, during);
        assertEquals(0, value("jvm.thread.deadlocked"));
    }

    private static Thread inOrder(ReentrantLock first, ReentrantLock second, CyclicBarrier bothHold) {
        return new Thread(() -> {
            first.lock();
            try {
                bothHold.await();
                second.lockInterruptibly();
                second.unlock();
            } catch (Exception e) {
                // that is how the test ends it
            } finally {
                first.unlock();
            }
        });
    }

    @Test
    void waitsForMonitorsAreCountedAndTimedWhenTheJvmTimesThem() throws Exception {
        boolean timedBefore = THREADS.isThreadContentionMonitoringEnabled();
        assertTrue(registry.snapshot().find("jvm.lock.contended").isEmpty());
        samplers.sampleLockWaits();
        double contended = value("jvm.lock.contended");
        samplers.timeLockWaits(true);
        try {
            long least = block();
            samplers.sampleLockWaits();

            double waited = value("jvm.lock.wait.time");
            assertTrue(value("jvm.lock.contended") >= contended + 1, () -> "contended " + contended);
            assertTrue(waited >= least / 1e9 - 0.002, () -> "waited " + waited + " s of " + least + " ns");
        } finally {
            samplers.timeLockWaits(timedBefore);
        }
        double total = value("jvm.lock.contended");
        samplers.sampleLockWaits();
        assertTrue(value("jvm.lock.contended") >= total, "a thread that ended took its waits away");
    }

    /** Blocks a thread for some milliseconds that stays alive, and returns how long at least. */
    private long block() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            sink = blockedOn(monitor);
            entered.countDown();
            await(release);
        });
        thread.setDaemon(true);
        long nanos;
        synchronized (monitor) {
            thread.start();
            until(() -> thread.getState() == Thread.State.BLOCKED);
            long start = System.nanoTime();
            until(() -> System.nanoTime() - start >= 20_000_000L);
            nanos = System.nanoTime() - start;
        }
        entered.await();
        samplers.sampleLockWaits();
        release.countDown();
        thread.join();
        return nanos;
    }

    @Test
    void schedulerOfVirtualThreadsIsShownWhereTheJdkShowsIt() {
        boolean shown = registry.snapshot().find("jvm.virtual_thread.mounted").isPresent();

        assertEquals(Runtime.version().feature() >= 24, shown);
        if (shown) {
            assertEquals(0, value("jvm.virtual_thread.queued"));
            assertTrue(value("jvm.virtual_thread.scheduler.parallelism") >= 1);
        }
    }

    @Test
    void processorsAndTheirUse() {
        Snapshot snapshot = registry.snapshot();

        assertEquals(Runtime.getRuntime().availableProcessors(), snapshot.value("jvm.cpu.count"));
        double utilization = snapshot.value("jvm.cpu.recent_utilization");
        assertTrue(utilization > 0 && utilization <= 1, () -> "utilization " + utilization);
        assertEquals(cpuSeconds(), snapshot.value("jvm.cpu.time"), 1);
    }

    private static double cpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    @Test
    void whatAPlatformDoesNotHaveIsAbsent(@TempDir Path empty) {
        try (MetricRegistry other = MetricRegistry.create();
                JvmSamplers bound = JvmSamplers.bindTo(other, empty)) {
            Snapshot snapshot = other.snapshot();

            for (String name : List.of(
                    "jvm.safepoint.count",
                    "jvm.safepoint.time",
                    "jvm.safepoint.sync.time",
                    "jvm.gc.cpu.time",
                    "jvm.gc.cpu_share")) {
                assertTrue(snapshot.find(name).isEmpty(), name);
            }
            assertTrue(snapshot.find("jvm.thread.started").isPresent());
            assertEquals(0, snapshot.value("evenkeel.dropped", "callback_error"));
            bound.close();
            assertTrue(other.snapshot().find("jvm.thread.started").isEmpty());
        }
    }

    @Test
    void takenNameLeavesNothingBound() {
        try (MetricRegistry other = MetricRegistry.create()) {
            other.counter("jvm.class.loaded").register();

            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> ResourceSamplers.bindTo(other));

            assertTrue(e.getMessage().contains("jvm.class.loaded"), e.getMessage());
            assertTrue(other.snapshot().find("jvm.thread.count").isEmpty());
        }
    }

    @Test
    void sweepAllocatesOnlyWhatTheBeansAnswerWith() {
        try (JvmSweep sweep = new JvmSweep(ROOT, NanoClock.system())) {
            long now = System.nanoTime(); // and hardly moves: what the collector's threads cost is not read again
            for (int i = 0; i < 5_000; i++) {
                sweep.value(JvmSweep.THREADS, now);
            }
            int sweeps = sweep.sweeps();
            long start = THREADS.getCurrentThreadCpuTime();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                sweep.value(JvmSweep.THREADS, now);
            }
            long bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / 2_000;
            double micros = (THREADS.getCurrentThreadCpuTime() - start) / 2_000 / 1e3;

            System.out.println(
                    "JVM sweep: " + bytes + " B, " + micros + " us, " + THREADS.getThreadCount() + " threads");
            assertEquals(2_000, sweep.sweeps() - sweeps);
            int usages = 2 * sweep.pools().size(); // 48 bytes each, now and after the last collection
            int threads = THREADS.getThreadCount(); // JDK 19 and later list them in an array
            assertTrue(bytes <= 48L * usages + 8L * threads + 200, () -> bytes + " B a sweep");
        }
    }

    private double value(String name, String... labels) {
        return registry.snapshot().value(name, labels);
    }

    private static double sum(Snapshot snapshot, String name) {
        return snapshot.points().stream()
                .filter(point -> point.descriptor().name().equals(name))
                .mapToDouble(Point::value)
                .sum();
    }

    private static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "waited too long");
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
