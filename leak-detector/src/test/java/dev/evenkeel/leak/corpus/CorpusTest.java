package dev.evenkeel.leak.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A sample of the corpus in this JVM; {@code evenkeel bench leaks} runs all of it, a JVM a case. A shorter linger than the default,
 * because nothing in the sample is slow to end.
 */
class CorpusTest {

    private static final LeakOptions OPTIONS = LeakOptions.defaults()
            .withName("the action")
            .withLinger(Duration.ofMillis(40))
            .withSecondLook(false) // the names in the sample need none
            .withTimeLimit(Duration.ofMinutes(5));

    private static final Set<String> SAMPLE = Set.of(
            "executor per call/leak",
            "executor per call/mended",
            "file stream left to the collector/leak",
            "file stream left to the collector/mended",
            "static list/leak",
            "static list/mended",
            "thread-local of a pool's thread/leak",
            "thread-local of a pool's thread/mended",
            "one object in sixteen calls/leak",
            "cache that fills to 250",
            "lazy initialisation late",
            "ring of random sizes",
            "compiled while it runs",
            "interned strings",
            "nothing at all");

    @Test
    void aSampleIsJudgedRightAndEachLeakNamed() throws Exception {
        List<String> wrong = new ArrayList<>();
        int judged = 0;
        for (CorpusCase one : Corpus.cases(Runtime.version().feature())) {
            if (!SAMPLE.contains(one.id())) {
                continue;
            }
            judged++;
            LeakReport report;
            try (Subject subject = one.opening().open()) {
                report = LeakDetector.verify(OPTIONS, subject::iterate);
            }
            String culprit =
                    report.findings().isEmpty() ? "" : report.findings().get(0).culprit();
            boolean right = one.truth() == CorpusCase.Truth.LEAK
                    ? report.verdict() == Verdict.FAIL && one.isNamedBy(culprit)
                    : report.verdict() == Verdict.PASS;
            if (!right) {
                wrong.add(one.id() + " (" + one.truth() + "):\n" + report.text());
            }
        }

        assertEquals(SAMPLE.size(), judged);
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    @Test
    void theCorpusHasATwinForEachLeakAndManyLookAlikes() {
        List<CorpusCase> cases = Corpus.cases(17);
        Set<String> ids = new HashSet<>();
        cases.forEach(c -> assertTrue(ids.add(c.id()), c.id()));
        List<CorpusCase> leaks =
                cases.stream().filter(c -> c.truth() == CorpusCase.Truth.LEAK).toList();

        assertTrue(leaks.size() >= 40, () -> leaks.size() + " leaks");
        leaks.forEach(c -> assertTrue(ids.contains(c.id().replace("/leak", "/mended")), c.id()));
        assertTrue(cases.stream()
                        .filter(c -> c.truth() == CorpusCase.Truth.LOOK_ALIKE)
                        .count()
                >= 30);
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
        try (Subject subject = Corpus.named("soft cache").opening().open()) {
            LeakReport report = LeakDetector.verify(OPTIONS.withName("soft cache"), subject::iterate);

            assertEquals(Verdict.PASS, report.verdict(), report::text);
            assertTrue(report.notes().stream().anyMatch(n -> n.contains("only softly reachable")), report::text);
        }
    }
}
