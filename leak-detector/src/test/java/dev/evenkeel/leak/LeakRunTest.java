package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.metrics.resource.LiveSet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The judgement itself, on made-up readings and a clock that only pauses move. */
class LeakRunTest {

    private final ManualWaiter waiter = new ManualWaiter();
    private int iterations;

    @Test
    void growthInEveryRoundFails() {
        LeakReport report = judgeThreads(n -> 5 + n);

        assertEquals(Verdict.FAIL, report.verdict());
        assertEquals(1.0, report.findings().get(0).perIteration());
        assertEquals(1.0, report.findings().get(0).lowPerIteration());
        assertEquals("made-up", report.findings().get(0).culprit());
    }

    @Test
    void oneInTwiceTheIterationsIsFoundAsTheReportSays() {
        LeakReport report = judgeThreads(n -> n / 20);

        assertEquals(Verdict.FAIL, report.verdict(), report::text);
        assertTrue(report.limits().get(0).toString().startsWith("threads: 1 thread in 12.9 iterations"), report::text);
    }

    @Test
    void whereNothingDiffersTwoReadingsAreEnough() {
        int[] readings = {0};
        HeapCensus heap = new HeapCensus(
                () -> {
                    readings[0]++;
                    return reading(Map.of("com.shop.Order", new long[] {7, 168}));
                },
                () -> null);

        LeakReport report = run(new FakeCensus(n -> 3), heap, LeakOptions.defaults(), () -> {});

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals("nothing differed after 50 iterations", report.reason());
        assertEquals(List.of(2, 70), List.of(readings[0], iterations));
        assertEquals(2, report.limits().size());
    }

    @Test
    void whatCollectionsOfTheJvmsOwnMayHaveHiddenIsJudgedInRounds() {
        int[] readings = {0};
        HeapCensus heap = new HeapCensus(
                () -> {
                    readings[0]++;
                    return reading(Map.of("com.shop.Order", new long[] {7, 168}));
                },
                () -> null);

        LeakReport report = run(new FakeCensus(n -> 3), heap, LeakOptions.defaults(), System::gc);

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals(2 + 6, readings[0], "the quiet pass, the baseline and five rounds");
    }

    @Test
    void oneMoreInAllTheIterationsOfTheQuietPassIsSeen() {
        LeakReport report = judgeThreads(n -> n < 70 ? 3 : 4);

        assertEquals("nothing grew in 5 rounds, 50 iterations", report.reason());
    }

    @Test
    void whatRanOutIsBlamedForTheFailure() {
        LeakAction opens = () -> {
            if (iterations > 118) {
                throw new IOException("too many open files");
            }
        };

        LeakReport report = run(new FakeCensus(n -> Math.min(n, 118)), null, LeakOptions.defaults(), opens);

        assertEquals(Verdict.FAIL, report.verdict());
        assertTrue(report.reason().endsWith("java.io.IOException: too many open files"), report::reason);
        assertThrows(
                IllegalStateException.class,
                () -> run(new FakeCensus(n -> n / 50), null, LeakOptions.defaults(), opens));
    }

    @Test
    void whatRanOutBeforeTheRoundsIsBlamedAsWell() {
        LeakAction opens = () -> {
            if (iterations > 60) {
                throw new IOException("too many open files");
            }
        };

        LeakReport report = run(new FakeCensus(n -> Math.min(n, 60)), null, LeakOptions.defaults(), opens);

        assertEquals(Verdict.FAIL, report.verdict());
        assertEquals(40, report.iterations(), "since the reading after two warm-up rounds");
        assertThrows(
                IllegalStateException.class, () -> run(new FakeCensus(n -> 7), null, LeakOptions.defaults(), opens));
    }

    @Test
    void whatGoesOnDyingWhileNothingRunsIsNoLeak() {
        long tick = 100_000_000;
        List<Long> deaths = new ArrayList<>();
        LeakAction drops = () -> deaths.add(waiter.now + (11 + deaths.size() * 37 % 22) * tick);
        FakeCensus clients = new FakeCensus(
                n -> deaths.stream().filter(at -> at > waiter.now).count());

        LeakReport report = run(clients, null, LeakOptions.defaults(), drops);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
        assertTrue(report.notes().get(0).contains("were gone after one more linger"), report::text);
    }

    @Test
    void stepSettlesAfterOneEscalatedRound() {
        LeakReport report = judgeThreads(n -> n < 40 ? 3 : n < 100 ? 4 : 5);

        assertEquals(Verdict.PASS, report.verdict());
        assertEquals(6, report.rounds());
        assertEquals(90, report.iterations());
    }

