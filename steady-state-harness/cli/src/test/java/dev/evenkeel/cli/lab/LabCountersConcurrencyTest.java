package dev.evenkeel.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabCountersConcurrencyTest {
    private static final int THREADS = 8;
    private static final long EACH = 20_000;

    @ParameterizedTest
    @EnumSource(CounterKind.class)
    void aCounterThatPromisesExactnessIsExactAndTheOtherNeverGains(CounterKind kind) throws InterruptedException {
        LabCounter counter = kind.create(4);
        Round first = new Round(THREADS);
        Increments increments = new Increments();
        for (int i = 0; i < THREADS; i++) {
            ThreadKind.PLATFORM
                    .factory()
                    .newThread(() -> Round.work(first, counter, increments))
                    .start();
        }

        Round second = first.run(EACH);
        Round last = second.run(EACH + 1);
        last.dismiss();

        long expected = THREADS * (2 * EACH + 1);
        if (kind.exact()) {
            assertEquals(expected, counter.value());
        } else {
            assertTrue(counter.value() > 0 && counter.value() <= expected, "counted " + counter.value());
        }
        long attempts = first.attempts() + second.attempts();
        assertTrue(
                kind == CounterKind.CAS_LOOP ? attempts >= expected : attempts == expected,
                attempts + " attempts for " + expected + " operations");
        assertTrue(first.nanos() > 0 && second.nanos() > 0);
    }

    @ParameterizedTest
    @EnumSource(CounterKind.class)
    void oneThreadAloneLosesNothingHoweverItCounts(CounterKind kind) {
        LabCounter counter = kind.create(8);

        long attempts = new Increments().count(counter, 2_345);

        assertEquals(2_345, counter.value());
        assertEquals(2_345, attempts);
    }

    /** The update that a lost update loses, by hand: both read, both write. */
    @Test
    void twoUnsynchronisedIncrementsThatMeetKeepOneUpdate() {
        Cell cell = new Cell(CounterKind.UNSYNCHRONISED, 0, ThreadKind.PLATFORM, 2, 2);

        Run run = new Run(cell, 1, 2, 1, 2, 1e-9, 2e-9);

        assertEquals(1, run.lostUpdates());
        assertEquals(1e9, run.successPerSecond(), 1);
        assertEquals(2, run.cpuNanosPerSuccess(), 1e-9);
    }

    @Test
    void paddedStripesLieTwoCacheLinesApartAndUnpaddedOnesSideBySide() {
        LabCounters.Striped padded = LabCounters.Striped.padded(8);
        LabCounters.Striped unpadded = LabCounters.Striped.unpadded(8);

        for (int i = 1; i < 8; i++) {
            assertEquals(128, 8 * (padded.index(i) - padded.index(i - 1)));
            assertEquals(8, 8 * (unpadded.index(i) - unpadded.index(i - 1)));
        }
        assertTrue(8 * padded.index(0) >= 128, "the array's header must stay off the first stripe's lines");
    }

    @Test
    void consecutiveThreadIdsSpreadOverAllStripes() {
        LabCounters.Striped striped = LabCounters.Striped.padded(64);
        int[] hits = new int[64];

        for (long id = 1000; id < 1000 + 6_400; id++) {
            hits[striped.stripe(id)]++;
        }

        for (int hit : hits) {
            assertTrue(hit >= 50 && hit <= 200, "a stripe got " + hit + " of 100 threads");
        }
    }
}
