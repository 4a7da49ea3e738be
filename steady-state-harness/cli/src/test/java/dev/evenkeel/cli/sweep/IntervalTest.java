package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalTest {

    /** t(4 degrees of freedom, 97.5 %) = 2.776445; the deviation of 1 to 5 is sqrt(2.5). */
    @Test
    void boundsAreStudents() {
        Interval interval = Interval.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0));

        assertEquals(3, interval.mean());
        assertEquals(3 - 2.776445 * Math.sqrt(2.5 / 5), interval.lower(), 1e-5);
        assertEquals(3 + 2.776445 * Math.sqrt(2.5 / 5), interval.upper(), 1e-5);
    }

    @Test
    void oneReadingHasNoSpread() {
        Interval interval = Interval.of(List.of(7.0, Double.NaN));

        assertEquals(7, interval.mean());
        assertEquals(1, interval.readings());
        assertTrue(Double.isNaN(interval.lower()));
        assertTrue(Double.isNaN(Interval.of(List.of()).mean()));
    }

    @Test
    void aRatioLeavesOutWhatARoundDidToBoth() {
        Interval ratio = Interval.ratio(List.of(11.0, 22.0, 5.5, 33.0, 1.1), List.of(10.0, 20.0, 5.0, 30.0, 1.0));

        assertEquals(1.1, ratio.mean(), 1e-12);
        assertEquals(1.1, ratio.lower(), 1e-9);
        assertEquals(1.1, ratio.upper(), 1e-9);
    }

    @Test
    void roundsThatOneOfThemLacksAreLeftOut() {
        Interval ratio = Interval.ratio(List.of(2.0, Double.NaN, 0.0, 2.0), List.of(1.0, 1.0, 1.0, 1.0));

        assertEquals(2, ratio.readings());
        assertEquals(2, ratio.mean(), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> Interval.ratio(List.of(1.0), List.of()));
    }

    /** Of 4 000 samples of five the interval holds the true mean in 95 %: 200 misses, give or take three deviations of 13.8. */
    @Test
    void intervalsHoldTheirLevel() {
        Random random = new Random(4711);
        int missed = 0;
        for (int i = 0; i < 4000; i++) {
            Interval interval = Interval.of(random.doubles(5, -1, 1).boxed().toList());
            if (interval.lower() > 0 || interval.upper() < 0) {
                missed++;
            }
        }

        // Five uniform readings have lighter tails than the normal ones that t is exact for: a little over 5 %.
        assertTrue(missed > 150 && missed < 320, "missed " + missed);
    }
}
