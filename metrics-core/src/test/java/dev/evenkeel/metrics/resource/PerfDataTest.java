package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerfDataTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void countersAreReadAgainWhenTheJvmHasWrittenThem(boolean littleEndian) throws IOException {
        PerfDataFile file = file(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .put("a.count", 7)
                .put("a.time", Long.MAX_VALUE);
        try (PerfData data = file.open()) {
            long first = data.value("a.count");
            file.put("a.count", 258).write();

            assertEquals(7, first);
            assertEquals(258, data.value("a.count"));
            assertEquals(Long.MAX_VALUE, data.value("a.time"));
            assertEquals(-1, data.value("b.count"));
            assertTrue(data.has("a.count"));
            assertFalse(data.has("b.count"));
        }
    }

    @Test
    void ticksOfAnotherClockBecomeNanoseconds() throws IOException {
        try (PerfData data = file(ByteOrder.LITTLE_ENDIAN)
                .put("sun.os.hrt.frequency", 10_000_000)
                .put("a.time", 12)
                .open()) {
            assertEquals(1_200, data.nanos("a.time"));
            assertEquals(-1, data.nanos("b.time"));
        }
    }

    @Test
    void fileOfAnotherProcessOrOfNoneIsNotRead() throws IOException {
        Path path = folder.resolve("4711");
        PerfDataFile file = file(ByteOrder.LITTLE_ENDIAN).put("a.count", 7);
        file.write();

        assertNull(PerfData.openFile(path, 1), "it began at another time");
        assertNull(PerfData.openFile(folder.resolve("4712"), 1), "there is no such file");
        byte[] whole = Files.readAllBytes(path);
        for (int length : new int[] {0, 31, 40, 200}) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertNull(PerfData.openFile(path, 1_700_000_000_123L), "cut to " + length);
        }
        whole[0] = 0;
        Files.write(path, whole);
        assertNull(PerfData.openFile(path, 1_700_000_000_123L), "another magic number");
    }

    @Test
    void closedOrShortenedFileHasNoValues() throws IOException {
        PerfData data = file(ByteOrder.LITTLE_ENDIAN).put("a.count", 7).open();
        Files.write(folder.resolve("4711"), new byte[10]);
        long shortened = data.value("a.count");
        data.close();
        data.close();

        assertEquals(-1, shortened);
        assertEquals(-1, data.value("a.count"));
    }

    @Test
    void eachPauseIsPassedOnOnceWithItsOwnLengthOrTheMeanOfSeveral() throws IOException {
        PerfDataFile file = collector(3, 3_000, 100, 200);
        try (PerfData data = file.open()) {
            GcPauses pauses = new GcPauses(data);
            assertTrue(pauses.available());

            assertEquals(List.of(), polled(pauses), "what was before");
            collector(file, 4, 3_700, 300, 400).write();
            assertEquals(List.of(700L), polled(pauses));
            assertEquals(List.of(), polled(pauses), "told already");
            collector(file, 6, 4_700, 500, 600).write();
            assertEquals(List.of(500L, 500L), polled(pauses), "two at once");
            collector(file, 7, 4_700, 700, 600).write();
            assertEquals(List.of(), polled(pauses), "under way");
            collector(file, 7, 4_777, 700, 800).write();
            assertEquals(List.of(77L), polled(pauses), "ended");
        }
    }

    private static List<Long> polled(GcPauses pauses) {
        List<Long> found = new ArrayList<>();
        pauses.poll(found::add);
        return found;
    }

    private PerfDataFile collector(long count, long time, long begin, long end) {
        return collector(file(ByteOrder.LITTLE_ENDIAN), count, time, begin, end);
    }

    private static PerfDataFile collector(PerfDataFile file, long count, long time, long begin, long end) {
        return file.put("sun.gc.collector.1.invocations", count)
                .put("sun.gc.collector.1.time", time)
                .put("sun.gc.collector.1.lastEntryTime", begin)
                .put("sun.gc.collector.1.lastExitTime", end);
    }

    private PerfDataFile file(ByteOrder order) {
        return new PerfDataFile(folder.resolve("4711"), order);
    }
}
