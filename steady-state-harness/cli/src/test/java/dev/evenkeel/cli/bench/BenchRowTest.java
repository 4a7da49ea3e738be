package dev.evenkeel.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.bench.BenchCase.Entry;
import dev.evenkeel.cli.bench.BenchCase.Role;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BenchRowTest {
    private static final String JSON =
            """
            [{"benchmark":"x","primaryMetric":{"score":2.5,"rawData":[[3.0,2.0,4.0]]},
              "secondaryMetrics":{"gc.alloc.rate":{"score":1.0},
              "gc.alloc.rate.norm":{"score":24.0,"rawData":[[24.0]]},
              "worker.cpu":{"score":1.5,"rawData":[[1.5, 1.0, 2.0]]}}}]
            """;

    private static final BenchCase BOUND = BenchCase.recording(
            "bound increment",
            List.of(),
            Goal.overLibrary("LongAdder", 0.30).threads(1, 1),
            Goal.overBestPeer(0.35).threads(2, 32),
            Goal.regimeCheck(0.15),
            Goal.bytesPerOp(0));

    @Test
    void readsIterationsAndBytesOfOneFork() {
        JmhResult result = JmhResult.parse(JSON);

        assertEquals(List.of(3.0, 2.0, 4.0), result.nanosPerOp());
        assertEquals(List.of(1.5, 1.0, 2.0), result.cpuNanosPerOp());
        assertEquals(24.0, result.bytesPerOp());
    }

    @Test
    void readsWhatAWeighingPrinted() {
        assertEquals(
                List.of(51.25),
                JmhResult.ofWeight("WARNING: x\nbytes per series: 51.25\n").nanosPerOp());
        assertThrows(IllegalArgumentException.class, () -> JmhResult.ofWeight("Exception in thread main"));
    }

    @Test
    void resultWithoutReadingsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> JmhResult.parse("[]"));
    }

    @Test
    void aRecordIsTimedByTheProcessorTimeOfItsWorkers() {
        BenchRow row = row(BOUND, "LongAdder", Role.PEER, 8);
        row.add(new JmhResult(List.of(80.0, 160.0), List.of(2.0, 4.0), 0), 2);
        row.add(new JmhResult(List.of(240.0), List.of(6.0), 0), 2);

        assertEquals(4.0, row.median());
        assertEquals(2.0, row.low());
        assertEquals(6.0, row.high());
        assertEquals(List.of(3.0, 6.0), row.forkMedians());
        assertTrue(row.toJson(BenchTable.of(List.of(row)).get(0)).contains("\"wall_median_ns\":40.000"));
    }

    @Test
    void aCollectIsTimedByTheWall() {
        BenchRow row = row(BenchCase.collecting("c", 10, List.of()), "LongAdder", Role.PEER, 1);
        row.add(new JmhResult(List.of(80.0, 160.0, 90.0), List.of(), 50), 2);

        assertEquals(90.0, row.median());
        assertEquals(5.0, row.bytesShown());
    }

    @Test
    void virtualThreadsUseEveryProcessorThoughOneThreadStartsThem() {
        BenchCase virtual = BenchCase.virtual("v", 10_000, "no counter", List.of());
        BenchRow row = row(virtual, "LongAdder", Role.PEER, 10_000);
        row.add(new JmhResult(List.of(8.0), List.of(), 0), 2);

        assertEquals(16.0, row.median());
        assertEquals(1, row.jmhThreads());
    }

    @Test
    void ratioIsToTheFastestPeerAndIgnoresFloorsAndReferences() {
        BenchRow floor = row(BOUND, "own cell", Role.FLOOR, 1, 1);
        BenchRow reference = row(BOUND, "a map", Role.REFERENCE, 1, 2);
        BenchRow slow = row(BOUND, "AtomicLong", Role.PEER, 1, 20);
        BenchRow fast = row(BOUND, "LongAdder", Role.PEER, 1, 10);
        BenchRow ours = row(BOUND, Entry.OURS, Role.OURS, 1, 3);
        BenchTable table =
                BenchTable.of(List.of(floor, reference, slow, fast, ours)).get(0);

        assertEquals(0.3, table.ratioToBestPeer(ours).orElseThrow(), 1e-9);
        assertTrue(ours.toJson(table).contains("\"ratio_to_best_peer\":0.300,"), ours.toJson(table));
        assertFalse(table.ratioToBestPeer(fast).isPresent());
    }

    @Test
    void goalsStandBesideWhatWasReached() {
        BenchTable one = bound(1, 0.5, 1.0, 10, 8, 2.4);
        BenchTable two = bound(2, 0.5, 1.0, 10, 8, 3.2);

        assertEquals(
                List.of("ours / LongAdder: 0.240, 0.300, met", "regime: 1.900, 1.925, met", "bytes: 0.000, 0.000, met"),
                words(one));
        assertEquals(
                List.of(
                        "ours / best peer (AtomicLong): 0.400, 0.350, not met",
                        "regime: 2.700, 1.925, not met",
                        "bytes: 0.000, 0.000, met"),
                words(two));
    }

    @Test
    void overLimitIsComparedWithOurOwnHitOfTheSameRun() {
        BenchCase hit = BenchCase.recording("hit", List.of());
        BenchCase late = BenchCase.recording("late", List.of(), Goal.overCase("hit", 1.2));
        List<BenchTable> tables = BenchTable.of(List.of(
                row(hit, Entry.OURS, Role.OURS, 1, 10),
                row(hit, Entry.OURS, Role.OURS, 2, 1),
                row(late, Entry.OURS, Role.OURS, 1, 13)));

        assertEquals(List.of(), tables.get(0).goals());
        assertEquals(1.3, tables.get(2).goals().get(0).reached(), 1e-9);
        assertEquals("not met", tables.get(2).goals().get(0).verdict());
    }

    @Test
    void theBaselineIsTakenOffBothSides() {
        BenchCase virtual = BenchCase.virtual("v", 2, "no counter", List.of(), Goal.overLibrary("LongAdder", 1));
        BenchTable table = BenchTable.of(List.of(
                        row(virtual, "no counter", Role.FLOOR, 2, 1),
                        row(virtual, "LongAdder", Role.PEER, 2, 5),
                        row(virtual, Entry.OURS, Role.OURS, 2, 3)))
                .get(0);

        assertEquals(0.5, table.goals().get(0).reached(), 1e-9);
    }

    @Test
    void pairedIterationsGoThereAndBack() {
        BenchCase paired = BenchCase.paired("p", List.of(), Goal.pairedUpperBound(1.1));
        BenchRow row = row(paired, Entry.OURS, Role.OURS, 1);
        // collecting 2.0, burning 1.0, as the benchmark's order has them
        row.add(new JmhResult(List.of(2.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 1.0), List.of(), 0), 2);
        BenchTable table = BenchTable.of(List.of(row)).get(0);

        assertEquals(2.0, row.median());
        assertEquals(2.0, row.pairedRatio().orElseThrow().ratio(), 1e-9);
        assertEquals("not met", table.goals().get(0).verdict());
    }

    @Test
    void everyGoalOfTheCountersFindsTheRowsItIsAbout() {
        for (BenchCase each : BenchSuite.COUNTERS.cases()) {
            List<BenchRow> rows = each.entries().stream()
                    .map(entry -> new BenchRow(BenchSuite.COUNTERS, "25", 1, each, entry))
                    .toList();
            rows.forEach(row -> row.add(
                    new JmhResult(List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), List.of(1.0), 0), 2));
            long expected = each.goals().size()
                    - (each.name().equals("bound increment") ? 1 : 0) // the goal of 2 and more threads
                    - (each.name().startsWith("over-limit") ? 1 : 0); // the goal beside another case

            assertEquals(expected, BenchTable.of(rows).get(0).goals().size(), each.name());
        }
    }

    @Test
    void aPageIsTimedByTheProcessorAndItsBytesAreBySeries() {
        BenchCase page = BenchCase.scraping("page", 10, "counters", List.of(), Goal.allocatedPerSeries(0.1));
        BenchRow ours = row(page, Entry.OURS, Role.OURS, 1);
        ours.add(new JmhResult(List.of(80.0), List.of(20.0), 5), 2);
        BenchTable table = BenchTable.of(List.of(ours)).get(0);

        assertEquals(20.0, ours.median());
        assertEquals(0.5, ours.bytesShown());
        assertEquals(List.of("bytes: 0.500, 0.100, not met"), words(table));
        assertEquals(List.of("series=10", "instruments=counters"), page.parameters());
        assertTrue(ours.toJson(table).contains("\"wall_median_ns\":80.000"), ours.toJson(table));
    }

    @Test
    void theFirstPageIsComparedWithEachWayOfALaterOne() {
        BenchCase later = BenchCase.scraping("later", 10, "counters", List.of());
        BenchCase first = BenchCase.scraping(
                "first", 10, "counters", List.of(), Goal.overCase("later", 3), Goal.overRowOfCase("later", "busy", 3));
        List<BenchRow> run = List.of(
                row(later, Entry.OURS, Role.OURS, 1, 10),
                row(later, "busy", Role.REFERENCE, 1, 30),
                row(first, Entry.OURS, Role.OURS, 1, 60));

        assertEquals(
                List.of(
                        "ours / ours in \"later\": 6.000, 3.000, not met",
                        "ours / \"busy\" in \"later\": 2.000, 3.000, met"),
                words(BenchTable.of(run).get(1)));
    }

    @Test
    void stallsAreComparedInPairsWithOneMoreInEachSlice() {
        BenchCase stalls = BenchCase.stalling("stalls", List.of(), Goal.stallsUpperBound(1.10));
        BenchRow ours = row(stalls, Entry.OURS, Role.OURS, 1);
        // Scrape, spin, spin, scrape: 1 beside a scrape is 2 with one more, and 0 beside a spinner is 1.
        ours.add(JmhResult.ofStalls("warm\nstalls of each slice: 1,0,0,1,1,0,0,1,1,0,0,1\n"), 2);
        BenchTable table = BenchTable.of(List.of(ours)).get(0);

        assertEquals(1.0, ours.median());
        assertEquals(2.0, ours.stallRatio().orElseThrow().ratio(), 1e-9);
        assertEquals(2.0, table.goals().get(0).reached(), 1e-9);
        assertFalse(table.goals().get(0).met());
        assertTrue(ours.toJson(table).contains("\"median_stalls\":1.000"), ours.toJson(table));
    }

    @Test
    void tooFewSlicesMakeNoInterval() {
        BenchRow ours = row(BenchCase.stalling("stalls", List.of()), Entry.OURS, Role.OURS, 1);
        ours.add(JmhResult.ofStalls("stalls of each slice: 1,0\n"), 2);

        assertTrue(ours.stallRatio().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> JmhResult.ofStalls("Exception in thread main"));
    }

    @Test
    void unknownSuiteNamesTheKnownOnes() {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> BenchSuite.named("speed"));

        assertEquals(
                "There is no benchmark suite \"speed\". Choose one of: counters, collect, latency, sampling, scrape.",
                error.getMessage());
    }

    @Test
    void unknownCaseNamesTheKnownOnes() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> BenchSuite.LATENCY.cases(List.of("3 digits", "speed")));

        assertEquals(
                "No case of latency has \"speed\" in its name. There are: "
                        + BenchSuite.LATENCY.cases().stream()
                                .map(BenchCase::name)
                                .distinct()
                                .collect(Collectors.joining("; "))
                        + ".",
                error.getMessage());
    }

    @Test
    void aStoredRowIsReadBack() {
        BenchTable table = bound(1, 0.5, 1.0, 10, 8, 2.4);
        String json = table.rows().stream().map(row -> row.toJson(table) + "\n").reduce("", String::concat);

        List<StoredRow> stored = StoredRow.parse(json);

        assertEquals(1, stored.size());
        assertTrue(stored.get(0).isOf(table.row(Entry.OURS).orElseThrow()));
        assertEquals(2.4, stored.get(0).medianNanos());
        assertEquals(List.of(2.4), stored.get(0).forkMedians());
    }

    @Test
    void aFileWithoutForksIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> StoredRow.parse("[]"));
    }

    @Test
    void aSectionOfThePageIsReplacedAndTheRestStays() {
        String page = "# Benchmarks\n\nWords.\n";

        String first = BenchMarkdown.replaced(page, "counters", "one\n");
        String both = BenchMarkdown.replaced(first, "latency", "two\n");
        String again = BenchMarkdown.replaced(both, "counters", "three $1\n");

        assertEquals(
                "# Benchmarks\n\nWords.\n\n<!-- counters -->\nthree $1\n<!-- end of counters -->\n\n<!-- latency -->\ntwo\n"
                        + "<!-- end of latency -->\n",
                again);
    }

    private static List<String> words(BenchTable table) {
        return table.goals().stream()
                .map(goal -> String.format(
                        Locale.ROOT,
                        "%s: %.3f, %.3f, %s",
                        goal.what().replaceFirst("regime check.*", "regime").replaceFirst("bytes .*", "bytes"),
                        goal.reached(),
                        goal.limit(),
                        goal.verdict()))
                .toList();
    }

    private static BenchTable bound(int threads, double empty, double cell, double adder, double atomic, double ours) {
        return BenchTable.of(List.of(
                        row(BOUND, "empty benchmark", Role.FLOOR, threads, empty),
                        row(BOUND, "own cell", Role.FLOOR, threads, cell),
                        row(BOUND, "LongAdder", Role.PEER, threads, adder),
                        row(BOUND, "AtomicLong", Role.PEER, threads, atomic),
                        row(BOUND, Entry.OURS, Role.OURS, threads, ours)))
                .get(0);
    }

    private static BenchRow row(BenchCase benchCase, String library, Role role, int threads, double... nanos) {
        BenchRow row = new BenchRow(
                BenchSuite.COUNTERS, "17", threads, benchCase, new Entry(library, role, "A.b", Entry.OWN, List.of()));
        for (double each : nanos) {
            row.add(new JmhResult(List.of(each), List.of(each), 0), 64);
        }
        return row;
    }
}
