package dev.evenkeel.leak.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * 200 tests eight at a time, of which 20 leak: says which were blamed. {@code .ci/leak-parallel} makes 50 runs of it, each with other
 * leaks and another order.
 */
final class ParallelBlameMain {
    private static final Pattern REPETITION = Pattern.compile("test-template-invocation:#(\\d+)");
    private static final Pattern TYPE = Pattern.compile("SeededLeaks\\$(\\w+)");

    private ParallelBlameMain() {}

    /** Arguments: runs, first seed. */
    public static void main(String[] args) throws Exception {
        int runs = Integer.parseInt(args[0]);
        for (int run = 0; run < runs; run++) {
            long seed = Long.parseLong(args[1]) + run;
            long start = System.nanoTime();
            Outcome outcome = run(seed, true);
            System.out.printf(
                    "run %d, seed %d: %d tests, %d blamed, %s, %d ms%n",
                    run + 1,
                    seed,
                    outcome.tests(),
                    outcome.blamed().size(),
                    outcome.isRight() ? "right" : "WRONG: " + outcome,
                    (System.nanoTime() - start) / 1_000_000);
        }
        System.exit(0);
    }

    /** What was drawn, and what failed with the first lines of why. */
    record Outcome(int tests, List<String> seeded, Map<String, String> blamed) {
        boolean isRight() {
            return seeded.equals(List.copyOf(blamed.keySet()));
        }
    }

    static Outcome run(long seed, boolean all) throws Exception {
        List<String> seeded = SeededLeaks.seed(seed, all);
        Blamed blamed = new Blamed();
        System.setProperty(SeededLeaks.SWITCH, "true");
        try {
            LauncherFactory.create().execute(request(seed, all), blamed);
        } finally {
            System.clearProperty(SeededLeaks.SWITCH);
            SeededLeaks.release();
        }
        return new Outcome(blamed.tests.get(), seeded, new TreeMap<>(blamed.names));
    }

    private static LauncherDiscoveryRequest request(long seed, boolean all) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(SeededLeaks.CLASSES.stream()
                        .limit(all ? SeededLeaks.CLASSES.size() : SeededLeaks.FEW)
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

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (!identifier.isTest()) {
                return;
            }
            tests.incrementAndGet();
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
                                .map(text -> text.lines()
                                        .limit(3)
                                        .reduce((a, b) -> a + " / " + b)
                                        .orElse(""))
                                .orElse("?"));
            }
        }
    }
}
