package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryLimitFollowerTest {
    private static final long MIB = 1 << 20;
    private static final String FILE = "sys/fs/cgroup/app/memory.max";

    @TempDir
    private Path root;

    private final FakeHeap heap = new FakeHeap();
    private final Log log = new Log();
    private CgroupTree tree;

    @BeforeEach
    void plantTree() {
        tree = new CgroupTree(root);
    }

    @Test
    void softMaximumFollowsTheLimitDownAndUpAndEachChangeIsLoggedOnce() throws IOException {
        limit("" + 1000 * MIB);
        MemoryLimitFollower follower = follower();
        follower.follow();
        long first = heap.soft;
        follower.follow();
        int logged = log.count("SoftMaxHeapSize was set");

        tree.overwrite(FILE, "" + 600 * MIB);
        follower.follow();
        long lower = heap.soft;
        tree.overwrite(FILE, "" + 4000 * MIB);
        follower.follow();

        assertEquals(800 * MIB, first);
        assertEquals(1, logged);
        assertEquals(440 * MIB, lower);
        assertEquals(1024 * MIB, heap.soft, "never above -Xmx");
        assertEquals(3, log.count("SoftMaxHeapSize was set"));
        assertTrue(
                log.text()
                        .contains(
                                "The memory limit is 600 MiB (control group, version 2), and the JVM needs 100 MiB beside"
                                        + " the heap. SoftMaxHeapSize was set from 800 MiB to 440 MiB."),
                log::text);
        assertEquals(Optional.of(3500 * MIB), follower.advice().map(MemoryLimitAdvice::heapBytes));
    }

    @Test
    void whatMovesALittleIsLeftAloneAndSaidOnce() throws IOException {
        limit("" + 1000 * MIB);
        MemoryLimitFollower follower = follower();
        follower.follow();

        for (int i = 0; i < 10; i++) {
            heap.nonHeap += MIB;
            follower.follow();
        }

        assertEquals(800 * MIB, heap.soft);
        assertEquals(1, heap.sets);
        assertEquals(1, log.count("INFO"), log::text);
    }

    @Test
    void commandLinesOwnSoftMaximumIsTheCeiling() throws IOException {
        limit("" + 1000 * MIB);
        heap.soft = 300 * MIB;
        heap.byCommandLine = true;
        MemoryLimitFollower follower = follower();

        follower.follow();
        long kept = heap.soft;
        tree.overwrite(FILE, "" + 300 * MIB);
        follower.follow();
        long lowered = heap.soft;
        tree.overwrite(FILE, "" + 1000 * MIB);
        follower.follow();

        assertEquals(300 * MIB, kept);
        assertEquals(170 * MIB, lowered);
        assertEquals(300 * MIB, heap.soft);
    }

    @Test
    void collectorWithoutASoftMaximumGetsAdviceAlone() throws IOException {
        heap.honours = false;
        limit("" + 1000 * MIB);
        MemoryLimitFollower follower = follower();

        follower.follow();
        follower.follow();

        assertEquals(0, heap.sets);
        assertEquals(1, log.count("start it with -Xmx800m"), log::text);
        assertEquals(1, log.count("Collector \"fake\" has no soft maximum: nothing is set."), log::text);
    }

    @Test
    void heapLargerThanTheLimitIsWarnedOfOncePerLimit() throws IOException {
        limit("" + 800 * MIB);
        MemoryLimitFollower follower = follower();

        follower.follow();
        follower.follow();
        tree.overwrite(FILE, "" + 700 * MIB);
        follower.follow();

        assertEquals(2, log.count("The heap may grow to 1024 MiB, past the memory limit of"), log::text);
        assertEquals(1, log.count("limit of 800 MiB"), log::text);
        assertEquals(2, log.count("WARNING"), log::text);
        assertEquals(530 * MIB, heap.soft);
    }

    @Test
    void limitWithoutRoomIsWarnedOfAndNothingIsSet() throws IOException {
        limit("" + 120 * MIB);
        MemoryLimitFollower follower = follower();

        follower.follow();
        follower.follow();

        assertEquals(0, heap.sets);
        assertEquals(1, log.count("has no room for a heap: the JVM needs 100 MiB beside it"), log::text);
    }

    @Test
    void noLimitIsSaidAndNothingIsSet() throws IOException {
        MemoryLimitFollower follower = follower();

        follower.follow();
        follower.follow();
        limit("" + 1000 * MIB);
        follower.follow();

        assertEquals(1, log.count("No memory limit was found"), log::text);
        assertEquals(1, heap.sets, "the limit that came later is followed");
    }

    @Test
    void refusalIsWarnedOfAndTriedAgain() throws IOException {
        limit("" + 1000 * MIB);
        heap.refuses = true;
        MemoryLimitFollower follower = follower();

        follower.follow();
        follower.follow();
        heap.refuses = false;
        follower.follow();

        assertEquals(1, log.count("The JVM refused to set SoftMaxHeapSize"), log::text);
        assertEquals(800 * MIB, heap.soft);
    }

    @Test
    void scheduleRunsItEveryMinuteUntilItIsClosed() throws IOException {
        limit("" + 1000 * MIB);
        AtomicLong now = new AtomicLong();
        try (MetricRegistry registry = MetricRegistry.create();
                SamplerSchedule schedule = SamplerSchedule.builder(registry)
                        .nanoClock(now::get)
                        .seed(1)
                        .unstarted()) {
            MemoryLimitFollower follower = MemoryLimitFollower.start(schedule, follower());
            long atStart = heap.soft;
            tree.overwrite(FILE, "" + 600 * MIB);

            now.addAndGet(MemoryLimitFollower.PERIOD.toNanos());
            schedule.tick();
            long aMinuteLater = heap.soft;
            follower.close();
            follower.close();
            tree.overwrite(FILE, "" + 500 * MIB);
            now.addAndGet(10 * MemoryLimitFollower.PERIOD.toNanos());
            schedule.tick();
            follower.follow(); // as a run that was due before it was closed

            assertEquals(800 * MIB, atStart);
            assertEquals(440 * MIB, aMinuteLater);
            assertEquals(440 * MIB, heap.soft);
        }
    }

    /** In a JVM of its own, whose limit is a file of this test. */
    @ParameterizedTest
    @ValueSource(strings = {"Z", "Shenandoah", "G1", "Serial"})
    void realSoftMaximumChangesWhereTheCollectorHonoursIt(String collector) throws Exception {
        boolean honours = collector.equals("Z") || collector.equals("Shenandoah");
        limit("" + 600 * MIB);
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+Use" + collector + "GC",
                        "-Xmx512m",
                        "-cp",
                        classPath(),
                        MemoryLimitProgram.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = child.inputReader();
                BufferedWriter in = child.outputWriter()) {
            String started = result(out);
            assumeTrue(started != null, () -> "this JVM has no " + collector + " collector");
            tree.overwrite(FILE, "" + 400 * MIB);
            in.write("again\n");
            in.flush();
            String after = result(out);
            String[] first = started.split(" ");
            String[] second = String.valueOf(after).split(" ");
            System.out.println(collector + ": soft maximum, advice " + started + ", then " + after);

            assertEquals("" + honours, first[1]);
            if (honours) {
                assertEquals(Math.min(512 * MIB, Long.parseLong(first[3])), Long.parseLong(first[2]), 11 * MIB);
                assertEquals(Long.parseLong(second[3]), Long.parseLong(second[2]), 11 * MIB);
                assertTrue(Long.parseLong(second[2]) <= Long.parseLong(first[2]) - 100 * MIB, after);
            } else {
                assertEquals(first[2], second[2], "nothing is set");
            }
        } finally {
            child.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static String result(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("RESULT ")) {
                return line;
            }
        }
        return null;
    }

    private static String classPath() throws Exception {
        StringBuilder path = new StringBuilder();
        for (Class<?> type :
                new Class<?>[] {MemoryLimitProgram.class, MemoryLimit.class, org.HdrHistogram.Histogram.class}) {
            path.append(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()))
                    .append(File.pathSeparator);
        }
        return path.toString();
    }

    private void limit(String max) throws IOException {
        tree.process("0::/app\n", CgroupTree.V2_MOUNT).version2("app", 1, max, "max 100000", "max");
    }

    private MemoryLimitFollower follower() {
        return new MemoryLimitFollower(root, heap, log);
    }

    /** Keeps what is logged. */
    private static final class Log implements System.Logger {
        private final StringBuilder lines = new StringBuilder();

        String text() {
            return lines.toString();
        }

        int count(String message) {
            return text().split(Pattern.quote(message), -1).length - 1;
        }

        @Override
        public String getName() {
            return "kept";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            lines.append(level).append(' ').append(message).append('\n');
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            lines.append(level).append(' ').append(format).append('\n');
        }
    }

    /** 1 GiB, of which the JVM needs 100 MiB beside it. */
    private static final class FakeHeap extends MemoryLimitHeap {
        private long soft = 1024 * MIB;
        private long nonHeap = 100 * MIB;
        private boolean honours = true;
        private boolean byCommandLine;
        private boolean refuses;
        private int sets;

        @Override
        long maxBytes() {
            return 1024 * MIB;
        }

        @Override
        long nonHeapBytes() {
            return nonHeap;
        }

        @Override
        String collector() {
            return "fake";
        }

        @Override
        boolean honoursSoftMax() {
            return honours;
        }

        @Override
        long softMaxBytes() {
            return soft;
        }

        @Override
        boolean softMaxByCommandLine() {
            return byCommandLine;
        }

        @Override
        void setSoftMax(long bytes) {
            if (refuses) {
                throw new IllegalArgumentException("out of range");
            }
            soft = bytes;
            sets++;
        }
    }
}
