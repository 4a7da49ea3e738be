package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The verdict against 400 labelled traces, and against what the reference implementation says about them. */
class CorpusTest {
    private static List<Corpus.Trace> traces;
    private static Map<String, Corpus.Reference> reference;
    private static final Map<String, DriftResult> RESULTS = new HashMap<>();
    private static final Map<String, DriftResult> BY_REFERENCE = new HashMap<>();

    @BeforeAll
    static void judge() {
        traces = Corpus.bundled().traces();
        reference = Corpus.bundledReference();
        for (Corpus.Trace trace : traces) {
            Budget budget = new Budget(trace.budget(), "");
            RESULTS.put(trace.file(), DriftAnalysis.of(trace.series(), budget));
            BY_REFERENCE.put(
                    trace.file(),
                    DriftAnalysis.of(
                            trace.series(),
                            budget,
                            List.of(),
                            DriftAnalysis.Options.defaults().withMethod(Method.REFERENCE)));
        }
    }

    @Test
    void holdsFourHundredTracesAndAVerdictOfTheReferenceOnEach() {
        assertEquals(400, traces.size());
        assertEquals(400, reference.size());
    }

    @Test
    void methodReferenceAgreesWithTheReferenceOnEveryTrace() {
        List<String> differing = traces.stream()
                .filter(t -> BY_REFERENCE.get(t.file()).verdict()
                        != reference.get(t.file()).verdict())
                .map(t -> t.file() + " " + t.family() + ": " + BY_REFERENCE.get(t.file()) + " but the reference says "
                        + reference.get(t.file()).verdict())
                .toList();

        assertEquals(List.of(), differing);
    }

    @TestFactory
    Stream<DynamicTest> methodReferenceGivesTheNumbersOfTheReference() {
        return traces.stream()
                .map(t -> DynamicTest.dynamicTest(t.file() + " " + t.family(), () -> {
                    DriftResult ours = BY_REFERENCE.get(t.file());
                    Corpus.Reference theirs = reference.get(t.file());
                    double span = spanSeconds(t.series());
                    assertAll(
                            () -> assertClose(theirs.slope(), ours.slopePerHour(), "slope"),
                            () -> assertClose(theirs.lower(), ours.lowerPerHour(), "lower"),
                            () -> assertClose(theirs.upper(), ours.upperPerHour(), "upper"),
                            () -> assertEquals(theirs.rho(), ours.rho(), 1e-6, "rho"),
                            () -> assertEquals(
                                    theirs.discarded() * span, ours.discardedSeconds(), 1e-6 * span, "discarded"),
                            () -> assertEquals(
                                    theirs.model().contains("saturating"),
                                    ours.model().startsWith("still filling"),
                                    "model"));
                }));
    }

    /** A slope that the reference prints as 0 is allowed to be the rounding of its arithmetic. */
    private static void assertClose(double expected, double actual, String what) {
        assertEquals(expected, actual, Math.max(1e-6 * Math.abs(expected), 1e-12), what);
    }

    private static double spanSeconds(TimeSeries series) {
        int n = series.size();
        return (series.second(n - 1) - series.second(0)) * n / (n - 1);
    }

    /** The bounds on known families: at most 0.5 % false positives and leaks passed, at most 10 % inconclusive. */
    @Test
    void scoresAsTheTableInTheDocumentationSays() throws IOException {
        Score score = Score.of(traces, RESULTS);
        Path table = Path.of("target", "corpus-score.md");
        Files.createDirectories(table.getParent());
        Files.writeString(table, score.table());

        assertAll(
                () -> assertEquals(247, score.healthy.total()),
                () -> assertEquals(136, score.leaking.total()),
                () -> assertEquals(0, score.healthy.fail, "false positives"),
                () -> assertEquals(0, score.leaking.pass, "leaks passed as fine"),
                () -> assertTrue(score.leaking.fail >= 125, () -> "leaks found: " + score.leaking.fail),
                () -> assertTrue(score.healthy.inconclusive <= 25, () -> "undecided: " + score.healthy.inconclusive));
    }

    /** A gate that cannot fail would pass every other test of healthy series. */
    @TestFactory
    Stream<DynamicTest> failsATraceOfEveryLeakFamilyAndNoneOfAnyOther() {
        Map<String, Corpus.Trace> strongest = new TreeMap<>();
        for (Corpus.Trace t : traces) {
            if (!t.hard()) {
                strongest.merge(t.family(), t, (a, b) -> ratio(b) > ratio(a) ? b : a);
            }
        }
        assertEquals(31, strongest.size());
        return strongest.values().stream()
                .map(t -> DynamicTest.dynamicTest(t.family(), () -> {
                    Verdict verdict = RESULTS.get(t.file()).verdict();
                    if (t.leak()) {
                        assertEquals(Verdict.FAIL, verdict, t.file());
                    } else {
                        assertNotEquals(Verdict.FAIL, verdict, t.file());
                    }
                }));
    }

    private static double ratio(Corpus.Trace t) {
        return t.trueSlope() / t.budget();
    }

    @Test
    void everyResultIsCompleteAndConsistent() {
        for (Corpus.Trace t : traces) {
            DriftResult r = RESULTS.get(t.file());
            if (!r.measured()) {
                assertEquals(Verdict.INCONCLUSIVE, r.verdict(), t.file());
                continue;
            }
            assertTrue(r.lowerPerHour() <= r.slopePerHour() && r.slopePerHour() <= r.upperPerHour(), t.file());
            assertTrue(r.smallestDetectablePerHour() > t.budget(), t.file());
            assertEquals(r.verdict() == Verdict.INCONCLUSIVE, r.secondsNeeded().isPresent(), t.file());
            r.secondsNeeded().ifPresent(s -> {
                assertTrue(s > 0, t.file());
                assertTrue(s <= 4 * spanSeconds(t.series()) * (1 + 1e-12), t.file());
            });
            assertEquals(r.fitSeconds().length, r.fitValues().length, t.file());
            assertEquals(
                    r.lowerPerHour() > t.budget(),
                    r.verdict() == Verdict.FAIL
                            || ((r.model().startsWith("still filling")
                                            || r.reason().contains("took most of the rise back"))
                                    && r.lowerPerHour() > t.budget()),
                    t.file());
            if (Math.abs(r.pValue() - 0.01) > 1e-4) {
                assertEquals(r.lowerPerHour() > t.budget(), r.pValue() < 0.01, t.file());
            }
            assertFalse(r.model().isBlank() || r.reason().isBlank(), t.file());
        }
    }
}
