package dev.evenkeel.exporter.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HistoryTest {
    @Test
    void keepsEverythingUntilItIsFull() {
        History history = new History(1, 4);
        fill(history, 0, 4);

        assertArrayEquals(new double[] {0, 1, 2, 3}, history.seconds());
        assertArrayEquals(new double[] {0, 10, 20, 30}, history.values(0));
    }

    @Test
    void halvesWhenFullAndKeepsTheSpacingEven() {
        History history = new History(1, 4);
        fill(history, 0, 5);
        assertArrayEquals(new double[] {0, 2, 4}, history.seconds());

        fill(history, 5, 7);
        assertArrayEquals(new double[] {0, 2, 4, 6}, history.seconds());

        fill(history, 7, 17);
        assertArrayEquals(new double[] {0, 8, 16}, history.seconds());
        assertArrayEquals(new double[] {0, 80, 160}, history.values(0));
    }

    @Test
    void inAMillionTicksItNeverForgetsTheFirstNorPassesItsCapacityNorFallsBelowHalf() {
        History history = new History(2, 60);
        int fewest = Integer.MAX_VALUE;
        int most = 0;
        for (int t = 0; t < 1_000_000; t++) {
            history.add(t, new double[] {t, Double.NaN});
            if (t > 60) {
                fewest = Math.min(fewest, history.size());
            }
            most = Math.max(most, history.size());
        }

        assertEquals(60, most);
        assertTrue(fewest >= 30, "fewest " + fewest);
        assertEquals(0, history.seconds()[0]);
        double[] seconds = history.seconds();
        for (int i = 2; i < seconds.length; i++) {
            assertEquals(seconds[1] - seconds[0], seconds[i] - seconds[i - 1]);
        }
        assertTrue(1_000_000 - seconds[seconds.length - 1] <= seconds[1] - seconds[0]);
    }

    @Test
    void aClockThatStandsStillGivesNoSecondReadingOfOneTime() {
        History history = new History(1, 4);

        assertTrue(history.add(1, new double[] {1}));
        assertFalse(history.add(1, new double[] {2}));

        assertEquals(1, history.size());
        assertEquals(1, history.changes());
    }

    private static void fill(History history, int from, int to) {
        for (int t = from; t < to; t++) {
            history.add(t, new double[] {10 * t});
        }
    }
}
