package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Runs the corpus on the real JVM and prints the table; a shorter linger than the default, because nothing here is slow to end. */
class LeakCorpusTest {

    private static final LeakOptions OPTIONS =
            LeakOptions.defaults().withLinger(Duration.ofMillis(60)).withTimeLimit(Duration.ofMinutes(5));

    @Test
    void everyLeakIsNamedAndNothingElse() throws Exception {
        List<String> wrong = new ArrayList<>();
        StringBuilder table = new StringBuilder(String.format(
                "Leak corpus on Java %s%n%-34s %-11s %-13s %-62s %10s %7s%n",
                Runtime.version(), "case", "truth", "verdict", "culprit", "iterations", "ms"));
        for (LeakCorpus.Case one : LeakCorpus.cases()) {
            long start = System.nanoTime();
            LeakReport report;
            try (LeakCorpus.Subject subject = one.open().open()) {
                report = LeakDetector.verify(OPTIONS.withName(one.name()), subject::iterate);
            }
            String culprit =
                    report.findings().isEmpty() ? "" : report.findings().get(0).culprit();
            table.append(String.format(
                    Locale.ROOT,
                    "%-34s %-11s %-13s %-62s %10d %7d%n",
                    one.name(),
                    one.truth(),
                    report.verdict(),
                    culprit,
                    report.iterations(),
                    (System.nanoTime() - start) / 1_000_000));
            boolean right = one.truth() == LeakCorpus.Truth.LEAK
                    ? report.verdict() == Verdict.FAIL && LeakCorpus.matches(one.culprit(), culprit)
                    : report.verdict() == Verdict.PASS;
            if (!right) {
                wrong.add(one.name() + " (" + one.truth() + "):\n" + report.text());
            }
        }
        System.out.println(table);
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    @Test
    void theDetectorPassesItselfEvenWithManyRounds() {
        LeakReport report =
                LeakDetector.verify(OPTIONS.withName("nothing").withRounds(40).withIterations(1), () -> {});

        assertEquals(Verdict.PASS, report.verdict(), report::text);
        assertEquals(List.of(), report.findings());
    }

    @Test
    void aRunInsideARunLeaksNothing() {
        LeakOptions inner =
                OPTIONS.withName("inner").withIterations(1).withWarmUpRounds(0).withRounds(3);

        LeakReport report = LeakDetector.verify(
                OPTIONS.withName("outer").withIterations(2).withRounds(4).withEscalations(2),
                () -> LeakDetector.verify(inner, () -> {}));

        assertEquals(Verdict.PASS, report.verdict(), report::text);
    }

    @Test
    void softlyReachableGrowthIsDismissedAndSaid() throws Exception {
        LeakCorpus.Case soft = LeakCorpus.cases().stream()
                .filter(c -> c.name().equals("soft cache"))
                .findFirst()
                .orElseThrow();

        try (LeakCorpus.Subject subject = soft.open().open()) {
            LeakReport report = LeakDetector.verify(OPTIONS.withName("soft cache"), subject::iterate);

            assertEquals(Verdict.PASS, report.verdict(), report::text);
            assertTrue(report.notes().stream().anyMatch(n -> n.contains("only softly reachable")), report::text);
        }
    }
}
