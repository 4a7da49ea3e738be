package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class DetectLeaksTest {

    private static final String EXAMPLES = "evenkeel.leak.examples";

    @Test
    void leakingTestFailsWithTheReportAndTheOthersPass() {
        TestExecutionSummary summary = run(Examples.class);

        assertEquals(4, summary.getTestsFoundCount());
        assertEquals(2, summary.getTestsSucceededCount());
        List<String> failures = summary.getFailures().stream()
                .map(f -> f.getException().getMessage())
                .sorted()
                .toList();
        assertTrue(
                failures.get(0)
                        .matches(
                                "(?s)\\d+ threads leaked from Examples\\.leaksAThread\\(\\).*\"example-worker-\\*\".*"),
                failures.get(0));
        assertEquals("broken on its own account", failures.get(1));
    }

    @Test
    void allowingWithoutAReasonIsAnErrorOfTheTest() {
        TestExecutionSummary summary = run(NoReason.class);

        assertTrue(
                summary.getFailures()
                        .get(0)
                        .getException()
                        .getMessage()
                        .startsWith("Cannot allow threads \"x-*\" without a reason"),
                () -> summary.getFailures().toString());
    }

    private static TestExecutionSummary run(Class<?> tests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        System.setProperty(EXAMPLES, "true");
        try {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(tests))
                                    .build(),
                            listener);
        } finally {
            System.clearProperty(EXAMPLES);
        }
        return listener.getSummary();
    }

    /** No test of the build, it fails on purpose: run by the tests above alone. */
    @EnabledIfSystemProperty(named = EXAMPLES, matches = "true")
    static class Examples {
        private final CountDownLatch end = new CountDownLatch(1);
        private final List<Thread> threads = new ArrayList<>();

        @AfterEach
        void release() throws InterruptedException {
            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }

        @Test
        @DetectLeaks(heap = false, lingerMillis = 10)
        void leaksAThread() {
            start("example-worker-");
        }

        @Test
        @DetectLeaks(heap = false, lingerMillis = 10, allow = "shared-*", because = "the pool of all tests")
        void keepsAnAllowedThread() {
            start("shared-");
        }

        @Test
        @DetectLeaks(iterations = 3, lingerMillis = 10)
        void leaksNothing() {
            assertEquals(3, List.of(1, 2, 3).size());
        }

        @Test
        @DetectLeaks
        void breaks() {
            throw new AssertionError("broken on its own account");
        }

        private void start(String name) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    name + threads.size());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** The same. */
    @EnabledIfSystemProperty(named = EXAMPLES, matches = "true")
    static class NoReason {
        @Test
        @DetectLeaks(allow = "x-*")
        void runs() {}
    }
}
