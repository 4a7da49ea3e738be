package dev.evenkeel.metrics.slo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReadingRingTest {
    private final ReadingRing ring = new ReadingRing(10, 100);

    private long startTime(long now, long window) {
        return ring.time(ring.startPlace(now, window));
    }

    @Test
    void emptyHasNoStart() {
        assertEquals(-1, ring.startPlace(0, 100));
    }

    @Test
    void keepsTheFirstReadingOfEachSlice() {
        for (long time = 3; time < 40; time += 3) {
            ring.offer(time, time, time, time);
        }

        assertEquals(4, ring.size());
        assertEquals(3, ring.time(ring.place(0)));
        assertEquals(12, ring.time(ring.place(1)));
        assertEquals(30, ring.time(ring.place(3)));
    }

    @Test
    void aWindowStartsAtTheNewestReadingThatIsOldEnough() {
        for (long time = 0; time <= 500; time += 10) {
            ring.offer(time, time, time, time);
        }

        assertEquals(400, startTime(500, 100), "exactly as old");
        assertEquals(390, startTime(500, 101), "a slice longer");
        assertEquals(500, startTime(500, 0));
    }

    @Test
    void withTwoReadingsInEverySliceItStillReachesBackTheWholeSpan() {
        for (long time = 0; time <= 1000; time += 10) {
            ring.offer(time, 0, 0, 0);
            ring.mark(time + 5, 0, 0, 0);
            ring.mark(time + 7, 0, 0, 0);
        }

        assertEquals(907, startTime(1007, 100));
        assertEquals(ring.capacity(), ring.size());
    }

    @Test
    void ofSeveralGapsInASliceTheLastOneCounts() {
        ring.offer(0, 0, 0, 0);
        ring.mark(3, 1, 1, 1);
        ring.mark(3, 1, 1, 1);
        ring.mark(8, 2, 2, 2);

        assertEquals(2, ring.size());
        assertEquals(8, startTime(50, 40));
        assertEquals(2, ring.good(ring.startPlace(50, 40)));
    }
}
