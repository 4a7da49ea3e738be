package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** A heap in use between collections at random moments: what is left after each of them is what tells. */
class TeethTest {
    private static final int MINUTES = 480;
    private static final Budget BUDGET = new Budget(1, "");

    /** A megabyte a minute between collections about 25 minutes apart, noise of a megabyte, and growth an hour. */
    private static TimeSeries heap(long seed, double perHour) {
        Random random = new Random(seed);
        double[] garbage = {0};
        double[] left = {10};
        return series(i -> {
            garbage[0] += 1;
            left[0] -= 1;
            if (left[0] <= 0) {
                garbage[0] = 0;
                left[0] = 5 + 40 * random.nextDouble();
            }
            return 100 + garbage[0] + perHour * i / 60 + random.nextGaussian();
        });
    }

    private static TimeSeries series(IntToDoubleFunction value) {
        double[] t = new double[MINUTES];
        double[] v = new double[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            t[i] = 60 * i;
            v[i] = value.applyAsDouble(i);
        }
        return TimeSeries.of(t, v);
    }

    private static Readings readings(TimeSeries series) {
        return Readings.split(series, List.of()).get(0);
    }

    @Test
    void floorsOfUnevenTeethAreWhatIsLeftAfterEachFall() {
        Readings floors = Objects.requireNonNull(Teeth.floors(readings(heap(1, 0))));

        assertTrue(floors.size() >= 12 && floors.size() <= 24, () -> floors.size() + " floors");
        for (double floor : floors.values()) {
            assertEquals(102, floor, 4);
        }
    }

    @Test
    void unevenTeethPassAndALeakBeneathThemFails() {
        int passed = 0;
        int failed = 0;
        for (int run = 0; run < 20; run++) {
            passed += DriftAnalysis.of(heap(run, 0), BUDGET).verdict() == Verdict.PASS ? 1 : 0;
            failed += DriftAnalysis.of(heap(run, 3), BUDGET).verdict() == Verdict.FAIL ? 1 : 0;
            assertTrue(DriftAnalysis.of(heap(run, 0), BUDGET).verdict() != Verdict.FAIL, "seed " + run);
        }
        int healthy = passed;
        int leaking = failed;
        assertTrue(healthy >= 14, () -> healthy + " of 20 pass");
        assertTrue(leaking >= 16, () -> leaking + " of 20 fail");
    }

    @Test
    void whatIsNoUnevenSawHasNoFloors() {
        Random random = new Random(5);
        assertNull(Teeth.floors(readings(series(i -> random.nextGaussian()))), "noise");
        assertNull(Teeth.floors(readings(series(i -> i % 24 + 0.3 * random.nextGaussian()))), "even teeth");
        assertNull(
                Teeth.floors(readings(series(i -> 10 * Math.sin(i / 5.0) + 0.3 * random.nextGaussian()))), "a cycle");
        assertNull(Teeth.floors(readings(series(i -> (i * i / 200) % 5 == 0 ? 10 : random.nextGaussian()))), "pulses");
        assertNull(Teeth.floors(readings(series(i -> 7))), "a constant");
    }

    @Test
    void lastRiseAboveAllPeaksIsNotTakenForATooth() {
        TimeSeries heap = heap(2, 0);

        assertNotNull(Teeth.floors(readings(heap)));
        assertNull(Teeth.floors(readings(series(i -> i < 400 ? heap.value(i) : 110 + i - 400))));
    }

    @Test
    void threeLongTeethAreNotCalledALeak() {
        Random random = new Random(6);
        int[] falls = {150, 310};
        DriftResult result = DriftAnalysis.of(
                series(i -> {
                    int since = i < falls[0] ? i + 20 : i < falls[1] ? i - falls[0] : i - falls[1];
                    return 100 + 0.5 * since + random.nextGaussian();
                }),
                BUDGET);

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.reason().contains("2 falls took most of the rise back"), result.reason());
        assertTrue(result.lowerPerHour() > 1, "the numbers stay");
        assertEquals(3.5 * MINUTES * 60, result.secondsNeeded().orElseThrow(), 1);
    }

    /** A leak with two deployments that take less memory, but not most of what it took. */
    @Test
    void fallsThatTakeLessThanMostBackDoNotHideALeak() {
        Random random = new Random(7);
        DriftResult result = DriftAnalysis.of(
                series(i -> 100 + i / 4.0 - (i > 100 ? 30 : 0) - (i > 400 ? 12 : 0) + random.nextGaussian()), BUDGET);

        assertEquals(Verdict.FAIL, result.verdict(), result.reason());
    }

    @Test
    void threeStepsAreNoTrend() {
        Random random = new Random(8);
        DriftResult result = DriftAnalysis.of(
                series(i -> 100 + (i > 90 ? 6 : 0) + (i > 210 ? 9 : 0) + (i > 330 ? 7 : 0) + random.nextGaussian()),
                BUDGET);

        assertEquals(Verdict.PASS, result.verdict(), result.reason());
        assertEquals(3, result.model().split("a step of", -1).length - 1, result.model());
    }
}
