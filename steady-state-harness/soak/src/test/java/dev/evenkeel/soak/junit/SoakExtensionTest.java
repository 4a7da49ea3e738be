package dev.evenkeel.soak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.soak.BudgetRule;
import dev.evenkeel.soak.SoakPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SoakExtensionTest {

    /** Methods for the tests below; not run by themselves, for no tool looks for tests in nested static classes of this name. */
    static class Sample {
        private static final List<byte[]> KEPT = new ArrayList<>();

        @SuppressWarnings("unused")
        private static volatile Object sink;

        @Soak(duration = "110s", warmup = "6s", perSecond = 50, out = "target/soak-test")
        void leaks() {
            synchronized (KEPT) {
                KEPT.add(new byte[2048]);
            }
        }

        @Soak(
                duration = "110s",
                warmup = "6s",
                perSecond = 50,
                budgetsPerHour = {"open_fds 2000", "threads 2000", "heap_live 40e6"},
                out = "target/soak-test")
        void standsStill() {
            assertEquals(2, new byte[2].length);
        }

        @Soak(duration = "20s", warmup = "2s", perSecond = 2000, out = "target/soak-test")
        void allocates() {
            sink = new long[1000];
        }

        @Soak(duration = "soon")
        void wrong() {}

        @Soak(budgetsPerHour = "open_fds 2 MiB")
        void wrongUnit() {}
    }

    private static TestExecutionResult run(String method) {
        List<TestExecutionResult> results = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(Sample.class, method))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.add(result);
                }
            }
        });
        assertEquals(1, results.size(), method);
        return results.get(0);
    }

    private static String message(TestExecutionResult result) {
        return String.valueOf(result.getThrowable().map(Throwable::getMessage).orElse(""));
    }

    @Test
    void wrongValuesAreSaidBeforeAnythingRuns() {
        assertTrue(message(run("wrong")).contains("\"soon\" is no duration: write 90s"));
        assertTrue(message(run("wrongUnit")).contains("is no budget. Write the resource and a number per hour"));
    }

    @Test
    void theAnnotationBecomesAPlan() throws NoSuchMethodException {
        var method = Sample.class.getDeclaredMethod("standsStill");

        SoakPlan plan = SoakExtension.plan(method.getAnnotation(Soak.class), method);

        assertEquals(Duration.ofSeconds(110), plan.duration());
        assertEquals(50, plan.ratePerSecond());
        assertEquals(new BudgetRule(2000, BudgetRule.Per.HOUR), plan.budgets().get("open_fds"));
        assertEquals("mvn -Dtest=Sample#standsStill verify", plan.command());
    }

    /** Two minutes each, so only when asked for. */
    @Test
    @EnabledIfSystemProperty(named = "evenkeel.soak.slow", matches = "true")
    void aMethodThatLeaksFailsAndNamesWhatGrew() {
        TestExecutionResult result = run("leaks");

        assertEquals(TestExecutionResult.Status.FAILED, result.getStatus());
        assertTrue(message(result).startsWith("FAIL: live heap grows by "), () -> message(result));
        assertTrue(message(result).contains("Culprit: [B"), () -> message(result));
    }

    @Test
    @EnabledIfSystemProperty(named = "evenkeel.soak.slow", matches = "true")
    void aMethodThatStandsStillPasses() throws IOException {
        TestExecutionResult result = run("standsStill");

        assertEquals(TestExecutionResult.Status.SUCCESSFUL, result.getStatus(), () -> message(result));
        JsonNode allocation = verdict("standsStill").get("allocation");
        // An array of two bytes takes 24; what the harness allocates beside, fifty times a second, is some kilobytes
        // each.
        double perCall = allocation.get("bytes_per_operation").asDouble();
        assertTrue(perCall > 24 && perCall < 1e6, allocation::toString);
    }

    @Test
    @EnabledIfSystemProperty(named = "evenkeel.soak.slow", matches = "true")
    void theReportOfAMethodSaysWhereItAllocates() throws IOException {
        run("allocates");

        JsonNode site = verdict("allocates").get("allocation").get("sites").get(0);
        assertEquals("long[]", site.get("what").asText(), site::toString);
        assertTrue(site.get("share").asDouble() > 0.5, site::toString);
        assertTrue(
                site.get("stack").get(0).asText().startsWith(Sample.class.getName() + ".allocates:"), site::toString);
    }

    private static JsonNode verdict(String method) throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("target/soak-test/Sample." + method, "verdict.json")
                        .toFile());
    }
}
