package dev.evenkeel.soak.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {

    @Test
    void requestsAreEvenlySpacedFromTheStart() {
        ArrivalSchedule schedule = ArrivalSchedule.perSecond(200);

        assertEquals(0, schedule.offsetNanos(0));
        assertEquals(5_000_000, schedule.offsetNanos(1));
        assertEquals(1_000_000_000, schedule.offsetNanos(200));
    }

    @Test
    void noErrorAddsUpOverAYearAtAMillionASecond() {
        long secondsInAYear = 365L * 24 * 3600;

        assertEquals(
                secondsInAYear * 1_000_000_000L + 1_000,
                ArrivalSchedule.perSecond(1_000_000).offsetNanos(secondsInAYear * 1_000_000 + 1));
    }

    @Test
    void aRateThatDoesNotDivideASecondKeepsItsAverage() {
        ArrivalSchedule schedule = ArrivalSchedule.perSecond(3);

        assertEquals(333_333_333, schedule.offsetNanos(1));
        assertEquals(666_666_667, schedule.offsetNanos(2));
        assertEquals(1_000_000_000L * 1_000_000, schedule.offsetNanos(3_000_000));
    }

    @Test
    void aRateBelowOneASecondWorks() {
        assertEquals(4_000_000_000L, ArrivalSchedule.perSecond(0.5).offsetNanos(2));
    }

    @Test
    void dueBeforeCountsWhatOffsetNanosSchedules() {
        for (double rate : new double[] {0.5, 3, 200, 1234.5}) {
            ArrivalSchedule schedule = ArrivalSchedule.perSecond(rate);

            assertEquals(0, schedule.dueBefore(0));
            for (long sequence : new long[] {0, 1, 2, 999, 1_000_000}) {
                long due = schedule.offsetNanos(sequence);
                assertEquals(sequence, schedule.dueBefore(due), rate + "/s, at request " + sequence);
                assertEquals(sequence + 1, schedule.dueBefore(due + 1), rate + "/s, after request " + sequence);
            }
        }
    }

    @Test
    void aRateOfNothingOrMoreThanAMillionIsRefused() {
        for (double rate : new double[] {0, -1, 1_000_001, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> ArrivalSchedule.perSecond(rate), () -> "rate " + rate);
        }
    }
}
