package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How heap is judged, on made-up histograms. */
class LeakRunHeapTest extends MadeUpReadings {

    private int readings;

    private final HeapCensus sevenOrders = new HeapCensus(
            () -> {
                readings++;
                return reading(Map.of("com.shop.Order", new long[] {7, 168}));
            },
            () -> null);

    @Test
    void whereNothingDiffersTwoReadingsAreEnough() {
        LeakReport report = run(new FakeCensus(n -> 3), sevenOrders, LeakOptions.defaults(), () -> {});

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals("nothing differed after 50 iterations", report.reason());
        assertEquals(List.of(2, 70), List.of(readings, iterations));
        assertEquals(2, report.limits().size());
    }

    @Test
    void whatCollectionsOfTheJvmsOwnMayHaveHiddenIsJudgedInRounds() {
        LeakReport report = run(new FakeCensus(n -> 3), sevenOrders, LeakOptions.defaults(), System::gc);

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals(2 + 6, readings, "the quiet pass, the baseline and five rounds");
    }

    @Test
    void roundsAreSmallerWhereLargeOnesWouldFillTheHeap() {
        long megabyte = 1 << 20;
        HeapCensus heap = new HeapCensus(
                () -> reading(Map.of("com.shop.Frame", new long[] {iterations, 5 * megabyte * iterations})),
                () -> null);

        LeakReport report = run(new FakeCensus(n -> 7), heap, LeakOptions.defaults(), () -> {});

        assertEquals(Verdict.FAIL, report.verdict());
        long ceiling = Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 8);
        assertTrue(report.findings().get(0).grown() <= 3 * ceiling, report::text);
    }

    @Test
    void heapGrowthNamesTheApplicationsOwnClassFirst() {
        LeakReport report = run(
                new FakeCensus(n -> 1),
                new HeapCensus(
                        () -> reading(Map.of(
                                "[B", new long[] {1000 + iterations, 90_000 + 400L * iterations},
                                "com.shop.Order", new long[] {iterations, 24L * iterations},
                                "java.lang.String", new long[] {500, 12_000})),
                        () -> null),
                LeakOptions.defaults().withName("OrderTest.places()"),
                () -> {});

        assertEquals(Verdict.FAIL, report.verdict());
        LeakFinding finding = report.findings().get(0);
        assertEquals("com.shop.Order", finding.culprit());
        assertEquals(
                List.of("com.shop.Order", "byte[]"),
                finding.evidence().stream().map(LeakFinding.Evidence::what).toList());
        assertEquals(424.0, finding.perIteration());
        assertTrue(
                oneLine(report)
                        .startsWith(
                                "Heap grew by 424 B per iteration (424 B to 424 B) in OrderTest.places(): 8702.6 kB in 20525"
                                        + " iterations, in every one of the last rounds:"),
                report::text);
    }

    @Test
    void arrayThatDoublesIsFoundBesideManyClassesThatMove() {
        HeapCensus heap = new HeapCensus(
                () -> {
                    Map<String, long[]> rows = new LinkedHashMap<>();
                    for (int i = 0; i < 40; i++) {
                        long n = 100 + (readings * (i + 3L)) % 5;
                        rows.put("com.shop.Moves" + i, new long[] {n, 24 * n});
                    }
                    readings++;
                    long length = 8L * Integer.highestOneBit(Math.max(1, iterations - 1));
                    rows.put("[J", new long[] {300, 40_000 + 8 * length});
                    return reading(rows);
                },
                () -> null);

        LeakReport report = run(new FakeCensus(n -> 1), heap, LeakOptions.defaults(), () -> {});

        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        assertEquals("long[]", report.findings().get(0).culprit(), report::text);
    }

    @Test
    void queuedTasksOfAllowedClassesMayStay() {
        String task = "java.util.concurrent.FutureTask";
        LeakOptions options = LeakOptions.defaults().allow(Resource.QUEUED_TASKS, "com.shop.Mail*", "sent at the end");
        for (String own : List.of("com.shop.MailTask", "com.shop.Order")) {
            iterations = 0;
            HeapCensus heap = new HeapCensus(
                    () -> reading(Map.of(
                            task, new long[] {iterations, 32L * iterations},
                            own, new long[] {iterations, 24L * iterations})),
                    () -> null);

            LeakReport report = run(new FakeCensus(n -> 1), heap, options, () -> {});

            assertEquals(own.endsWith("Order") ? Verdict.FAIL : Verdict.PASS, report.verdict(), report::text);
        }
    }

    @Test
    void stringsThatTheJvmInternsAreLeftOut() {
        int leaked = 3;
        int interned = 2;
        for (int kept : new int[] {0, leaked}) {
            iterations = 0;
            HeapCensus heap = new HeapCensus(
                    () -> reading(Map.of(
                            "[B",
                            new long[] {
                                1000 + (long) (kept + interned) * iterations,
                                90_000 + 40L * (kept + interned) * iterations
                            },
                            "java.lang.String",
                            new long[] {
                                900 + (long) (kept + interned) * iterations,
                                24L * (900 + (long) (kept + interned) * iterations)
                            })),
                    () -> new long[] {100 + (long) interned * iterations, 64L * (100 + (long) interned * iterations)});

            LeakReport report = run(new FakeCensus(n -> 1), heap, LeakOptions.defaults(), () -> {});

            assertEquals(kept == 0 ? Verdict.PASS : Verdict.FAIL, report.verdict(), report::text);
            if (kept > 0) {
                assertEquals(64.0 * leaked, report.findings().get(0).perIteration());
            }
        }
    }

    @Test
    void theJvmTellsItsStringTable() {
        long[] told = InternedStrings.read();
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (told == null && System.nanoTime() < deadline) {
            told = InternedStrings.read(); // it does not tell while it grows the table
        }
        long[] parsed = InternedStrings.parse("Number of entries       :      3645 =     58320 bytes, each 16\n"
                + "Number of literals      :      3645 =    266256 bytes, avg  73.000\n");

        // Strings that died since the table was last cleaned count, with no bytes.
        assertTrue(told != null && told[0] > 100 && told[1] > told[0], java.util.Arrays.toString(told));
        assertEquals(List.of(3645L, 266_256L), List.of(parsed[0], parsed[1]));
    }

    @Test
    void softReferencesAreClearedBeforeHeapIsBlamed() {
        boolean[] cleared = {false};
        HeapCensus heap = new HeapCensus(
                () -> reading(Map.of(
                        "com.shop.Order",
                        new long[] {cleared[0] ? 1 : iterations, cleared[0] ? 24 : 24L * iterations})),
                () -> null);

        LeakReport report = new LeakRun(
                        LeakOptions.defaults(),
                        Censuses.of(List.of(), heap),
                        Platform.ofThisJvm().withWaiter(waiter, () -> {
                            cleared[0] = true;
                            return "";
                        }))
                .judge(() -> iterations++);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void whatTheCollectorClosesIsAFindingOfItsOwn() {
        int[] closedAt = {0};
        FakeCensus census = new FakeCensus(Resource.FILE_DESCRIPTORS, n -> 4 + n - closedAt[0]);
        HeapCensus heap = new HeapCensus(
                () -> {
                    closedAt[0] = iterations;
                    return reading(Map.of());
                },
                () -> null);

        LeakReport report = run(census, heap, LeakOptions.defaults().withName("reads()"), () -> {});

        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        assertEquals(
                LeakFinding.Kind.CLOSED_ONLY_BY_GC, report.findings().get(0).kind());
        assertEquals("made-up", report.findings().get(0).culprit());
        assertTrue(
                report.text().contains("were left open by reads() and closed only by the garbage collector"),
                report::text);
    }

    @Test
    void heapThatCannotBeReadIsInconclusiveAndSaysHowToSwitchItOff() {
        HeapCensus blind = new HeapCensus(() -> reading(Map.of()), () -> null) {
            @Override
            public String unavailable() {
                return "cannot see live objects here: no histogram";
            }
        };

        LeakReport report = run(new FakeCensus(n -> 1), blind, LeakOptions.defaults(), () -> {});

        assertEquals(Verdict.INCONCLUSIVE, report.verdict());
        assertTrue(report.text().contains("LeakOptions.withHeap(false)"), report::text);
        assertTrue(report.text().contains("no histogram"), report::text);
    }
}
