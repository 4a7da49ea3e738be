package dev.evenkeel.drift;

import static dev.evenkeel.drift.Made.TEN;
import static dev.evenkeel.drift.Made.judge;
import static dev.evenkeel.drift.Made.noisyHour;
import static dev.evenkeel.drift.Made.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Mark.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkTest {
    /** Four faults of two minutes, each lifting the level by 60, growing worse: without marks they pull the line up. */
    private static double withFaults(double hour) {
        int fault = (int) (hour * 4);
        double since = hour - fault * 0.25;
        return 100 + (since > 0.15 && since < 0.15 + 2 / 60.0 ? 60 * (fault + 1) : 0);
    }

    private static Mark[] faults() {
        Mark[] marks = new Mark[4];
        for (int i = 0; i < 4; i++) {
            double from = (i * 0.25 + 0.15) * 3600;
            marks[i] = new Mark(from, from + 120, Kind.FAULT, "slow upstream");
        }
        return marks;
    }

    @Test
    void readingsInsideAFaultAreLeftOutOfTheTrend() {
        TimeSeries series = noisyHour(31, MarkTest::withFaults);

        DriftResult blind = judge(series);
        DriftResult told = judge(series, faults());

        assertEquals("flat", told.model());
        assertEquals(Verdict.PASS, told.verdict());
        assertTrue(told.upperPerHour() < blind.upperPerHour());
        for (double value : told.fitValues()) {
            assertEquals(100, value, 2);
        }
    }

    /** Ten minutes in every hour of eight: each of the 48 slices touches a fault at some run length; readings do not. */
    @Test
    void faultInEverySliceLeavesTheReadingsBetweenThem() {
        Random random = new Random(32);
        List<Mark> faults = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            faults.add(new Mark(i * 600, i * 600 + 120, Kind.FAULT, "slow upstream"));
        }
        TimeSeries series = series(480, 60, hour -> 100 + (hour * 3600 % 600 <= 120 ? 500 : 0) + random.nextGaussian());

        DriftResult result = DriftAnalysis.of(series, TEN, faults, DriftAnalysis.Options.defaults());

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals(48, result.fitSeconds().length);
        for (double value : result.fitValues()) {
            assertEquals(100, value, 2);
        }
    }

    @Test
    void runThatWasMostlyFaultsIsInconclusiveAndSaysWhy() {
        DriftResult result = judge(noisyHour(33, hour -> 100), new Mark(0, 2000, Kind.FAULT, "outage"));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.reason().contains("26 under a fault mark"), result.reason());
    }

    /** A step too small for a search is found where a mark says when. */
    @Test
    void eventIsAKnownStepAndCostsOneParameter() {
        TimeSeries series = noisyHour(34, hour -> hour < 0.5 ? 100 : 138);

        DriftResult result = judge(series, Mark.at(1800, Kind.EVENT, "deploy 1.4.2"));

        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(
                result.model().matches("(flat|falling .*) after a step of \\+3[789].* at 00:30:00 \\(deploy 1.4.2\\)"),
                result.model());
    }

    @Test
    void knownStepLeavesANarrowerIntervalThanOneThatWasSearchedFor() {
        TimeSeries series = noisyHour(35, hour -> hour < 0.5 ? 100 : 103);

        DriftResult searched = judge(series);
        DriftResult known = judge(series, Mark.at(1800, Kind.EVENT, "deploy"));

        assertTrue(known.upperPerHour() - known.lowerPerHour()
                <= 1.1 * (searched.upperPerHour() - searched.lowerPerHour()));
        assertTrue(known.model().contains("(deploy)"), known.model());
    }

    /** The event falls into the middle of a slice: its mean would belong to neither level. */
    @Test
    void sliceThatAnEventCutsIsReadOnOneSideOnly() {
        TimeSeries series = series(240, 15, hour -> hour * 3600 < 1830 ? 100 : 400);

        DriftResult result = judge(series, Mark.at(1830, Kind.EVENT, ""));

        assertEquals("flat after a step of +300 at 00:30:30", result.model());
        assertEquals(0, result.slopePerHour(), 1e-3);
        for (double value : result.fitValues()) {
            assertTrue(Math.abs(value - 100) < 1e-9 || Math.abs(value - 400) < 1e-9, () -> "fitted " + value);
        }
    }

    @Test
    void readingsInsideAnEventWindowAreLeftOut() {
        TimeSeries series = series(240, 15, hour -> {
            double second = hour * 3600;
            return second < 1800 ? 100 : second < 2000 ? 5_000 : 130;
        });

        DriftResult result = judge(series, new Mark(1800, 2000, Kind.EVENT, "migration"));

        assertEquals("flat after a step of +30 at 00:33:20 (migration)", result.model());
    }

    @Test
    void eventThatChangedNothingIsNotInTheModel() {
        DriftResult result = judge(noisyHour(36, hour -> 100), Mark.at(1800, Kind.EVENT, "deploy"));

        assertEquals("flat", result.model());
    }

    /** Steps at deploys must not become a way to explain any leak. */
    @Test
    void leakAcrossManyEventsStillFails() {
        List<Mark> deploys = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            deploys.add(Mark.at(i * 180, Kind.EVENT, "deploy " + i));
        }
        TimeSeries leak = noisyHour(37, hour -> 100 + 60 * hour);

        DriftResult result = DriftAnalysis.of(leak, TEN, deploys, DriftAnalysis.Options.defaults());

        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(60, result.slopePerHour(), 6);
    }

    @Test
    void plannedRestartSplitsTheSeries() {
        // Falls back at the restart: over the whole the line is nearly level, each part leaks.
        TimeSeries series = noisyHour(38, hour -> 100 + 60 * (hour < 0.5 ? hour : hour - 0.5));

        DriftResult split = judge(series, Mark.at(1800, Kind.RESTART, "deploy"));

        assertEquals(Verdict.FAIL, split.verdict());
        assertEquals(60, split.slopePerHour(), 12);
        assertEquals(240, split.samples());
        assertTrue(split.reason().matches("Part [12] of 2 between planned restarts: Grows by .*"), split.reason());
        assertTrue(split.fitSeconds().length > 70, "the fit covers both parts");
    }

    @Test
    void worstPartIsTheVerdict() {
        TimeSeries series = noisyHour(39, hour -> hour < 0.5 ? 100 : 100 + 80 * (hour - 0.5));

        DriftResult result = judge(series, Mark.at(1800, Kind.RESTART, ""));

        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(result.reason().startsWith("Part 2 of 2"), result.reason());
    }

    @Test
    void partTooShortToJudgeMakesAHealthyRunInconclusive() {
        DriftResult result = judge(noisyHour(40, hour -> 100), new Mark(3400, 3410, Kind.RESTART, ""));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.reason().contains("12 readings are too few"), result.reason());
    }

    @Test
    void marksOutsideTheRunChangeNothing() {
        TimeSeries series = noisyHour(41, hour -> 100);

        DriftResult plain = judge(series);
        DriftResult marked = judge(
                series,
                Mark.at(-10, Kind.RESTART, ""),
                new Mark(5_000, 6_000, Kind.FAULT, ""),
                Mark.at(9_000, Kind.EVENT, ""),
                Mark.at(9_000, Kind.RESTART, ""));

        assertEquals(plain.toString(), marked.toString());
        assertEquals(plain.slopePerHour(), marked.slopePerHour());
    }

    @Test
    void windowThatEndsBeforeItBeginsIsRejected() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new Mark(10, 9, Kind.FAULT, ""));

        assertTrue(e.getMessage().contains("from 10.0 s to 9.0 s"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Mark.at(Double.NaN, Kind.EVENT, ""));
    }
}
