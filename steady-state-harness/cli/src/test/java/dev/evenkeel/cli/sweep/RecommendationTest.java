package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationTest {
    /** What a round does to all settings: cancels in a comparison. */
    private static final double[] ROUND = {1.0, 1.3, 0.8, 1.1, 0.9};

    /** What happens to one run: a percent. */
    private static final double[] QUIET = {1.01, 0.99, 1.0, 1.005, 0.995};

    private static final double[] MILD = {1.05, 0.96, 1.03, 0.96, 1.0};

    private static final double[] NOISY = {1.4, 0.7, 1.2, 0.8, 0.95};

    private static Cell cell(Collector collector, int heap, double ops, double p99, double rss, double[] noise) {
        Cell cell = new Cell(new Setting(collector, heap));
        for (int i = 0; i < 5; i++) {
            cell.add(new Reading(
                    Outcome.OK, "", ops * ROUND[i] * noise[i], p99 / ROUND[i] * noise[4 - i], 1, rss, 1e6, 10, 1, 5));
        }
        return cell;
    }

    private static Cell failed(Collector collector, int heap, Outcome outcome) {
        Cell cell = new Cell(new Setting(collector, heap));
        cell.add(Reading.failed(outcome, "It said so."));
        cell.add(Reading.failed(outcome, "It said so."));
        return cell;
    }

    @Test
    void theSmallestHeapThatIsAsGoodIsTaken() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.G1, 64, 700, 9, 100e6, QUIET),
                        cell(Collector.G1, 128, 970, 5.1, 180e6, QUIET),
                        cell(Collector.G1, 256, 1000, 5, 300e6, QUIET)),
                10);

        assertEquals(Verdict.PASS, r.verdict());
        assertEquals(new Setting(Collector.G1, 128), r.setting());
        assertEquals(1, r.sentences().size(), r.sentences()::toString);
        assertTrue(
                r.sentences()
                        .get(0)
                        .startsWith("Take G1 at 128m: the smallest heap whose throughput and p99 are within 10 % of the"
                                + " best. Throughput "),
                r.sentences()::toString);
        assertTrue(r.sentences().get(0).contains("(97 % of the best, G1 at 256m)"), r.sentences()::toString);
        assertTrue(r.sentences().get(0).contains("(102 % of the best, G1 at 256m)"), r.sentences()::toString);
    }

    @Test
    void ofOneHeapTheLeastResidentMemoryIsTaken() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.G1, 128, 1000, 5, 200e6, QUIET),
                        cell(Collector.SERIAL, 128, 990, 5.1, 150e6, QUIET)),
                10);

        assertEquals(new Setting(Collector.SERIAL, 128), r.setting());
        assertTrue(r.sentences().get(0).endsWith("the least of all."), r.sentences()::toString);
    }

    @Test
    void aFigureBeyondTheMarginRulesOut() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.SERIAL, 64, 1000, 6, 90e6, QUIET), // p99 is 20 % worse
                        cell(Collector.PARALLEL, 128, 1000, 5, 150e6, QUIET)),
                10);

        assertEquals(new Setting(Collector.PARALLEL, 128), r.setting());
    }

    @Test
    void noiseIsNoSignOfBeingAsGood() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.SERIAL, 64, 1200, 4, 90e6, NOISY), // the best means of all, by luck or not
                        cell(Collector.G1, 256, 1000, 4.9, 300e6, QUIET)),
                10);

        assertEquals(Verdict.INCONCLUSIVE, r.verdict());
    }

    @Test
    void aSmallerHeapThatMayBeAsGoodIsNamed() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.SERIAL, 64, 930, 5, 90e6, MILD),
                        cell(Collector.G1, 256, 1000, 4.9, 300e6, QUIET)),
                10);

        assertEquals(new Setting(Collector.G1, 256), r.setting());
        assertEquals(
                "These repeats cannot tell whether a smaller heap would do as well: SerialGC at 64m. More --repeats may.",
                r.sentences().get(1));
    }

    @Test
    void repeatsThatCannotTellAreInconclusive() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.SERIAL, 64, 1100, 5.2, 90e6, NOISY),
                        cell(Collector.G1, 256, 990, 5, 300e6, QUIET)),
                1);

        assertEquals(Verdict.INCONCLUSIVE, r.verdict());
        assertNull(r.setting());
        assertTrue(r.sentences().get(0).startsWith("These repeats cannot tell"), r.sentences()::toString);
    }

    @Test
    void aChoiceBetweenThroughputAndLatencyIsLeftToThePerson() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.PARALLEL, 256, 1500, 9, 300e6, QUIET),
                        cell(Collector.ZGC, 256, 1000, 2, 400e6, QUIET)),
                10);

        assertEquals(Verdict.INCONCLUSIVE, r.verdict());
        assertTrue(r.sentences().get(0).contains("it is a choice between throughput and p99"), r.sentences()::toString);
        assertTrue(r.sentences().get(0).contains("Best throughput: ParallelGC at 256m"), r.sentences()::toString);
        assertTrue(r.sentences().get(0).contains("best p99: ZGC at 256m"), r.sentences()::toString);
    }

    @Test
    void aSettingThatFailedOnceIsNeverTaken() {
        Cell shaky = cell(Collector.SERIAL, 64, 1000, 5, 90e6, QUIET);
        shaky.add(Reading.failed(Outcome.OUT_OF_MEMORY, "once"));

        Recommendation r = Recommendation.of(List.of(shaky, cell(Collector.SERIAL, 128, 1000, 5, 150e6, QUIET)), 10);

        assertEquals(new Setting(Collector.SERIAL, 128), r.setting());
        assertEquals("out of memory (1 of 6)", shaky.trouble());
    }

    @Test
    void epsilonIsAYardstickAndNoRecommendation() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.EPSILON, 4096, 5000, 1, 4e9, QUIET),
                        cell(Collector.SERIAL, 64, 1000, 5, 90e6, QUIET)),
                10);

        assertEquals(new Setting(Collector.SERIAL, 64), r.setting());
    }

    @Test
    void withoutLatenciesThroughputDecides() {
        Recommendation r = Recommendation.of(
                List.of(
                        cell(Collector.SERIAL, 64, 1000, Double.NaN, 90e6, QUIET),
                        cell(Collector.G1, 64, 800, Double.NaN, 95e6, QUIET)),
                10);

        assertEquals(new Setting(Collector.SERIAL, 64), r.setting());
        assertTrue(r.sentences().get(0).contains("whose throughput is within 10 %"), r.sentences()::toString);
    }

    @Test
    void outOfMemoryEverywhereIsAFindingAndAnythingElseIsUnfit() {
        assertEquals(
                Verdict.FAIL,
                Recommendation.of(List.of(failed(Collector.SERIAL, 8, Outcome.OUT_OF_MEMORY)), 10)
                        .verdict());
        assertEquals(
                Verdict.INVALID,
                Recommendation.of(List.of(failed(Collector.SERIAL, 64, Outcome.CRASHED)), 10)
                        .verdict());
        assertEquals(
                Verdict.INCONCLUSIVE,
                Recommendation.of(List.of(new Cell(new Setting(Collector.SERIAL, 64))), 10)
                        .verdict());
    }
}
