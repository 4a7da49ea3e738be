package dev.evenkeel.soak.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Units, lengths of time, axes and thinning: how numbers reach the reader. */
class WritingTest {

    @Test
    void bytesUseTheScaleOfTheLargest() {
        Unit bytes = Unit.of("By");

        assertEquals("0\u00a0B", bytes.text(0));
        assertEquals("1023\u00a0B", bytes.text(1023));
        assertEquals("1\u00a0KiB", bytes.text(1024));
        assertEquals("38.2\u00a0MiB", bytes.text(38.2 * 1024 * 1024));
        assertEquals("+1.5\u00a0GiB/h", bytes.perHour(1.5 * 1024 * 1024 * 1024));
        assertEquals("−0.50 to +2.00\u00a0MiB/h", bytes.betweenPerHour(-512 * 1024, 2 * 1024 * 1024));
    }

    @Test
    void countsAndRatiosAreWords() {
        assertEquals("1\u00a0thread", Unit.of("{thread}").text(1));
        assertEquals("2\u00a0threads", Unit.of("{thread}").text(2));
        assertEquals("−2\u00a0fds/h", Unit.of("{fd}").perHour(-2));
        assertEquals("1.2\u00a0%", Unit.of("1").text(0.012));
        assertEquals("+1.2\u00a0points/h", Unit.of("1").perHour(0.012));
        assertEquals(Unit.NOTHING, Unit.of("ms").perHour(Double.NaN));
    }

    @Test
    void numbersAreGroupedFromTenThousandOn() {
        assertEquals("9999", Unit.count(9999));
        assertEquals("10\u202f000", Unit.count(10_000));
        assertEquals("−1\u202f234\u202f567", Unit.count(-1_234_567));
        assertEquals("0", Unit.number(-0.0004, 2, true));
    }

    @Test
    void lengthsOfTimeNameTwoUnits() {
        assertEquals("0.5\u00a0s", Durations.words(0.5));
        assertEquals("59\u00a0s", Durations.words(59));
        assertEquals("2\u00a0min 30\u00a0s", Durations.words(150));
        assertEquals("1\u00a0h", Durations.words(3600));
        assertEquals("1\u00a0d 1\u00a0h", Durations.words(90_000));
        assertEquals("01:01", Durations.clock(61));
        assertEquals("1:00:01", Durations.clock(3601));
        assertEquals("120s", Durations.flag(113));
        assertEquals("4m", Durations.flag(237));
        assertEquals("4h", Durations.flag(3.1 * 3600));
    }

    @Test
    void adviceReplacesOrAddsTheDuration() {
        assertEquals(
                "./evenkeel soak --duration 4m --rate 9",
                Advice.withDuration("./evenkeel soak --duration 2m --rate 9", "4m"));
        assertEquals("./evenkeel soak --duration=4m", Advice.withDuration("./evenkeel soak --duration=2m", "4m"));
        assertEquals("./evenkeel soak --duration 4m", Advice.withDuration("./evenkeel soak", "4m"));
        assertEquals("", Advice.withDuration(" ", "4m"));
    }

    @Test
    void timeAxisHasReadableSteps() {
        assertEquals(
                List.of("00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45", "02:00"),
                labels(Axis.time(120, 8)));
        assertEquals(
                List.of("0:00", "3:00", "6:00", "9:00", "12:00", "15:00", "18:00", "21:00", "24:00"),
                labels(Axis.time(86_400, 8)));
        assertEquals("1\u00a0d", labels(Axis.time(7 * 86_400, 8)).get(1));
    }

    @Test
    void flatLineLooksFlatAndCountsHaveWholeTicks() {
        Axis threads = Axis.values(Unit.of("{thread}"), 43, 43);

        assertTrue(threads.high() - threads.low() >= 4, threads.toString());
        assertTrue(threads.ticks().stream().allMatch(t -> t.value() == Math.rint(t.value())), threads.toString());
        assertTrue(threads.ticks().size() >= 3, threads.toString());
    }

    @Test
    void axisOfAnyRangeIsUsable() {
        double[][] ranges = {
            {0, 0}, {0, 1e-9}, {1, 1}, {-5, -5}, {-1e6, 1e6}, {0, 1e15}, {1e9, 1e9 + 1}, {Double.NaN, Double.NaN}
        };
        for (double[] r : ranges) {
            for (String unit : List.of("By", "{fd}", "1", "ms")) {
                Axis axis = Axis.values(Unit.of(unit), r[0], r[1]);
                String words = unit + " " + r[0] + ".." + r[1] + ": " + axis;

                assertTrue(axis.high() > axis.low(), words);
                assertTrue(axis.ticks().size() >= 2 && axis.ticks().size() <= 12, words);
                assertEquals(
                        axis.ticks().size(),
                        axis.ticks().stream().map(Axis.Tick::label).distinct().count(),
                        words);
                for (Axis.Tick tick : axis.ticks()) {
                    assertTrue(axis.at(tick.value()) >= -0.001 && axis.at(tick.value()) <= 1000.001, words);
                }
            }
        }
    }

    @Test
    void thinningKeepsTheSpikeAndTheGap() {
        double[] seconds = new double[100_000];
        double[] values = new double[100_000];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = i;
            values[i] = i >= 50_000 && i < 51_000 ? Double.NaN : 1;
        }
        values[77_777] = 99;
        values[22_222] = -99;

        Thinned thinned = Thinned.of(seconds, values, 320);

        double highest = 0;
        double lowest = 0;
        boolean gap = false;
        for (int i = 0; i < thinned.values().length; i++) {
            highest = thinned.values()[i] > highest ? thinned.values()[i] : highest;
            lowest = thinned.values()[i] < lowest ? thinned.values()[i] : lowest;
            gap |= Double.isNaN(thinned.values()[i]);
            assertTrue(i == 0 || thinned.seconds()[i] >= thinned.seconds()[i - 1]);
        }
        assertEquals(99, highest);
        assertEquals(-99, lowest);
        assertTrue(gap);
        assertTrue(thinned.values().length <= 640);
    }

    @Test
    void fewReadingsAreDrawnAsTheyAre() {
        double[] seconds = {0, 1, 2};
        double[] values = {5, Double.NaN, 7};

        Thinned all = Thinned.of(seconds, values, 320);

        assertArrayEquals(seconds, all.seconds());
        assertArrayEquals(values, all.values());
        assertEquals(1, all.perColumn());
    }

    private static List<String> labels(Axis axis) {
        return axis.ticks().stream().map(Axis.Tick::label).toList();
    }
}
