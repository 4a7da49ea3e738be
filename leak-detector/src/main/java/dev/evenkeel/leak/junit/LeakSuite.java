package dev.evenkeel.leak.junit;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakReport;
import dev.evenkeel.leak.LeakScope;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Watches a whole run of tests without touching them, where the configuration parameter {@code evenkeel.leaks.suite} is
 * {@code true}; JUnit's launcher finds it by itself.
 *
 * <p>Each top-level class is a scope of its own. One that leaves something behind is a suspect; after the last test the suspects are
 * run again alone, several times, until {@code evenkeel.leaks.suite.seconds} (default {@value #SECONDS}) are spent, and only what
 * grows with these runs is called a leak. Heap is read around a class only while readings took less than
 * {@value #HEAP_PERCENT} % of the time so far and no other class runs beside it, so that a run of many classes stays fast; how many
 * classes were read is in the report.
 *
 * <p>The report goes to the log, and as JSON to {@code evenkeel-leaks.json} in the folder {@code evenkeel.leaks.directory} (default
 * {@code target/evenkeel-leaks}). A listener cannot fail tests: have the build look at the verdict there, or use
 * {@link DetectLeaksExtension} with auto-detection.
 *
 * <p>It also tells {@link DetectLeaks} which tests run, parameter or not; this costs one uncontended lock at the start and the end
 * of each test.
 */
public final class LeakSuite implements TestExecutionListener {
    static final String PARAMETER = "evenkeel.leaks.suite";
    static final String SECONDS_PARAMETER = "evenkeel.leaks.suite.seconds";
    static final String FILE = "evenkeel-leaks.json";

    private static final int SECONDS = 60;
    private static final int HEAP_PERCENT = 4;
    private static final Duration LINGER = Duration.ofMillis(200);
    private static final Logger LOG = System.getLogger(LeakSuite.class.getName());

    private final Map<String, Watched> open = new LinkedHashMap<>();
    private final List<Watched> suspects = new ArrayList<>();
    private @Nullable ConfigurationParameters parameters;
    private long startNanos;
    private long heapNanos;
    private int classes;
    private int heapRead;

    /** For JUnit. */
    public LeakSuite() {}

    /** A class that runs, or ran. */
    private static final class Watched {
        final String name;
        final String uniqueId;
        final boolean heap;
        final LeakScope scope;

        @Nullable
        LeakReport first;

        @Nullable
        LeakReport alone;

        String notRunAgain = "";

        Watched(String name, String uniqueId, boolean heap) {
            this.name = name;
            this.uniqueId = uniqueId;
            this.heap = heap;
            scope = LeakScope.open(options(name).withHeap(heap));
        }
    }

    private static LeakOptions options(String name) {
        return LeakOptions.defaults().withName(name).withLinger(LINGER);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        TestGate.JVM.beginRun();
        ConfigurationParameters given = plan.getConfigurationParameters();
        if (given.getBoolean(PARAMETER).orElse(false)) {
            parameters = given;
            startNanos = System.nanoTime();
        }
    }

    @Override
    public void executionStarted(TestIdentifier identifier) {
        if (identifier.isTest()) {
            TestGate.JVM.enter(identifier.getUniqueId());
        } else {
            TestGate.JVM.pass();
            if (parameters != null) {
                topLevelClass(identifier).ifPresent(name -> open(name, identifier.getUniqueId()));
            }
        }
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (identifier.isTest()) {
            TestGate.JVM.exit(identifier.getUniqueId());
        } else if (parameters != null) {
            close(identifier.getUniqueId());
        }
    }

    private static Optional<String> topLevelClass(TestIdentifier identifier) {
        return identifier
                .getSource()
                .filter(ClassSource.class::isInstance)
                .map(source -> ((ClassSource) source).getClassName())
                .filter(name ->
                        name.indexOf('$') < 0 || !identifier.getUniqueId().contains("[nested-class:"));
    }

    private synchronized void open(String name, String uniqueId) {
        long before = System.nanoTime();
        boolean heap = open.isEmpty() && heapNanos * 100 <= (before - startNanos) * HEAP_PERCENT;
        open.put(uniqueId, new Watched(name, uniqueId, heap));
        classes++;
        if (heap) {
            heapRead++;
            heapNanos += System.nanoTime() - before;
        }
    }

    private synchronized void close(String uniqueId) {
        Watched watched = open.remove(uniqueId);
        if (watched == null) {
            return;
        }
        long before = System.nanoTime();
        LeakReport first = watched.scope.close();
        watched.first = first;
        if (watched.heap) {
            heapNanos += System.nanoTime() - before;
        }
        if (first.verdict() != Verdict.PASS) {
            suspects.add(watched);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        TestGate.JVM.endRun();
        ConfigurationParameters given = parameters;
        if (given == null) {
            return;
        }
        long limit = TimeUnit.SECONDS.toNanos(
                given.get(SECONDS_PARAMETER, Integer::valueOf).orElse(SECONDS));
        long from = System.nanoTime();
        for (Watched suspect : suspects) {
            long left = limit - (System.nanoTime() - from);
            if (left <= 0) {
                suspect.notRunAgain = "no time was left to run it again alone; raise " + SECONDS_PARAMETER;
                continue;
            }
            try {
                suspect.alone = SecondRun.of(
                        suspect.uniqueId,
                        options(suspect.name).withTimeLimit(Duration.ofNanos(Math.max(left, 1_000_000_000L))));
            } catch (RuntimeException e) {
                suspect.notRunAgain = String.valueOf(e.getMessage());
            }
        }
        report(given.get(ReportFile.DIRECTORY));
    }

    private void report(Optional<String> directory) {
        List<String> leaks = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (Watched suspect : suspects) {
            LeakReport alone = suspect.alone;
            if (alone != null && alone.verdict() == Verdict.FAIL) {
                leaks.add(alone.json());
                LOG.log(Logger.Level.WARNING, alone.text());
            } else if (alone == null || alone.verdict() == Verdict.INCONCLUSIVE) {
                String why = alone == null ? suspect.notRunAgain : alone.reason();
                LeakReport first = suspect.first;
                String culprit = first == null || first.findings().isEmpty()
                        ? ""
                        : first.findings().get(0).culprit();
                unknown.add("{\"name\":" + quote(suspect.name) + ",\"culprit\":" + quote(culprit) + ",\"why\":"
                        + quote(why) + "}");
                LOG.log(
                        Logger.Level.WARNING,
                        suspect.name + " left " + culprit + " behind, and whether it is a leak is open: " + why);
            }
        }
        Verdict verdict = !leaks.isEmpty() ? Verdict.FAIL : unknown.isEmpty() ? Verdict.PASS : Verdict.INCONCLUSIVE;
        String summary = verdict + ": " + leaks.size() + " of " + classes + " test classes leak, " + suspects.size()
                + " were suspects, " + unknown.size() + " are undecided; heap was read around " + heapRead + " of them";
        String json = "{\"schema\":1,\"verdict\":\"" + verdict + "\",\"classes\":" + classes + ",\"heap_read\":"
                + heapRead
                + ",\"suspects\":" + suspects.size() + ",\"leaks\":[" + String.join(",", leaks) + "],\"undecided\":["
                + String.join(",", unknown) + "]}\n";
        Optional<?> file = ReportFile.write(directory, FILE, json);
        LOG.log(
                verdict == Verdict.PASS ? Logger.Level.INFO : Logger.Level.WARNING,
                "Leaks of this test run. " + summary
                        + file.map(f -> "; see " + f).orElse("") + ".");
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
