package dev.evenkeel.metrics.hdr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.convert.HdrHistograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalLogTest {
    private static final long START = 1_700_000_000_000L;

    @TempDir
    private Path directory;

    private final AtomicLong millis = new AtomicLong(START);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(millis::get).build();

    private IntervalLog.Builder log() {
        return IntervalLog.builder(registry, directory.resolve("logs")).clock(nanos::get);
    }

    private Path logs() {
        return directory.resolve("logs");
    }

    private void pass(long seconds) {
        millis.addAndGet(seconds * 1000);
        nanos.addAndGet(seconds * 1_000_000_000L);
    }

    private double metric(String name) {
        return registry.snapshot().value("evenkeel.interval_log." + name, "latency");
    }

    private static Labels labels(String name, String value) {
        try (MetricRegistry other = MetricRegistry.create()) {
            return other.counter("c").labels(name).register().bind(value).labels();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void allIntervalsTogetherAreTheCumulativeReading(int digits) throws IOException {
        long seed = 20_261_121 + digits;
        Random random = new Random(seed);
        Timer timer = registry.timer("request.duration").digits(digits).register();
        try (IntervalLog log = log().histograms("request.duration").open()) {
            for (int interval = 0; interval < 20; interval++) {
                for (int i = 0; i < 300; i++) {
                    timer.record(i == 0 ? 0 : random.nextLong() >>> 16 + random.nextInt(48));
                }
                pass(10);
                assertTrue(log.write());
            }
            timer.record(123_456); // the last interval is written by close
        }

        HistogramReading ours = timer.read();
        Histogram theirs = Logs.sum(logs(), "request.duration", digits);
        assertEquals(21, Logs.intervals(logs()).size());
        assertEquals(ours.toHdrHistogram(), theirs, "seed " + seed);
        HistogramReading back = HdrHistograms.read(theirs, ours.scale());
        assertEquals(ours.count(), back.count());
        assertEquals(ours.bucketCount(), back.bucketCount());
        for (int i = 0; i < ours.bucketCount(); i++) {
            assertEquals(ours.bucketLow(i), back.bucketLow(i));
            assertEquals(ours.bucketHigh(i), back.bucketHigh(i));
            assertEquals(ours.bucketCountAt(i), back.bucketCountAt(i));
        }
        assertEquals(ours.valueAtQuantile(0.99), back.valueAtQuantile(0.99));
    }

    @Test
    void intervalsFollowEachOtherAndSeriesWithoutValuesHaveNoLine() throws IOException {
        Timer timer = registry.timer("t").register();
        timer.record(1); // before the log was opened
        try (IntervalLog log = log().histograms("t").open()) {
            timer.record(2_000_000);
            pass(10);
            log.write();
            pass(10);
            log.write();
            timer.record(3_000_000);
            pass(10);
            log.write();
        }

        List<Histogram> intervals = Logs.intervals(logs());
        assertEquals(2, intervals.size());
        assertEquals(START, intervals.get(0).getStartTimeStamp());
        assertEquals(START + 10_000, intervals.get(0).getEndTimeStamp());
        assertEquals(1, intervals.get(0).getTotalCount());
        assertEquals(START + 20_000, intervals.get(1).getStartTimeStamp());
        assertEquals(START + 30_000, intervals.get(1).getEndTimeStamp());
        assertEquals(3_000_000, intervals.get(1).getMaxValue(), 3_000_000 * 0x1p-7);
        String first = Files.readAllLines(Logs.files(logs()).get(0)).get(0);
        assertEquals(
                "#[Evenkeel interval log, schema 1: a tag is name;label=value;label=value, escaped as in URLs]", first);
    }

    @Test
    void everySeriesHasItsTagAndOthersAreLeftOut() throws IOException {
        Labelled<Timer> timers = registry.timer("http").labels("route").register();
        Timer other = registry.timer("other").register();
        try (IntervalLog log = log().histograms("http").open()) {
            timers.bind("/a, b;c=d%\n\u00fc").record(5);
            timers.bind("/b").record(7);
            other.record(9);
            pass(1);
            log.write();
        }

        String strange = IntervalLog.tag("http", labels("route", "/a, b;c=d%\n\u00fc"));
        assertEquals("http;route=/a%2C%20b%3Bc%3Dd%25%0A%C3%BC", strange);
        assertEquals(2, Logs.intervals(logs()).size());
        assertEquals(5, Logs.sum(logs(), strange, 2).getMaxValue());
        assertEquals(7, Logs.sum(logs(), "http;route=/b", 2).getMaxValue());
    }

    @Test
    void withoutAChoiceEveryHistogramIsWrittenOnce() throws IOException {
        registry.timer("a").register().record(1);
        try (IntervalLog log = log().open()) {
            registry.timer("a").register().record(2);
            registry.histogram("b").register().record(3);
            registry.counter("c").register().increment();
            log.write();
        }

        assertEquals(1, Logs.sum(logs(), "a", 2).getTotalCount());
        assertEquals(1, Logs.sum(logs(), "b", 2).getTotalCount());
        assertEquals(0, Logs.sum(logs(), "c", 2).getTotalCount());
    }

    @Test
    void aClockThatIsSetBackGivesAnIntervalOfNoLength() throws IOException {
        Timer timer = registry.timer("t").register();
        try (IntervalLog log = log().histograms("t").open()) {
            millis.addAndGet(-3_600_000);
            timer.record(1);
            log.write();
        }

        Histogram interval = Logs.intervals(logs()).get(0);
        assertEquals(START, interval.getStartTimeStamp());
        assertEquals(START, interval.getEndTimeStamp());
    }

    /** Fills about 300 bytes of log. */
    private void writeLine(IntervalLog log, Timer timer, Random random) {
        for (int i = 0; i < 60; i++) {
            timer.record(1 + random.nextInt(1_000_000_000));
        }
        pass(1);
        assertTrue(log.write());
    }

    @Test
    void filesEndByTheirSizeAndTheOldestGoBeforeTheBoundIsPassed() throws IOException {
        Random random = new Random(1);
        Timer timer = registry.timer("t").register();
        long most = 0;
        try (IntervalLog log =
                log().histograms("t").maxFileBytes(4096).maxTotalBytes(12_000).open()) {
            for (int i = 0; i < 200; i++) {
                writeLine(log, timer, random);
                most = Math.max(most, Logs.bytes(logs()));
                for (Path file : Logs.files(logs())) {
                    assertTrue(Files.size(file) <= 4096, file + " has " + Files.size(file));
                }
            }
        }

        assertTrue(most <= 12_000, most + " bytes of at most 12 000");
        assertTrue(most > 7_000, most + " bytes only");
        assertEquals(metric("rotations") + 1, Logs.files(logs()).size() + metric("deleted"));
        assertTrue(metric("deleted") >= 5, metric("deleted") + " deleted");
        assertTrue(metric("written") > 12_000);
        assertEquals(0, metric("errors") + metric("lost"));
        assertEquals(
                Logs.files(logs()).size(),
                Logs.files(logs()).stream().map(Path::getFileName).distinct().count());
    }

    @Test
    void afterRotationAllFilesTogetherAreStillTheCumulativeReading() throws IOException {
        Random random = new Random(2);
        Timer timer = registry.timer("t").register();
        try (IntervalLog log = log().histograms("t").maxFileBytes(4096).open()) {
            for (int i = 0; i < 100; i++) {
                writeLine(log, timer, random);
            }
        }

        assertTrue(Logs.files(logs()).size() > 5, Logs.files(logs()).size() + " files");
        assertEquals(timer.read().toHdrHistogram(), Logs.sum(logs(), "t", 2));
    }

    @Test
    void filesEndByTheirAge() throws IOException {
        Random random = new Random(3);
        Timer timer = registry.timer("t").register();
        try (IntervalLog log =
                log().histograms("t").maxFileAge(Duration.ofSeconds(10)).open()) {
            for (int i = 0; i < 25; i++) {
                writeLine(log, timer, random);
            }
        }

        assertEquals(3, Logs.files(logs()).size());
        assertEquals(2, metric("rotations"));
    }

    @Test
    void anotherProcessGoesOnWithTheNumbersAndTheBound() throws IOException {
        Random random = new Random(4);
        Timer timer = registry.timer("t").register();
        for (int process = 0; process < 8; process++) {
            try (IntervalLog log =
                    log().histograms("t").maxFileBytes(4096).maxTotalBytes(8192).open()) {
                for (int i = 0; i < 5; i++) {
                    writeLine(log, timer, random);
                }
            }
        }
        Files.writeString(logs().resolve("latency.txt"), "not ours");
        Files.writeString(logs().resolve("latency2.00000001.hlog"), "another log's");

        assertTrue(Logs.files(logs()).stream().anyMatch(file -> file.endsWith("latency.00000008.hlog")));
        assertTrue(Logs.bytes(logs()) <= 8192 + 30);
        try (IntervalLog log =
                log().histograms("t").maxFileBytes(4096).maxTotalBytes(8192).open()) {
            for (int i = 0; i < 50; i++) {
                writeLine(log, timer, random);
            }
        }
        assertTrue(Files.exists(logs().resolve("latency.txt")));
        assertTrue(Files.exists(logs().resolve("latency2.00000001.hlog")));
    }

    /** A file that takes half of what it is given, then says that the disk is full. */
    private static final class FullDisk extends LogFile {
        private final AtomicLong free;

        FullDisk(LogFile file, AtomicLong free) {
            super(file);
            this.free = free;
        }

        @Override
        int write(FileChannel to, ByteBuffer bytes) throws IOException {
            int wanted = bytes.remaining();
            if (free.get() < wanted) {
                ByteBuffer half = bytes.duplicate();
                half.limit(half.position() + wanted / 2);
                to.write(half);
                throw new IOException("No space left on device");
            }
            free.addAndGet(-wanted);
            return super.write(to, bytes);
        }
    }

    @Test
    void aFullDiskIsCountedAndLoggedOnceAndLosesNothingOnceThereIsRoom() throws IOException {
        Random random = new Random(5);
        Timer timer = registry.timer("t").register();
        AtomicLong free = new AtomicLong(2_000);
        List<String> logged = new ArrayList<>();
        Handler handler = handler(logged);
        Logger logger = Logger.getLogger(IntervalLog.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try (IntervalLog log = log().histograms("t")
                .opener(path -> new FullDisk(LogFile.create(path), free))
                .open()) {
            int failures = 0;
            for (int i = 0; i < 40; i++) {
                timer.record(random.nextInt(1_000_000_000));
                pass(1);
                failures += log.write() ? 0 : 1;
            }
            assertTrue(failures > 3, failures + " failures");
            assertEquals(failures, metric("errors"));
            assertEquals(1, logged.size());
            assertTrue(Logs.intervals(logs()).size() > 0);
            assertTrue(Logs.bytes(logs()) <= 2_000);

            free.set(1 << 20);
            assertTrue(log.write());

            assertEquals(40, Logs.intervals(logs()).size());
            assertEquals(2, logged.size());
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(timer.read().toHdrHistogram(), Logs.sum(logs(), "t", 2));
        assertEquals(0, metric("lost"));
        assertEquals(
                "Cannot write to interval log \"latency\": java.io.IOException: No space left on device. Intervals wait in memory, up"
                        + " to 16777216 bytes, then they are given up. Free space or rights, or lower maxTotalBytes(..). Logged once"
                        + " until it works again.",
                logged.get(0));
    }

    private static Handler handler(List<String> into) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                into.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void whatWaitsForAFullDiskIsBoundedAndWhatIsGivenUpIsCounted() throws IOException {
        Random random = new Random(6);
        Timer timer = registry.timer("t").register();
        AtomicLong free = new AtomicLong(0);
        try (IntervalLog log = log().histograms("t")
                .maxFileBytes(4096)
                .opener(path -> new FullDisk(LogFile.create(path), free))
                .open()) {
            for (int i = 0; i < 60; i++) {
                for (int k = 0; k < 60; k++) {
                    timer.record(1 + random.nextInt(1_000_000_000));
                }
                assertFalse(log.write());
            }
            assertEquals(0, Logs.files(logs()).size()); // none without even a header is left
        }

        assertEquals(60, metric("lost"));
        assertEquals(61, metric("errors")); // and once more by close
        assertEquals(0, metric("written"));
    }

    @Test
    void aDirectoryThatCannotBeMadeFailsAtOnce() throws IOException {
        Files.writeString(logs(), "a file");

        assertThrows(IOException.class, () -> log().open());
    }

    @Test
    void closingTwiceIsHarmlessAndWritingAfterwardsIsRefused() throws IOException {
        IntervalLog log = log().histograms("t").open();
        registry.timer("t").register().record(1);
        log.close();
        log.close();

        IllegalStateException e = assertThrows(IllegalStateException.class, log::write);
        assertEquals(
                "Cannot write an interval of log \"latency\": it is closed, and the last interval was written then. Open another.",
                e.getMessage());
        assertEquals(1, Logs.sum(logs(), "t", 2).getTotalCount());
    }

    @Test
    void theThreadEndsWithTheRegistryAndCloseStillCloses() throws IOException {
        IntervalLog log = log().clock(System::nanoTime).start(Duration.ofMillis(10));
        registry.close();

        assertTrue(log.awaitEnd(20_000));
        log.close();
    }

    @Test
    void theThreadWritesByItself() throws Exception {
        Timer timer = registry.timer("t").register();
        try (IntervalLog log = log().histograms("t").clock(System::nanoTime).start(Duration.ofMillis(10))) {
            timer.record(1);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (metric("written") == 0 && System.nanoTime() < deadline) {
                Thread.yield();
            }
            assertEquals(1, Logs.sum(logs(), "t", 2).getTotalCount());
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> log().maxFileBytes(5000).maxTotalBytes(9_999).open());

        assertEquals(
                "Cannot keep files of 5000 bytes in 9999 bytes: the oldest is deleted to make room for the newest, so two must fit."
                        + " Raise maxTotalBytes(..), or lower maxFileBytes(..).",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> log().maxFileBytes(4095));
        assertThrows(IllegalArgumentException.class, () -> log().maxFileAge(Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class, () -> log().name("a.b"));
        assertThrows(IllegalArgumentException.class, () -> log().name("../a"));
        assertThrows(IllegalArgumentException.class, () -> log().histograms());
        assertThrows(IllegalArgumentException.class, () -> log().start(Duration.ofMinutes(6)));
    }
}
