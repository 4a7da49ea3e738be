package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * 200 tests eight at a time, of which 20 leak: exactly those fail. {@code .ci/leak-parallel} makes 50 runs of it, each with other
 * leaks and another order.
 */
class ParallelBlameTest {
    private static final int RUNS = Integer.getInteger("evenkeel.leak.shuffles", 1);
    private static final long SEED = Long.getLong("evenkeel.leak.shuffle-seed", 20_261_121L);
    private static final Pattern REPETITION = Pattern.compile("test-template-invocation:#(\\d+)");
    private static final Pattern TYPE = Pattern.compile("SeededLeaks\\$(\\w+)");

    @RepeatedTest(1)
    void exactlyTheSeededOnesAreBlamed(RepetitionInfo info) throws Exception {
        for (int run = 0; run < RUNS; run++) {
            long seed = SEED + run;
            List<String> seeded = SeededLeaks.seed(seed);
            long start = System.nanoTime();
            Blamed blamed = new Blamed();
            System.setProperty(SeededLeaks.SWITCH, "true");
            try {
                LauncherFactory.create().execute(request(seed), blamed);
            } finally {
                System.clearProperty(SeededLeaks.SWITCH);
                SeededLeaks.release();
            }
            if (RUNS > 1) {
                System.out.printf(
                        "run %d, seed %d: %d tests, %d blamed, %s, %d ms%n",
                        run + 1,
                        seed,
                        blamed.tests.get(),
                        blamed.names.size(),
                        blamed.names.keySet().stream().toList().equals(seeded) ? "right" : "WRONG",
                        (System.nanoTime() - start) / 1_000_000);
            }
            assertEquals(200, blamed.tests.get(), "seed " + seed);
            assertEquals(
                    seeded,
                    blamed.names.keySet().stream().sorted().toList(),
                    () -> "seed " + seed + ": blamed " + blamed.names);
        }
    }

    private static LauncherDiscoveryRequest request(long seed) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(SeededLeaks.CLASSES.stream()
                        .map(type -> selectClass(type))
                        .toArray(ClassSelector[]::new))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8")
                .configurationParameter(
                        "junit.jupiter.testclass.order.default", "org.junit.jupiter.api.ClassOrderer$Random")
                .configurationParameter("junit.jupiter.execution.order.random.seed", Long.toString(seed))
                .build();
    }

    /** The tests that failed, with the first line of why. */
    private static final class Blamed implements TestExecutionListener {
        final Map<String, String> names = new ConcurrentHashMap<>();
        final AtomicInteger tests = new AtomicInteger();
        final ConcurrentSkipListSet<String> threads = new ConcurrentSkipListSet<>();

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (!identifier.isTest()) {
                return;
            }
            tests.incrementAndGet();
            threads.add(Thread.currentThread().getName());
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                Matcher type = TYPE.matcher(identifier.getUniqueId());
                Matcher repetition = REPETITION.matcher(identifier.getUniqueId());
                String name = type.find() && repetition.find()
                        ? type.group(1) + " " + repetition.group(1)
                        : identifier.getUniqueId();
                names.put(
                        name,
                        result.getThrowable()
                                .map(Throwable::toString)
                                .map(text -> text.lines().limit(3).reduce((a, b) -> a + " / " + b).orElse(""))
                                .orElse("?"));
            }
        }
    }
}