    @Test
    void fillToABoundInsideTheEscalationPasses() {
        LeakReport report = judgeThreads(n -> Math.min(n, 120));

        assertEquals(Verdict.PASS, report.verdict());
    }

    @Test
    void cacheOfManyThousandsPassesWhereIterationsAreQuick() {
        LeakReport report = judgeThreads(n -> Math.min(n, 9_000) / 50);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void asMuchARoundWhateverTheIterationsIsNotTheActions() {
        long[] readings = {0};

        LeakReport report = judgeThreads(n -> ++readings[0] / 3);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void threadsStopAtTheirCeilingInsteadOfLeakingOn() {
        LeakReport report = judgeThreads(n -> 4L * n);

        assertEquals(Verdict.FAIL, report.verdict());
        assertEquals(90, report.iterations());
    }

    @Test
    void whatEndsWithinTheLingerIsNoLeak() {
        long[] since = {0};
        FakeCensus census = new FakeCensus(n -> waiter.now - since[0] > 200_000_000 ? 1 : 9);

        LeakReport report = run(census, null, LeakOptions.defaults(), () -> since[0] = waiter.now);

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void slowActionsAreJudgedInRoundsOfFewerIterations() {
        LeakOptions options = LeakOptions.defaults();

        LeakReport leak = run(new FakeCensus(n -> n), null, options, () -> waiter.now += 300_000_000);
        int leaking = iterations;
        iterations = 0;
        LeakReport healthy = run(new FakeCensus(n -> Math.min(n, 30)), null, options, () -> waiter.now += 300_000_000);

        assertEquals(Verdict.FAIL, leak.verdict(), leak::text);
        assertTrue(leaking * 300 < 60_000, leaking + " iterations");
        assertTrue(
                leak.notes().get(0).startsWith("an iteration takes 300 ms, so a round has 1 instead of 10, to be done"),
                leak::text);
        assertEquals(
                new DetectionPower(options.withIterations(1)).rate(),
                1 / leak.limits().get(0).iterationsPerLeak(),
                1e-9);
        assertEquals(Verdict.PASS, healthy.verdict(), healthy::text);
    }

    @Test
    void oneSlowIterationMakesNoActionSlow() {
        LeakReport report = run(
                new FakeCensus(n -> n),
                null,
                LeakOptions.defaults(),
                () -> waiter.now += iterations == 1 || iterations == 8 ? 5_000_000_000L : 1_000);

        assertEquals(List.of(), report.notes());
    }

    @Test
    void timeLimitInTheEscalationIsInconclusive() {
        LeakReport report = run(
                new FakeCensus(n -> n / 5),
                null,
                LeakOptions.defaults().withTimeLimit(Duration.ofSeconds(14)),
                () -> waiter.now += iterations < 100 ? 1_000_000 : 100_000_000);

        assertEquals(Verdict.INCONCLUSIVE, report.verdict());
        assertTrue(report.reason().contains("raise LeakOptions.timeLimit"), report::reason);
        assertFalse(report.findings().get(0).certain());
    }

    @Test
    void timeLimitBeforeTheRoundsAreDoneIsInconclusive() {
        LeakReport report = run(
                new FakeCensus(n -> n),
                null,
                LeakOptions.defaults().withTimeLimit(Duration.ofSeconds(12)),
                () -> waiter.now += iterations < 70 ? 1_000_000 : 300_000_000);

        assertEquals(Verdict.INCONCLUSIVE, report.verdict());
        assertEquals(
                "only 3 of 5 rounds fitted into the time limit of PT12S; raise LeakOptions.timeLimit or lower iterations",
                report.reason());
    }

    @Test
    void memoryThatRunsOutIsBlamedOnWhatFilledIt() {
        long megabyte = 1 << 20;
        HeapCensus heap = new HeapCensus(
                () -> reading(Map.of(
                        "com.shop.Frame", new long[] {iterations, 5 * megabyte * iterations},
                        "java.lang.String", new long[] {900 + iterations, 24L * (900 + iterations)})),
                () -> null);
        LeakAction loads = () -> {
            if (iterations > 74) {
                throw new OutOfMemoryError("Java heap space");
            }
        };

        LeakReport report = run(new FakeCensus(n -> 7), heap, LeakOptions.defaults(), loads);

        assertEquals(Verdict.FAIL, report.verdict());
        assertTrue(
                report.reason().startsWith("com.shop.Frame grew in every round, until the action failed"),
                report::reason);
        assertEquals(1, report.findings().get(0).evidence().size(), report::text);
        iterations = 0;
        try { // assertThrows does not take this one
            fail(run(new FakeCensus(n -> n / 50), null, LeakOptions.defaults(), loads)::text);
        } catch (OutOfMemoryError itself) {
            assertEquals("Java heap space", itself.getMessage());
        }
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
        int[] readings = {0};
        HeapCensus heap = new HeapCensus(
                () -> {
                    Map<String, long[]> rows = new LinkedHashMap<>();
                    for (int i = 0; i < 40; i++) {
                        long n = 100 + (readings[0] * (i + 3L)) % 5;
                        rows.put("com.shop.Moves" + i, new long[] {n, 24 * n});
                    }
                    readings[0]++;
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

    @Test
    void temporaryFilesOfAnotherProcessAreDismissed() {
        long tenMillis = 10_000_000;
        FakeCensus foreign = new FakeCensus(Resource.TEMP_FILES, n -> waiter.now / tenMillis);
        FakeCensus own = new FakeCensus(Resource.TEMP_FILES, n -> n);

        LeakReport innocent = run(foreign, null, LeakOptions.defaults(), () -> waiter.now += tenMillis);
        LeakReport guilty = run(own, null, LeakOptions.defaults(), () -> waiter.now += tenMillis);

        assertEquals(Verdict.PASS, innocent.verdict(), innocent::text);
        assertEquals(Verdict.FAIL, guilty.verdict(), guilty::text);
    }

    @Test
    void uncheckedExceptionComesOutAsItIs() {
        AssertionError failure = new AssertionError("broken action");

        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> run(new FakeCensus(n -> 1), null, LeakOptions.defaults(), () -> {
                    throw failure;
                }));

        assertSame(failure, thrown);
    }

    @Test
    void checkedExceptionIsTheCause() {
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> run(new FakeCensus(n -> 1), null, LeakOptions.defaults().withName("PayTest.pays()"), () -> {
                    throw new IOException("refused");
                }));

        assertEquals(
                "PayTest.pays() failed in an iteration: java.io.IOException: refused. An action that fails proves nothing about"
                        + " leaks; make it succeed first.",
                thrown.getMessage());
    }

    /** The text without its line breaks. */
    static String oneLine(LeakReport report) {
        return report.text().replaceAll("\\s+", " ");
    }

    /** Judges a made-up count of threads, given by the iterations so far. */
    static LeakReport judge(LeakOptions options, IntToLongFunction count) {
        LeakRunTest test = new LeakRunTest();
        return test.run(test.new FakeCensus(count), null, options, () -> {});
    }

    private LeakReport judgeThreads(IntToLongFunction count) {
        return run(new FakeCensus(count), null, LeakOptions.defaults().withLinger(Duration.ZERO), () -> {});
    }

    private LeakReport run(FakeCensus census, @Nullable HeapCensus heap, LeakOptions options, LeakAction action) {
        LeakOptions judged = (heap == null ? options.withHeap(false) : options).withSecondLook(false);
        return new LeakRun(
                        judged,
                        Censuses.of(List.of(census), heap),
                        Platform.ofThisJvm().withWaiter(waiter, () -> "soft references were not cleared: a test"))
                .judge(() -> {
                    iterations++;
                    action.run();
                });
    }

    private static LiveSet.Reading reading(Map<String, long[]> rows) {
        List<LiveSet.ClassRow> classes = new ArrayList<>();
        new LinkedHashMap<>(rows).forEach((name, v) -> classes.add(new LiveSet.ClassRow(name, v[0], v[1])));
        return new LiveSet.Reading(0, 0, 0, classes);
    }

    private static final class ManualWaiter implements Waiter {
        long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(long nanos) {
            now += nanos;
        }
    }

    private final class FakeCensus implements Census {
        private final Resource resource;
        private final IntToLongFunction count;

        FakeCensus(IntToLongFunction count) {
            this(Resource.THREADS, count);
        }

        FakeCensus(Resource resource, IntToLongFunction count) {
            this.resource = resource;
            this.count = count;
        }

        @Override
        public Resource resource() {
            return resource;
        }

        @Override
        public @Nullable String unavailable() {
            return null;
        }

        @Override
        public void baseline() {}

        @Override
        public void read(SeriesTable table, int reading) {
            table.add(reading, SeriesTable.keyOf("made-up"), count.applyAsLong(iterations));
        }

        @Override
        public List<Group> evidence(KeySet keys) {
            return List.of(
                    new Group(SeriesTable.keyOf("made-up"), "made-up", count.applyAsLong(iterations), "", List.of()));
        }
    }
}
