package dev.evenkeel.leak.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class AllocationBudgetTest {
    private static final String SWITCH = "evenkeel.allocation.examples";

    /** By method: PASSED, or the status with its message. */
    private record Result(Map<String, String> outcomes, List<Map<String, String>> entries) {}

    private static Result run(Class<?> type) {
        Map<String, String> outcomes = new TreeMap<>();
        List<Map<String, String>> entries = Collections.synchronizedList(new ArrayList<>());
        System.setProperty(SWITCH, "true");
        try {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(type))
                                    .build(),
                            new TestExecutionListener() {
                                @Override
                                public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                                    if (id.isTest()) {
                                        outcomes.put(
                                                id.getDisplayName(),
                                                result.getStatus()
                                                        + result.getThrowable()
                                                                .map(t -> ": " + t.getMessage())
                                                                .orElse(""));
                                    }
                                }

                                @Override
                                public void reportingEntryPublished(TestIdentifier id, ReportEntry entry) {
                                    entries.add(entry.getKeyValuePairs());
                                }
                            });
        } finally {
            System.clearProperty(SWITCH);
        }
        return new Result(outcomes, entries);
    }

    @Test
    void eachTestKeepsItsBudgetOrSaysWhereItBroke() {
        Result result = run(Examples.class);

        Map<String, String> outcomes = result.outcomes();
        assertEquals(7, outcomes.size(), outcomes::toString);
        assertEquals("SUCCESSFUL", outcomes.get("addsUp()"));
        assertEquals("SUCCESSFUL", outcomes.get("makesOneArray()"));
        assertEquals("SUCCESSFUL", outcomes.get("1"), "a test with an argument");
        assertEquals("SUCCESSFUL", outcomes.get("firstRunLoadsMore()"));
        String broken = outcomes.getOrDefault("makesTooLargeAnArray()", "");
        assertTrue(
                broken.startsWith("FAILED: Examples.makesTooLargeAnArray() allocates 1016 bytes a call, measured over"
                        + " 1000 calls; its budget is 1000."),
                broken);
        assertTrue(broken.contains("byte[]\n           at "), broken);
        assertTrue(broken.contains("Examples.makesTooLargeAnArray:"), broken);
        String whole = outcomes.getOrDefault("makesAMegabyte()", "");
        assertTrue(
                whole.matches(
                        "(?s)FAILED: Examples\\.makesAMegabyte\\(\\) allocates 10\\d{5} bytes, the least of 5 runs.*"),
                whole);
        assertTrue(
                outcomes.getOrDefault("saysNoBudget()", "")
                        .startsWith("FAILED: @AllocationBudget on Examples.saysNoBudget() gives no budget."),
                outcomes::toString);
    }

    @Test
    void whatWasMeasuredIsPublished() {
        List<Map<String, String>> entries = run(Examples.class).entries();

        assertTrue(
                entries.contains(Map.of("evenkeel.allocation.verdict", "FAIL", "evenkeel.allocation.bytes", "1016")),
                entries::toString);
        assertTrue(
                entries.contains(Map.of("evenkeel.allocation.verdict", "PASS", "evenkeel.allocation.bytes", "0")),
                entries::toString);
    }

    @Test
    void whereNothingCanBeMeasuredNothingPasses() {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<String, String> outcomes;
        bean.setThreadAllocatedMemoryEnabled(false);
        try {
            outcomes = run(Unmeasured.class).outcomes();
        } finally {
            bean.setThreadAllocatedMemoryEnabled(true);
        }

        assertTrue(
                outcomes.getOrDefault("isAborted()", "")
                        .startsWith("ABORTED: Unmeasured.isAborted() kept or broke its allocation budget, nobody knows"
                                + " which. Counting what a thread allocates is switched off in this JVM."),
                outcomes::toString);
        assertTrue(outcomes.getOrDefault("fails()", "").startsWith("FAILED: Unmeasured.fails() kept or broke"));
    }

    /** No test of the build, some fail on purpose: run by the tests above alone. */
    @EnabledIfSystemProperty(named = SWITCH, matches = "true")
    static class Examples {
        private static Object kept = "";
        private long sum;
        private int runs;

        @Test
        @AllocationBudget(bytesPerCall = 0, calls = 1000)
        void addsUp() {
            sum += sum ^ 17;
        }

        @Test
        @AllocationBudget(bytesPerCall = 1016, calls = 1000)
        void makesOneArray() {
            kept = new byte[1000];
        }

        @Test
        @AllocationBudget(bytesPerCall = 1000, calls = 1000)
        void makesTooLargeAnArray() {
            kept = new byte[1000];
        }

        @ParameterizedTest(name = "{index}")
        @ValueSource(ints = 7)
        @AllocationBudget(bytesPerCall = 0, calls = 1000)
        void takesAnArgument(int n) {
            sum += n;
        }

        @Test
        @AllocationBudget(bytes = 500_000)
        void firstRunLoadsMore() {
            kept = new byte[runs++ == 0 ? 1_000_000 : 100_000];
        }

        @Test
        @AllocationBudget(bytes = 500_000)
        void makesAMegabyte() {
            kept = new byte[1_000_000];
        }

        @Test
        @AllocationBudget
        void saysNoBudget() {}
    }

    /** Likewise. */
    @EnabledIfSystemProperty(named = SWITCH, matches = "true")
    static class Unmeasured {
        @Test
        @AllocationBudget(bytesPerCall = 0)
        void isAborted() {}

        @Test
        @AllocationBudget(bytesPerCall = 0, unmeasurable = AllocationBudget.Unmeasurable.FAIL)
        void fails() {}
    }
}
