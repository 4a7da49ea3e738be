package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TimeSeriesTest {
    @Test
    void repeatedTimeIsRejectedWithTheReasonAndTheCure() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> TimeSeries.of(new double[] {0, 1, 1}, new double[] {5, 5, 5}));

        assertEquals(
                "Time 2 of the series is 1.0 s after 1.0 s: a repeated time makes the slope meaningless."
                        + " Take times from a monotonic clock and merge or drop the repeated reading.",
                e.getMessage());
    }

    @Test
    void backwardAndUnknownTimesAreRejected() {
        assertThrows(
                IllegalArgumentException.class, () -> TimeSeries.of(new double[] {0, 2, 1}, new double[] {5, 5, 5}));
        assertThrows(
                IllegalArgumentException.class, () -> TimeSeries.of(new double[] {0, Double.NaN}, new double[] {5, 5}));
        assertThrows(
                IllegalArgumentException.class,
                () -> TimeSeries.of(new double[] {0, Double.POSITIVE_INFINITY}, new double[] {5, 5}));
    }

    @Test
    void timesAndReadingsOfDifferentNumberAreRejected() {
        assertThrows(IllegalArgumentException.class, () -> TimeSeries.of(new double[2], new double[3]));
    }

    @Test
    void gapsKeepTheirPlaceAndAreCounted() {
        TimeSeries series = TimeSeries.of(new double[] {0, 1, 2}, new double[] {5, Double.NaN, 7});

        assertEquals(3, series.size());
        assertEquals(1, series.gaps());
        assertEquals(Double.NaN, series.value(1));
        assertEquals(7, series.value(2));
    }

    @Test
    void laterChangesToTheArraysAreNotSeen() {
        double[] values = {5, 6};
        TimeSeries series = TimeSeries.of(new double[] {0, 1}, values);

        values[0] = 99;

        assertEquals(5, series.value(0));
    }
}
