package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.metrics.resource.LiveSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be meant is refused, and what cannot be seen is said. */
class WrongUseTest {
    private static final LeakOptions QUICK =
            LeakOptions.defaults().withName("x()").withHeap(false).withLinger(Duration.ofMillis(10));

    @Test
    void negativeBudgetIsRefused() {
        for (double budget : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class, () -> QUICK.withBudget(Resource.FILE_DESCRIPTORS, budget));

            assertTrue(
                    refused.getMessage().startsWith("The budget for file descriptors is " + budget + ": "),
                    refused::getMessage);
            assertTrue(refused.getMessage().contains("Use 0 or more"), refused::getMessage);
        }
    }

    @Test
    void growthWithinItsBudgetPassesAndIsNoted() {
        LeakOptions options = QUICK.withBudget(Resource.THREADS, 1);

        LeakReport within = MadeUpReadings.judge(options, n -> n);
        LeakReport above = MadeUpReadings.judge(options, n -> 2L * n);

        assertEquals(Verdict.PASS, within.verdict(), within::text);
        assertTrue(within.text().contains("within the budget of 1.00"), within::text);
        assertEquals(Verdict.FAIL, above.verdict(), above::text);
    }

    @Test
    void leavingOutWantsAReason() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> QUICK.without(Resource.MBEANS, " "))
                .getMessage()
                .startsWith("Cannot leave out MBeans without a reason"));
    }

    @Test
    void poolWithoutAnAttributeOrWithABadNameIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> QUICK.watchPool("com.acme:type=Pool", ""));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> QUICK.watchPool("nonsense", "Active"))
                .getMessage()
                .contains("Write it as domain:key=value,*"));
    }

    @Test
    void whatAnotherSystemDoesNotShowIsSaidOnPass(@TempDir Path dir) {
        Platform other = Platform.ofThisJvm()
                .withDescriptors(dir.resolve("fd"))
                .withTemporary(dir.resolve("gone"))
                .withChildren(() -> {
                    throw new UnsupportedOperationException("no process table");
                });

        LeakReport report = new LeakRun(QUICK, other).judge(() -> {});

        assertEquals(Verdict.PASS, report.verdict(), report::text);
        assertTrue(
                report.text().startsWith("PASS: nothing differed after 50 iterations in what was watched"),
                report::text);
        for (Resource blind :
                List.of(Resource.FILE_DESCRIPTORS, Resource.TEMP_FILES, Resource.CHILD_PROCESSES, Resource.HEAP)) {
            assertTrue(report.notWatched().containsKey(blind), blind + " is not said in\n" + report.text());
        }
        LeakReport scope = LeakScope.open(QUICK, other).close();
        assertTrue(scope.notWatched().containsKey(Resource.FILE_DESCRIPTORS), scope::text);
    }

    @Test
    void heapThatCannotBeAskedIsInconclusiveInARunAndInAScope() {
        HeapCensus blind =
                new HeapCensus(
                        () -> {
                            throw new IllegalStateException("not asked");
                        },
                        () -> null) {
                    @Override
                    public String unavailable() {
                        return "cannot see live objects here: no histogram";
                    }
                };
        Platform platform = Platform.ofThisJvm().withHeap(() -> blind);

        LeakReport run = new LeakRun(QUICK.withHeap(true), platform).judge(() -> {});
        LeakReport scope = LeakScope.open(QUICK.withHeap(true), platform).close();

        for (LeakReport report : List.of(run, scope)) {
            assertEquals(Verdict.INCONCLUSIVE, report.verdict(), report::text);
            assertTrue(report.notWatched().containsKey(Resource.HEAP), report::text);
            assertTrue(report.reason().contains("LeakOptions.withHeap(false)"), report::reason);
        }
    }

    @Test
    void weakReferencesThatCountAsLiveAreSaid() {
        HeapCensus weak = new HeapCensus(() -> new LiveSet.Reading(0, 0, 0, List.of()), () -> null) {
            @Override
            String remark() {
                return WEAK_COUNTS;
            }
        };
        Platform platform = Platform.ofThisJvm().withHeap(() -> weak);

        LeakReport report = new LeakRun(QUICK.withHeap(true), platform).judge(() -> {});

        assertTrue(report.notes().contains(HeapCensus.WEAK_COUNTS), report::text);
    }

    @Test
    void jsonIsOneObjectWithASchemaAndEscapes() {
        LeakReport report = MadeUpReadings.judge(QUICK.withName("a \"quoted\"\nname"), n -> n);

        String json = report.json();
        assertTrue(
                json.startsWith("{\"schema\":1,\"kind\":\"leak-report\",\"name\":\"a \\\"quoted\\\"\\u000aname\","
                        + "\"verdict\":\"FAIL\","),
                json);
        assertTrue(json.contains("\"culprit\":\"made-up\",\"unit\":\"1\",\"per_iteration\":1,"), json);
        assertTrue(json.contains("\"held_by\":[],\"made_at\":[]"), json);
        assertTrue(json.endsWith("}\n"), json);
    }

    @Test
    void childProcessAndMBeanThatStayAreNamed() throws Exception {
        LeakScope scope = LeakScope.open(QUICK);
        Process child = new ProcessBuilder("sleep", "600").start();
        try {
            LeakReport report = scope.close();

            LeakFinding finding = report.findings().stream()
                    .filter(f -> f.resource() == Resource.CHILD_PROCESSES)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(report.text()));
            assertTrue(finding.culprit().endsWith("sleep"), report::text);
            assertTrue(finding.evidence().get(0).detail().get(0).startsWith("pid " + child.pid()), report::text);
        } finally {
            child.destroy();
            child.waitFor();
        }
    }

    @Test
    void namesJoinWithoutTheirNumbers() {
        assertEquals("/tmp/spill-*.bin", Names.joinable("/tmp/spill-1234.bin"));
        assertEquals("/tmp/*.bin", Names.joinable("/tmp/3f2504e0-4f89-11d3-9a0c-0305e82c3301.bin"));
        assertEquals("/tmp/decade.bin", Names.joinable("/tmp/decade.bin"));
        assertEquals("com.acme:id=*,type=Face", Names.joinable("com.acme:id=7,type=Face"));
    }

    @Test
    void namesUnderWhichClassesAreDefinedAgainAreTold() {
        String hierarchy =
                """
                java.lang.Object/null
                |--com.acme.Rule/0x0000000800c03000/0x00007f0a1c1f2a50
                |--com.acme.Rule/0x0000000800c03400/0x00007f0a1c1f2a51
                |--com.acme.Cart$$Lambda$14/0x0000000800c03800/0x00007f0a1c1f2a52
                |  |--com.acme.Once/0x00007f0a1c1f2a50
                |  |--com.acme.Rule/0x0000000800c03900/0x00007f0a1c1f2a53
                """;

        assertEquals(List.of(new ClassNames.Grown("com.acme.Rule", 3)), new ClassNames().grown(hierarchy));
    }

    @Test
    void loadersAreCountedByType() {
        var loaders = ClassLoaders.parse(
                """
                ClassLoader         Parent              CLD*               Classes   ChunkSz   BlockSz  Type
                0x00007f50ab07af08  0x00007f50ab07d1e8  0x00007f512c125200    1341    939904    939481  com.acme.PluginLoader
                0x00007f50ab07af09  0x00007f50ab07d1e8  0x00007f512c125201       9       904       481  com.acme.PluginLoader
                0x0000000000000000  0x0000000000000000  0x00007f512c0da9d0    1698    589824    505257  <boot class loader>
                                                                                53     20480     12591   + hidden classes
                Total = 5                                                     3170   1581952   1487520
                """);

        assertEquals(
                List.of(2L, 1350L),
                List.of(loaders.get("com.acme.PluginLoader")[0], loaders.get("com.acme.PluginLoader")[1]));
        assertEquals(1751, loaders.get("<boot class loader>")[1]);
    }
}
