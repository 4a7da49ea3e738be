package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class DetectLeaksTest {

    private static Runs.Result result = new Runs.Result(0, List.of(), List.of());

    @BeforeAll
    static void runTheExamples() {
        result = Runs.of(List.of(Examples.class), Map.of());
    }

    @Test
    void leakingTestFailsWithTheReportAndTheOthersPass() {
        assertEquals(4, result.succeeded(), () -> result.failures().toString());
        assertEquals(3, result.failures().size());
        assertTrue(result.failures().get(2).startsWith("broken on its own account"), result.failures()::toString);
        for (String failure : result.failures().subList(0, 2)) {
            assertTrue(failure.contains("\"example-worker-"), failure);
            assertTrue(failure.contains("leaked"), failure);
        }
    }

    @Test
    void theVerdictIsPublishedWithTheTest() {
        List<Map<String, String>> entries = result.entries();
        assertEquals(6, entries.size(), entries::toString);
        assertEquals(
                4,
                entries.stream()
                        .filter(e -> "PASS".equals(e.get("evenkeel.leak.verdict")))
                        .count());
        assertEquals(
                2,
                entries.stream()
                        .filter(e -> e.getOrDefault("evenkeel.leak.culprit", "").startsWith("example-worker"))
                        .count(),
                entries::toString);
    }

    @Test
    void allowingWithoutAReasonIsAnErrorOfTheTest() {
        Runs.Result refused = Runs.of(List.of(NoReason.class), Map.of());

        assertTrue(
                refused.failures().get(0).startsWith("Cannot allow threads \"x-*\" without a reason"),
                refused.failures()::toString);
    }

    /** No test of the build, it fails on purpose: run by the tests above alone. */
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    @AllowThreads(value = "of-the-class-*", because = "all tests share it")
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
        @DetectLeaks(mode = DetectLeaks.Mode.ONCE, heap = false, lingerMillis = 10)
        void leaksAThreadAndIsRunOnceFirst() {
            start("example-worker-");
        }

        @Test
        @DetectLeaks(heap = false, lingerMillis = 10, allow = "shared-*", because = "the pool of all tests")
        @AllowThreads(value = "other-*", because = "another pool")
        @AllowThreads(value = "third-*", because = "a third pool")
        void keepsAllowedThreads() {
            start("shared-");
            start("other-");
            start("third-");
            start("of-the-class-");
        }

        @Test
        @DetectLeaks(
                heap = false,
                lingerMillis = 10,
                budgets = @DetectLeaks.Budget(resource = dev.evenkeel.leak.Resource.THREADS, most = 1))
        void staysWithinItsBudget() {
            start("budgeted-");
        }

        @Test
        @DetectLeaks(iterations = 3, lingerMillis = 10)
        void leaksNothing() {
            assertEquals(3, List.of(1, 2, 3).size());
        }

        @Test
        @DetectLeaks(mode = DetectLeaks.Mode.ONCE, heap = false, lingerMillis = 10)
        void leaksNothingAndIsRunOnce() {
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
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    static class NoReason {
        @Test
        @DetectLeaks(allow = "x-*")
        void runs() {}
    }
}
