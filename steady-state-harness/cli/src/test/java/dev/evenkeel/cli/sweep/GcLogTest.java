package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The logs are cut from runs of one program with 32 MiB of heap on the JDKs they name; the figures were counted with grep and awk. */
class GcLogTest {
    private static final long MIB = 1 << 20;

    private static GcLog log(String name) throws IOException {
        try (InputStream in = GcLogTest.class.getResourceAsStream(name + ".log")) {
            return GcLog.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "serial-17, SERIAL, 9, 7.818, 3.466, 9",
        "serial-17-full, SERIAL, 6, 37.253, 15.514, 6",
        "serial-25, SERIAL, 8, 6.593, 3.822, 8",
        "parallel-17, PARALLEL, 9, 11.350, 4.205, 9",
        "parallel-25, PARALLEL, 8, 8.339, 3.053, 8",
        "g1-17, G1, 4, 5.514, 3.161, 4",
        "g1-25, G1, 4, 14.959, 7.053, 4",
        "zgc-17, ZGC, 27, 0.278, 0.019, 9",
        "zgc-25, ZGC, 30, 0.236, 0.033, 8",
        "shen-17, SHENANDOAH, 10, 0.202, 0.039, 2",
        "shen-25, SHENANDOAH, 8, 0.315, 0.091, 3",
        "sheng-25, SHENANDOAH_GENERATIONAL, 8, 0.314, 0.080, 3",
        "eps-17, EPSILON, 0, 0, 0, 0",
        "eps-25, EPSILON, 0, 0, 0, 0"
    })
    void eachCollectorsPausesAndCollectionsAreCounted(
            String file, Collector collector, int pauses, double millis, double longest, int collections)
            throws IOException {
        GcLog log = log(file);

        GcFacts facts = log.between(0, Long.MAX_VALUE);

        assertTrue(collector.isNamed(log.collector()), log.collector());
        assertEquals(32 * MIB, log.maxHeapBytes());
        assertEquals(pauses, facts.pauses());
        assertEquals(millis, facts.pauseMillis(), 0.0005);
        assertEquals(longest, facts.longestPauseMillis(), 0.0005);
        assertEquals(collections, facts.collections());
    }

    @Test
    void theHeapAfterACollectionIsItsLastWord() throws IOException {
        assertEquals(
                5 * MIB, log("g1-25").between(0, Long.MAX_VALUE).afterBytes().orElseThrow());
        assertEquals(
                List.of(12 * MIB, 16 * MIB, 22 * MIB),
                log("zgc-17").afters().subList(0, 3).stream()
                        .map(GcLog.After::usedBytes)
                        .toList());
        // 4, 4, 4, 4, 4, 5, 5, 5, 4
        assertEquals(
                4 * MIB,
                log("serial-17").between(0, Long.MAX_VALUE).afterBytes().orElseThrow());
    }

    @Test
    void whatIsLiveIsToldByCollectionsOfTheWholeHeap() throws IOException {
        assertEquals(24 * MIB, log("serial-17-full").liveBytes().orElseThrow(), "the young ones left 8, 16 and 25");
        assertEquals(4 * MIB, log("serial-17").liveBytes().orElseThrow(), "there was none: the least of the others");
        assertTrue(log("eps-17").liveBytes().isEmpty());
    }

    @Test
    void theHeapGrewToTheLargestCapacityThatWasSaid() throws IOException {
        assertEquals(30 * MIB, log("serial-17").highestCapacityBytes());
        assertEquals(32 * MIB, log("g1-25").highestCapacityBytes());
    }

    @Test
    void epsilonHoldsAllThatWasAllocated() throws IOException {
        assertEquals(
                32_550 * 1024,
                log("eps-17").between(0, Long.MAX_VALUE).afterBytes().orElseThrow());
    }

    @Test
    void onlyTheTimeAskedForCounts() {
        GcLog log = GcLog.of(List.of(
                "[1000ms][info][gc] GC(0) Pause Young (Normal) 8M->4M(32M) 1.500ms",
                "[2000ms][info][gc] GC(1) Pause Young (Normal) 9M->6M(32M) 2.500ms",
                "[3000ms][info][gc] GC(2) Pause Young (Normal) 9M->5M(32M) 4.000ms"));

        GcFacts facts = log.between(1500, 2500);

        assertEquals(1, facts.pauses());
        assertEquals(2.5, facts.pauseMillis());
        assertEquals(6 * MIB, facts.afterBytes().orElseThrow());
    }

    /** Serial runs a full collection inside of a young one that turned out too small, and logs the length of both. */
    @Test
    void aPauseInsideAnotherCountsOnce() {
        GcLog log = GcLog.of(List.of(
                "[1000ms][info][gc,start    ] GC(0) Pause Young (Allocation Failure)",
                "[1002ms][info][gc,start    ] GC(1) Pause Full (Allocation Failure)",
                "[1002ms][info][gc,phases,start] GC(1) Phase 1: Mark live objects",
                "[1009ms][info][gc          ] GC(1) Pause Full (Allocation Failure) 30M->24M(30M) 7.000ms",
                "[1010ms][info][gc          ] GC(0) Pause Young (Allocation Failure) 30M->24M(30M) 10.000ms",
                "[1020ms][info][gc,start    ] GC(2) Pause Young (Allocation Failure)",
                "[1021ms][info][gc          ] GC(2) Pause Young (Allocation Failure) 30M->24M(30M) 1.000ms"));

        GcFacts facts = log.between(0, 2000);

        assertEquals(2, facts.pauses());
        assertEquals(11.0, facts.pauseMillis());
    }

    @Test
    void whatG1SaysInTheMiddleOfItsMarkingIsNotAfterACollection() {
        GcLog log = GcLog.of(List.of(
                "[1000ms][info][gc] GC(0) Pause Remark 30M->29M(64M) 1.000ms",
                "[1001ms][info][gc] GC(0) Pause Cleanup 29M->29M(64M) 0.100ms"));

        assertEquals(2, log.pauses().size());
        assertTrue(log.afters().isEmpty());
    }

    @Test
    void linesOfAnotherKindAndHalfALineArePassedOver() {
        GcLog log = GcLog.of(
                List.of("", "OpenJDK 64-Bit Server VM warning: x", "[12ms][info][gc", "[5ms][info][gc] hello"));

        assertTrue(log.pauses().isEmpty());
        assertEquals("", log.collector());
    }
}
