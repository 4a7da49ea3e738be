package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineProtocolWriterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START_MILLIS = 1_767_225_600_000L;

    private final AtomicLong now = new AtomicLong();
    private final MetricRegistry registry = MetricRegistry.create();
    private final SamplerSchedule schedule =
            SamplerSchedule.builder(registry).nanoClock(now::get).seed(3).unstarted();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        schedule.close();
        registry.close();
    }

    /** Answers one reading after the other; the first is what there was before. */
    private static final class Script implements LineReadings.Source {
        private int readings;
        private int closed;

        @Override
        public void read(LineReadings into) {
            int n = readings++;
            into.usedBytes = n < 2 ? 20 << 20 : n == 2 ? 12 << 20 : 14 << 20;
            into.freeBytes = (64 << 20) - into.usedBytes;
            into.freeBytes = n < 3 ? (64 << 20) - into.usedBytes : 50 << 20;
            into.uncommittedBytes = n < 3 ? 192 << 20 : Double.NaN;
            into.threads = n < 2 ? 24 : 23;
            into.gcCycles = n < 2 ? 7 : 9;
            into.pauses = n == 2 ? 3 : 0;
            into.pauseMeanSeconds = n == 2 ? 0.01 / 3 : Double.NaN;
            into.pauseP99Seconds = n == 2 ? 0.005 : Double.NaN;
            into.usedAfterGcBytes = n < 2 ? Double.NaN : 8 << 20;
            into.lockWaitSeconds = n == 0 ? 1.5 : n == 1 ? Double.NaN : 1.62;
            into.openDescriptors = n < 3 ? 61 : Double.NaN;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private LineProtocolWriter start(OutputStream stream, LineReadings.Source source) {
        return LineProtocolWriter.builder()
                .wallClock(() -> START_MILLIS + now.get() / 1_000_000)
                .source(source)
                .start(stream, registry, schedule);
    }

    @Test
    void blocksAreAsRecorded() throws IOException {
        Script script = new Script();
        LineProtocolWriter writer = start(bytes, script);

        now.set(15 * SECOND);
        writer.writeBlock();
        now.set(30 * SECOND);
        writer.writeBlock();
        now.set(37 * SECOND + 7_000_000);
        writer.close();
        writer.close();
        writer.writeBlock();

        try (InputStream golden = getClass().getResourceAsStream("/golden/lines.txt")) {
            assertEquals(new String(golden.readAllBytes(), UTF_8), bytes.toString(UTF_8));
        }
        assertEquals(1, script.closed);
    }

    @Test
    void aBlockIsWrittenEvery15SecondsOnTheSchedule() {
        LineProtocolWriter writer = start(bytes, new Script());

        for (int second = 0; second < 60; second++) {
            now.addAndGet(SECOND);
            schedule.tick();
        }
        int running = blocks();
        writer.close();
        for (int second = 0; second < 60; second++) {
            now.addAndGet(SECOND);
            schedule.tick();
        }

        assertEquals(4, running);
        assertEquals(5, blocks(), "the last one comes with close()");
        assertTrue(bytes.toString(UTF_8).endsWith("\n"));
    }

    private int blocks() {
        return bytes.toString(UTF_8).split("\ntime=", -1).length - 1;
    }

    @Test
    void anAppendableGetsTheSame() {
        StringBuilder text = new StringBuilder();
        LineProtocolWriter.builder()
                .wallClock(() -> START_MILLIS)
                .every(Duration.ofMillis(1500))
                .source(new Script())
                .start(text, registry, schedule)
                .close();

        assertTrue(
                text.toString().startsWith("# evenkeel lines, schema 1, every 1.5 s\ntime=1767225600.000\nheap."),
                text::toString);
    }

    /** Takes some bytes and then fails, as a full disk does. */
    private static final class Broken extends OutputStream {
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        boolean broken = true;
        int writes;

        @Override
        public void write(int b) {
            throw new AssertionError("byte by byte");
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            writes++;
            if (broken) {
                got.write(b, off, 20);
                throw new IOException("no space left");
            }
            got.write(b, off, len);
        }
    }

    @Test
    void aStreamThatRecoversGoesOnWithAWholeLine() {
        Broken stream = new Broken();
        LineProtocolWriter writer = start(stream, new Script());

        writer.writeBlock();
        writer.writeBlock();
        stream.broken = false;
        writer.writeBlock();
        writer.close();

        String text = stream.got.toString(UTF_8);
        assertTrue(text.contains("\n# evenkeel lines, schema 1, every 15 s\ntime="), text);
        assertEquals(2, registry.snapshot().value("evenkeel.line_writer.errors"));
        assertEquals(4, stream.writes);
    }

    @Test
    void aStreamThatFailsThreeTimesIsLeftAloneAndTheLogSaysSo() {
        Broken stream = new Broken();
        Script script = new Script();
        LineProtocolWriter writer = start(stream, script);

        String logged;
        try (LogCapture log = LogCapture.of(LineProtocolWriter.class)) {
            for (int second = 0; second < 300; second++) {
                now.addAndGet(SECOND);
                schedule.tick();
            }
            writer.close();
            logged = log.text();
        }

        assertEquals(3, stream.writes);
        assertEquals(3, registry.snapshot().value("evenkeel.line_writer.errors"));
        assertEquals(1, logged.split("Writing lines failed 3 times in a row", -1).length - 1, logged);
        assertEquals(1, script.closed);
        assertEquals(0, registry.snapshot().value("evenkeel.sampler.errors", "line_writer"));
    }

    @Test
    void aPrintStreamThatHidesItsFailuresIsFoundOut() {
        LineProtocolWriter writer = start(new PrintStream(new Broken(), false, UTF_8), new Script());

        writer.writeBlock();

        assertEquals(1, registry.snapshot().value("evenkeel.line_writer.errors"));
    }

    @Test
    void closeWaitsForABlockThatIsBeingWrittenButNotForEver() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) {
                writing.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Script script = new Script();
        LineProtocolWriter writer = start(stuck, script);
        Thread thread = new Thread(writer::writeBlock);
        thread.start();
        assertTrue(writing.await(20, TimeUnit.SECONDS));

        writer.close(); // returns, a second later

        assertEquals(1, script.closed);
        goOn.countDown();
        thread.join(20_000);
        assertFalse(thread.isAlive());
    }

    @Test
    void periodOutsideItsRangeIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> LineProtocolWriter.builder()
                .every(Duration.ofMillis(99)));

        assertEquals(
                "Cannot write lines every PT0.099S: a period is 0.1 s to 24 hours. Pass a period in that range, such as PT15S.",
                e.getMessage());
    }

    @Test
    @SuppressWarnings("SystemGc")
    void thisJvmsReadingsAgreeWithItsBeans() throws Exception {
        try (JvmLines lines = new JvmLines(false)) {
            LineReadings readings = new LineReadings();
            readings.clear();
            lines.read(readings);
            double cycles = readings.gcCycles;

            System.gc();
            double pauses = 0;
            long deadline = System.nanoTime() + 20 * SECOND;
            while (pauses == 0 && System.nanoTime() < deadline) {
                readings.clear();
                lines.read(readings); // the notification comes from another thread
                pauses = readings.pauses;
            }

            assertTrue(readings.gcCycles >= cycles + 1, () -> cycles + " then " + readings.gcCycles);
            assertTrue(pauses >= 1, "no pause was told");
            assertTrue(readings.pauseP99Seconds >= 0 && readings.pauseMeanSeconds <= readings.pauseP99Seconds + 0.001);
            assertTrue(readings.usedAfterGcBytes > 0
                    && readings.usedAfterGcBytes < Runtime.getRuntime().maxMemory());
            double all = readings.usedBytes + readings.freeBytes + readings.uncommittedBytes;
            assertEquals(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax(), all, 1);
            assertEquals(ManagementFactory.getThreadMXBean().getThreadCount(), readings.threads, 3);
            assertTrue(Double.isNaN(readings.lockWaitSeconds), "not asked for");
            readings.clear();
            lines.read(readings);
            assertEquals(0, readings.pauses, "each pause is told once");
        }
    }

    @Test
    void lockWaitIsMeasuredWhenAskedForAndSwitchedOffAgain() throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        assumeTrue(
                threads.isThreadContentionMonitoringSupported() && !threads.isThreadContentionMonitoringEnabled(),
                "contention monitoring is on or unsupported");
        Object monitor = new Object();
        LineReadings readings = new LineReadings();
        JvmLines lines = new JvmLines(true);
        try (lines) {
            assertTrue(threads.isThreadContentionMonitoringEnabled());
            lines.read(readings);
            double before = readings.lockWaitSeconds;
            CountDownLatch released = new CountDownLatch(1);
            Thread waiter = new Thread(() -> {
                synchronized (monitor) {
                    released.countDown();
                }
                try {
                    new CountDownLatch(1).await(); // lives until it is read
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            synchronized (monitor) {
                waiter.start();
                while (waiter.getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
                long start = System.nanoTime();
                while (System.nanoTime() - start < 60_000_000) {
                    Thread.onSpinWait();
                }
            }
            released.await();

            lines.read(readings);
            waiter.interrupt();
            waiter.join();
            double during = readings.lockWaitSeconds;
            lines.read(readings);

            assertTrue(during - before >= 0.055 && during - before < 10, () -> before + " then " + during);
            assertTrue(readings.lockWaitSeconds >= during, "what an ended thread waited stays");
        }
        assertFalse(threads.isThreadContentionMonitoringEnabled());
    }

    @Test
    void everyLineOfThisJvmIsANameAndANumber() {
        LineProtocolWriter writer = LineProtocolWriter.builder().lockWait().start(bytes, registry, schedule);
        writer.close();

        Map<String, Double> lines = new HashMap<>();
        for (String line : bytes.toString(UTF_8).split("\n")) {
            if (!line.startsWith("#")) {
                assertTrue(line.matches("[a-z0-9_.]+=[0-9]+(\\.[0-9]+)?"), line);
                lines.put(line.substring(0, line.indexOf('=')), Double.valueOf(line.substring(line.indexOf('=') + 1)));
            }
        }
        assertTrue(
                lines.keySet().containsAll(java.util.List.of("time", "heap.used_bytes", "threads", "gc.cycles_delta")));
        assertTrue(lines.containsKey("lock_wait_delta_seconds"));
    }
}
