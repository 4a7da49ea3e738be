package dev.evenkeel.drift;

import static dev.evenkeel.drift.Made.TEN;
import static dev.evenkeel.drift.Made.judge;
import static dev.evenkeel.drift.Made.judgeCount;
import static dev.evenkeel.drift.Made.noisyHour;
import static dev.evenkeel.drift.Made.series;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftAnalysisTest {
    private static final DriftAnalysis.Options DEFAULTS = DriftAnalysis.Options.defaults();

    @Test
    void flatNoisePasses() {
        DriftResult result = judge(noisyHour(1, hour -> 100));

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals("flat", result.model());
        assertEquals(240, result.samples());
        assertEquals(0, result.gaps());
        assertEquals(0, result.discardedSeconds());
    }

    @Test
    void growthOfFourBudgetsFails() {
        DriftResult result = judge(noisyHour(2, hour -> 100 + 40 * hour));

        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(40, result.slopePerHour(), 3);
        assertTrue(result.model().startsWith("rising "), result.model());
        assertTrue(result.secondsNeeded().isEmpty());
    }

    @Test
    void twentyNineReadingsAreTooFewAndThirtyAreEnough() {
        DriftResult few = judge(series(29, 60, hour -> 5));
        DriftResult enough = judge(series(30, 60, hour -> 5));

        assertEquals(Verdict.INCONCLUSIVE, few.verdict());
        assertFalse(few.measured());
        assertTrue(Double.isNaN(few.slopePerHour()) && Double.isNaN(few.upperPerHour()));
        assertEquals("too few readings", few.model());
        assertEquals(
                "29 readings are too few to judge: at least 30 are needed. Sample more often or run longer.",
                few.reason());
        assertEquals(30 * 60, few.secondsNeeded().orElseThrow(), 1e-9);
        assertEquals(Verdict.PASS, enough.verdict());
    }

    @Test
    void noReadingAtAllIsInconclusive() {
        DriftResult none = judge(series(0, 60, hour -> 5));
        DriftResult one = judge(series(1, 60, hour -> 5));
        DriftResult gaps = judge(series(100, 60, hour -> Double.NaN));

        assertEquals(Verdict.INCONCLUSIVE, none.verdict());
        assertEquals(OptionalDouble.empty(), none.secondsNeeded());
        assertEquals(Verdict.INCONCLUSIVE, one.verdict());
        assertEquals(Verdict.INCONCLUSIVE, gaps.verdict());
        assertEquals(100, gaps.gaps());
        assertEquals(0, gaps.samples());
    }

    @Test
    void constantSeriesIsFlatToTheLastDigit() {
        DriftResult result = judge(series(600, 1, hour -> 41.7));

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals("flat", result.model());
        assertEquals(0, result.slopePerHour());
        assertEquals(0, result.upperPerHour());
        assertEquals("Does not grow (95 % upper bound), below the budget of 10 per hour.", result.reason());
    }

    @Test
    void exactLineGrowsByItsSlopeWithoutAnyTerm() {
        DriftResult result = judge(series(60, 60, hour -> 7 + 12 * hour));

        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(12, result.slopePerHour(), 1e-6);
        assertEquals("rising 12 per hour", result.model());
    }

    /** A count that did not move in two minutes may have been a hair from moving: one step over the window. */
    @Test
    void constantCountHasAnIntervalOfOneStepOverTheWindow() {
        DriftResult result = judgeCount(series(120, 1, hour -> 41), 144);

        double onePerWindow = 30;
        assertEquals(0, result.slopePerHour(), 1e-3);
        assertEquals(1.69 * onePerWindow, result.upperPerHour(), 0.5);
        assertEquals(144 + (2.44 + 1.28) * onePerWindow, result.smallestDetectablePerHour(), 2);
        assertEquals(Verdict.PASS, result.verdict());
        assertEquals(
                Verdict.INCONCLUSIVE,
                judgeCount(series(120, 1, hour -> 41), 2).verdict(),
                "two minutes cannot show that fewer than two an hour are lost");
    }

    /** Steps of equal length at a random moment: the hardest regular leak for a count. */
    @Test
    void countThatLeaksAsFastAsTheSmallestDetectableSlopeFailsNineTimesInTen() {
        Random random = new Random(20);
        double detectable = judgeCount(series(120, 1, hour -> 41), 144).smallestDetectablePerHour();
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            double phase = random.nextDouble();
            failed += judgeCount(series(120, 1, hour -> 41 + Math.floor(phase + 1.05 * detectable * hour)), 144)
                                    .verdict()
                            == Verdict.FAIL
                    ? 1
                    : 0;
        }
        int found = failed;
        assertTrue(found >= 180, () -> "found " + found + " of 200");
    }

    @Test
    void resolutionWidensTheIntervalOfASeriesThatNeverMoved() {
        TimeSeries still = series(100, 36, hour -> 12);

        double without = judge(still).upperPerHour();
        double with = judgeCount(still, 10).upperPerHour();

        assertEquals(0, without);
        assertTrue(with > 1, () -> "upper bound " + with);
    }

    @Test
    void nanAndInfiniteReadingsAreGapsAndChangeNothingElse() {
        Random random = new Random(3);
        double[] clean = random.doubles(300).toArray();
        double[] seconds = new double[300];
        double[] holed = clean.clone();
        for (int i = 0; i < 300; i++) {
            seconds[i] = i;
        }
        int kept = 0;
        double[] keptSeconds = new double[300];
        double[] keptValues = new double[300];
        for (int i = 0; i < 300; i++) {
            if (i % 7 == 3) {
                holed[i] = i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
            } else {
                keptSeconds[kept] = seconds[i];
                keptValues[kept++] = clean[i];
            }
        }

        DriftResult withGaps = judge(TimeSeries.of(seconds, holed));
        DriftResult without = judge(TimeSeries.of(Arrays.copyOf(keptSeconds, kept), Arrays.copyOf(keptValues, kept)));

        assertEquals(300 - kept, withGaps.gaps());
        assertEquals(kept, withGaps.samples());
        assertEquals(without.slopePerHour(), withGaps.slopePerHour());
        assertEquals(without.upperPerHour(), withGaps.upperPerHour());
    }

    /** Thirty readings make ten slices; with a burst, a hole and the last reading the slices in between are empty. */
    @Test
    void fewerThanSixtyPercentOfTheSlicesFilledIsInconclusive() {
        double[] seconds = new double[40];
        double[] values = new double[40];
        for (int i = 0; i < 39; i++) {
            seconds[i] = i;
        }
        seconds[39] = 600;

        DriftResult result = judge(TimeSeries.of(seconds, values));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertEquals("too many gaps", result.model());
        assertTrue(result.reason().startsWith("Only 2 of 13 slices of the run hold readings"), result.reason());
        assertFalse(result.measured());
    }

    @Test
    void exactlySixtyPercentOfTheSlicesFilledIsJudged() {
        // 30 readings in slices 0 to 4 and 9 of ten: six filled.
        double[] seconds = new double[30];
        double[] values = new double[30];
        for (int i = 0; i < 29; i++) {
            seconds[i] = i * 10;
            values[i] = i % 3;
        }
        seconds[29] = 290 * 2;

        DriftResult result = judge(TimeSeries.of(seconds, values));

        assertTrue(result.measured(), result.reason());
        assertEquals(6, result.fitSeconds().length);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e300, 1e150, 1e-150, 1e-300})
    void scaleOfTheReadingsDoesNotChangeTheVerdict(double scale) {
        TimeSeries leak = noisyHour(4, hour -> 100 + 40 * hour);
        double[] seconds = new double[leak.size()];
        double[] values = new double[leak.size()];
        for (int i = 0; i < values.length; i++) {
            seconds[i] = leak.second(i);
            values[i] = leak.value(i) * scale;
        }

        DriftResult plain = judge(leak);
        DriftResult scaled = DriftAnalysis.of(TimeSeries.of(seconds, values), new Budget(10 * scale, ""));

        assertEquals(plain.verdict(), scaled.verdict());
        assertEquals(plain.slopePerHour(), scaled.slopePerHour() / scale, 1e-9);
        assertEquals(plain.lowerPerHour(), scaled.lowerPerHour() / scale, 1e-9);
        assertEquals(plain.upperPerHour(), scaled.upperPerHour() / scale, 1e-9);
    }

    @Test
    void largestDoublesAreJudged() {
        DriftResult result = judge(series(60, 60, hour -> hour < 0.5 ? Double.MAX_VALUE / 2 : -Double.MAX_VALUE / 2));

        assertTrue(result.measured());
        assertTrue(Double.isFinite(result.fitValues()[0]));
    }

    @Test
    void runThatWasCutShortIsJudgedAndSaysSo() {
        DriftResult result = DriftAnalysis.of(noisyHour(5, hour -> 100), TEN, List.of(), DEFAULTS.withCutShort(true));

        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(result.cutShort());
        assertTrue(result.reason().startsWith("Run cut short. Grows by at most "), result.reason());
    }

    @Test
    void upperBoundThatMeetsTheBudgetIsInconclusiveAndSaysHowLongARunWouldDecide() {
        TimeSeries series = noisyHour(6, hour -> 100 + 10 * hour);

        DriftResult result = judge(series);

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.secondsNeeded().orElseThrow() > 3600);
        assertTrue(result.secondsNeeded().orElseThrow() <= 4 * 3600);
        assertTrue(result.reason().contains("lies between"), result.reason());
    }

    @Test
    void stricterAlphaWidensItsOwnBoundOnly() {
        TimeSeries series = noisyHour(7, hour -> 100);

        DriftResult loose = judge(series);
        DriftResult strict = DriftAnalysis.of(series, TEN, List.of(), DEFAULTS.withAlphaFail(0.001));

        assertTrue(strict.lowerPerHour() < loose.lowerPerHour());
        assertEquals(loose.upperPerHour(), strict.upperPerHour());
        assertTrue(strict.smallestDetectablePerHour() > loose.smallestDetectablePerHour());
    }

    @Test
    void warmUpIsExplainedAndTheRestIsFlat() {
        DriftResult result = judge(noisyHour(8, hour -> 100 + (hour < 0.12 ? 400 * (0.12 - hour) : 0)));

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals(48, result.fitSeconds().length, "the readings of a warm-up are explained, not dropped");
    }

    @Test
    void stepIsNamedWithItsSizeAndTime() {
        DriftResult result = judge(noisyHour(9, hour -> hour < 0.35 ? 100 : 138));

        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(result.model().matches("flat after a step of \\+3[78].* at 00:2[01]:\\d\\d"), result.model());
    }

    @Test
    void amountsAreWrittenByTheCaller() {
        DriftResult result = judge(noisyHour(9, hour -> hour < 0.35 ? 100 : 138));

        String words = result.model(v -> Math.round(v) + " MiB");

        assertTrue(words.matches("flat after a step of \\+38 MiB at 00:2[01]:\\d\\d"), words);
        assertTrue(result.reason(v -> Math.round(v) + " MiB").contains("the budget of 10 MiB per hour"));
    }

    @Test
    void leakThatBeginsHalfWayHasItsOwnRate() {
        DriftResult result = judge(noisyHour(10, hour -> 100 + 80 * Math.max(0, hour - 0.5)));

        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(80, result.slopePerHour(), 8);
        assertTrue(result.model().startsWith("flat until 00:"), result.model());
        assertTrue(result.model().contains(", then rising "), result.model());
    }

    @Test
    void cacheThatHasFilledIsFlat() {
        DriftResult result = judge(noisyHour(11, hour -> 200 - 100 * Math.exp(-hour / 0.08)));

        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(result.model().contains(" after a fill of time constant "), result.model());
        assertEquals(0, result.slopePerHour(), 3);
    }

    @Test
    void storeThatIsStillFillingIsNotCalledALeak() {
        DriftResult result = judge(noisyHour(12, hour -> 130 - 30 * Math.exp(-hour / 0.9)));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.model().startsWith("still filling towards ~"), result.model());
        assertTrue(result.secondsNeeded().orElseThrow() > 3600);
    }

    @Test
    void cycleIsNamedWithItsPeriod() {
        DriftResult result = judge(noisyHour(13, hour -> 100 + 20 * Math.sin(2 * Math.PI * 4 * hour)));

        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(result.model().matches("flat with a cycle of ±(19|20).* every 15 min.*"), result.model());
    }

    @Test
    void timeToALimitHasAnInterval() {
        DriftResult result = judge(noisyHour(14, hour -> 100 + 40 * hour));

        double expected = result.secondsToLimit(1_000).orElseThrow();
        double soonest = result.soonestSecondsToLimit(1_000).orElseThrow();
        double latest = result.latestSecondsToLimit(1_000).orElseThrow();

        assertEquals((1_000 - 140) / 40.0 * 3600, expected, 6_000);
        assertTrue(soonest < expected && expected < latest);
        assertEquals(OptionalDouble.of(0), result.secondsToLimit(120));
    }

    @Test
    void whatDoesNotGrowNeverMeetsALimit() {
        DriftResult flat = judge(noisyHour(1, hour -> 100));

        assertEquals(OptionalDouble.empty(), flat.latestSecondsToLimit(1_000));
        assertEquals(
                OptionalDouble.empty(),
                judge(series(10, 60, hour -> 1)).secondsToLimit(1_000),
                "nothing was measured, so nothing is predicted");
    }

    @Test
    void fitIsACopy() {
        DriftResult result = judge(noisyHour(1, hour -> 100));

        double[] before = result.fitValues();
        result.fitValues()[0] = -1;
        result.fitSeconds()[0] = -1;

        assertArrayEquals(before, result.fitValues());
    }

    @Test
    void invalidatedKeepsTheNumbersAndLosesTheVerdict() {
        DriftResult result = judge(noisyHour(1, hour -> 100));

        DriftResult invalid = result.invalidated("The process restarted at 00:10 and no mark says so.");

        assertEquals(Verdict.INVALID, invalid.verdict());
        assertEquals("The process restarted at 00:10 and no mark says so.", invalid.reason());
        assertEquals(result.slopePerHour(), invalid.slopePerHour());
    }

    @Test
    void optionsOutsideTheirRangeAreRejected() {
        assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withResolution(-1));
        assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withResolution(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withAlphaFail(0));
        assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withAlphaPass(0.5));
        assertThrows(IllegalArgumentException.class, () -> new Budget(0, ""));
        assertThrows(IllegalArgumentException.class, () -> new Budget(Double.NaN, ""));
    }
}
