package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CensusTest {

    private static final LeakOptions QUICK =
            LeakOptions.defaults().withLinger(Duration.ofMillis(20)).withHeap(false);

    @Test
    void missingProcIsSaidAndNotJudged(@TempDir Path dir) {
        FileDescriptorCensus census =
                new FileDescriptorCensus(dir.resolve("fd"), AllowList.of(QUICK, Resource.FILE_DESCRIPTORS));

        LeakReport report = new LeakRun(QUICK.withName("x"), Censuses.of(List.of(census), null), Platform.ofThisJvm())
                .judge(() -> {});

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals(List.of(), report.limits());
        assertTrue(
                report.text()
                        .contains("Not watched: file descriptors, because " + dir.resolve("fd") + " is not readable"),
                report::text);
    }

    @Test
    void descriptorsAreNamedByTheirTarget(@TempDir Path dir) throws Exception {
        Files.createSymbolicLink(dir.resolve("0"), Path.of("/var/log/app.log"));
        FileDescriptorCensus census = new FileDescriptorCensus(dir, AllowList.of(QUICK, Resource.FILE_DESCRIPTORS));
        SeriesTable table = new SeriesTable(64, 2);
        census.baseline();
        census.read(table, 0);
        Files.createSymbolicLink(dir.resolve("7"), Path.of("socket:[991]"));
        Files.createSymbolicLink(dir.resolve("8"), Path.of("socket:[992]"));
        Files.createSymbolicLink(dir.resolve("9"), Path.of("/tmp/spill-1234.bin"));

        census.read(table, 1);
        List<Census.Group> groups = census.evidence(key -> true);

        assertEquals(2, table.value(1, SeriesTable.keyOf("socket")));
        assertEquals(4, table.value(1, SeriesTable.TOTAL));
        assertEquals("socket", groups.get(0).what());
        assertEquals("/tmp/spill-*.bin", groups.get(1).what());
        assertEquals(List.of("fd 9 -> /tmp/spill-1234.bin"), groups.get(1).detail());
    }

    @Test
    void socketsThatWentWithASelectorWereClosedByItsOwner(@TempDir Path dir) throws Exception {
        FileDescriptorCensus census = new FileDescriptorCensus(dir, AllowList.of(QUICK, Resource.FILE_DESCRIPTORS));
        Files.createSymbolicLink(dir.resolve("4"), Path.of("socket:[991]"));
        Files.createSymbolicLink(dir.resolve("5"), Path.of("anon_inode:[eventpoll]"));
        Files.createSymbolicLink(dir.resolve("6"), Path.of("/tmp/spill.bin"));
        SeriesTable table = new SeriesTable(64, 3);
        census.read(table, 0);
        Files.delete(dir.resolve("4"));
        Files.delete(dir.resolve("6"));
        census.read(table, 1);
        Files.delete(dir.resolve("5"));
        census.read(table, 2);
        long socket = SeriesTable.keyOf("socket");

        assertEquals(false, census.closedByOwner(socket, table, 0, 1), "the selector is still there");
        assertEquals(true, census.closedByOwner(socket, table, 0, 2));
        assertEquals(false, census.closedByOwner(SeriesTable.keyOf("/tmp/spill.bin"), table, 0, 2));
    }

    @Test
    void temporaryFilesAreCountedByKindAndToldOneByOne(@TempDir Path dir) throws Exception {
        TempFiles census = new TempFiles(dir.toFile(), AllowList.of(QUICK, Resource.TEMP_FILES));
        TempFiles allowing = new TempFiles(
                dir.toFile(),
                AllowList.of(QUICK.allow(Resource.TEMP_FILES, "*/chunk-*", "a test"), Resource.TEMP_FILES));
        SeriesTable table = new SeriesTable(64, 3);
        long chunks = SeriesTable.keyOf(Names.joinable(dir + "/chunk-1.bin"));
        Files.createFile(dir.resolve("chunk-1.bin"));
        census.baseline();
        census.read(table, 0);
        Files.createFile(dir.resolve("chunk-22.bin"));

        census.read(table, 1);
        allowing.read(table, 2);
        List<Census.Group> groups = census.evidence(key -> key == chunks);

        assertEquals(null, census.unavailable());
        assertEquals(
                List.of(1L, 2L, 0L), List.of(table.value(0, chunks), table.value(1, chunks), table.value(2, chunks)));
        assertEquals(List.of(dir + "/chunk-22.bin"), groups.get(0).detail());
        assertEquals(dir + "/chunk-22.bin", groups.get(0).what());
    }

    @Test
    void filesInADirectoryOfTheirOwnAreCountedToo(@TempDir Path dir) throws Exception {
        TempFiles census = new TempFiles(dir.toFile(), AllowList.NONE);
        SeriesTable table = new SeriesTable(64, 3);
        Path uploads = Files.createDirectory(dir.resolve("uploads"));
        Path old = Files.createDirectory(dir.resolve("old"));
        Files.createFile(old.resolve("upload-1"));
        Files.setLastModifiedTime(old, FileTime.fromMillis(0));
        long kind = SeriesTable.keyOf(Names.joinable(uploads + "/upload-1"));
        census.baseline();

        for (int reading = 0; reading < 3; reading++) {
            census.read(table, reading);
            Files.createFile(uploads.resolve("upload-" + reading));
        }

        assertEquals(List.of(0L, 1L, 2L), List.of(table.value(0, kind), table.value(1, kind), table.value(2, kind)));
        assertEquals(0, table.value(2, SeriesTable.keyOf(Names.joinable(old + "/upload-1"))), "of before this JVM");
        assertEquals(3, census.evidence(key -> key == kind).get(0).count());
    }

    @Test
    void directoryOfTemporaryFilesThatIsGoneIsSaid(@TempDir Path dir) throws Exception {
        Path sub = Files.createDirectory(dir.resolve("tmp"));
        TempFiles census = new TempFiles(sub.toFile(), AllowList.NONE);
        assertEquals(null, census.unavailable());

        Files.delete(sub);

        assertEquals("the directory " + sub + " (java.io.tmpdir) cannot be listed", census.unavailable());
    }

    @Test
    void leakedThreadsAreReportedWithStateAndStackAndAdvice() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        try {
            AssertionError leak = assertThrows(
                    AssertionError.class,
                    () -> LeakDetector.assertNoLeak(QUICK, () -> {
                        Thread thread = new Thread(() -> hang(end), "orders-worker-" + System.nanoTime());
                        thread.setDaemon(true);
                        thread.start();
                        started.add(thread);
                    }));

            String text = leak.getMessage().replaceAll("\\s+", " ");
            assertTrue(
                    text.matches(
                            "(?s)\\d+ threads leaked from CensusTest\\.\\w+.*after a linger of 20 ms, in 330 iterations.*"),
                    text);
            assertTrue(
                    text.contains(
                            "x \"orders-worker-*\" WAITING, daemon=true, at CountDownLatch.await <- CensusTest.hang"),
                    text);
            assertTrue(text.contains("at dev.evenkeel.leak.CensusTest.hang(CensusTest.java"), text);
            assertTrue(
                    text.contains(
                            "or allow it: LeakOptions.allowThreads(\"orders-worker-*\", reason), or @DetectLeaks("),
                    text);
        } finally {
            SecondLookTest.endAll(started, end);
        }
    }

    @Test
    void allowedThreadsMayStayAndTheReportSaysWhy() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        try {
            LeakReport report = LeakDetector.verify(QUICK.allowThreads("shared-*", "one pool for all tests"), () -> {
                Thread thread = new Thread(() -> hang(end), "shared-" + System.nanoTime());
                thread.setDaemon(true);
                thread.start();
                started.add(thread);
            });

            assertEquals(Verdict.PASS, report.verdict(), report::text);
            assertTrue(
                    report.notes().contains("threads \"shared-*\" were allowed to stay: one pool for all tests"),
                    report::text);
        } finally {
            SecondLookTest.endAll(started, end);
        }
    }

    @Test
    void patternThatHidesEveryThreadIsRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> LeakOptions.defaults().allowThreads("*", "noise"));

        assertEquals(
                "Cannot allow threads by the pattern \"*\": it would hide every leak. Name the pool, for instance"
                        + " \"orders-worker-*\".",
                refused.getMessage());
    }

    @Test
    void dotInAPatternIsADot() {
        assertTrue(new Allowed(Resource.THREADS, "a.b-*", "r")
                .compiled()
                .matcher("a.b-1")
                .matches());
        assertEquals(
                false,
                new Allowed(Resource.THREADS, "a.b-*", "r")
                        .compiled()
                        .matcher("axb-1")
                        .matches());
    }

    @Test
    void optionsOutOfRangeAreRefusedWithTheRange() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> LeakOptions.defaults().withRounds(2));

        assertEquals(
                "rounds is 2: with fewer, one step of a lazy field looks like growth. Use 3 to 100.",
                refused.getMessage());
    }

    @Test
    void numberedClassesJoinAndNumbersOfInnerClassesStay() {
        assertEquals("com.shop.Cart$1", HeapCensus.joinable("com.shop.Cart$1"));
        assertEquals("com.shop.Cart$$Lambda*", HeapCensus.joinable("com.shop.Cart$$Lambda$14/0x00007f1c"));
        assertEquals("jdk.proxy2.$Proxy*", HeapCensus.joinable("jdk.proxy2.$Proxy17"));
    }

    @Test
    void arrayNamesAreReadable() {
        assertEquals("byte[]", HeapCensus.readable("[B"));
        assertEquals("java.lang.String[][]", HeapCensus.readable("[[Ljava.lang.String;"));
        assertEquals("com.shop.Cart", HeapCensus.readable("com.shop.Cart"));
        assertEquals(
                List.of(0, 1, 2, 3, 4, 5, 6, 7),
                Stream.of(
                                "com.shop.Cart",
                                "com.shop.Cart$$Lambda",
                                "com.shop.Cart[]",
                                "java.net.URLClassLoader",
                                "java.util.regex.Pattern",
                                "java.util.HashMap$Node",
                                "java.lang.Object[]",
                                "byte[]")
                        .map(HeapCensus::tier)
                        .toList());
    }

    @Test
    void tableCountsWhatDoesNotFit() {
        SeriesTable table = new SeriesTable(16, 1);
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            keys.add(SeriesTable.keyOf("name" + i));
            table.add(0, SeriesTable.keyOf("name" + i), i);
        }

        assertEquals(table.size() + table.overflowed(), 100);
        assertNotEquals(0, table.overflowed());
        assertEquals(1, table.value(0, keys.get(1)));
    }

    @Test
    void keysOfDifferentNamesNeverMeetTheirNeighboursSecondSeries() {
        for (String name : List.of("", "a", "b", "java.lang.String", "[B")) {
            assertEquals(0, SeriesTable.keyOf(name) & 1);
            assertNotEquals(SeriesTable.TOTAL, SeriesTable.keyOf(name));
        }
    }

    private static void hang(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
