package dev.evenkeel.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

    @Test
    void theHeadlineRanksTheExactCountersWhereTheMachineIsHonest() {
        assertEquals(
                "At 8 platform threads the cheapest exact counter is Evenkeel: 2.00\u00a0ns of processor time per increment,"
                        + " against 5.10\u00a0ns with padded stripes (64), the next, and 90.0\u00a0ns with a mutex, the dearest.",
                new Findings(Made.runs(Made.grid(), Made::nanos), 2).headline());
    }

    @Test
    void counterWhoseRangesOverlapCannotBeToldApart() {
        String headline = new Findings(
                        Made.runs(Made.grid(), cell -> cell.counter() == CounterKind.EVENKEEL ? 5 : Made.nanos(cell)),
                        2)
                .headline();

        assertTrue(headline.contains("cannot be told apart"), headline);
    }

    @Test
    void eachSentenceSaysWhatTheNumbersSay() {
        List<String> said = new Findings(Made.runs(Made.grid(), Made::nanos), 2).sentences();

        assertTrue(said.get(0).startsWith("Every counter that promises exactness kept it"), said::toString);
        assertTrue(
                said.contains("Without synchronisation up to 25\u00a0% of the updates were lost (250\u202f000 of"
                        + " 1\u202f000\u202f000 at 8 platform threads); one thread alone lost none."),
                said::toString);
        assertTrue(
                said.contains(
                        "Evenkeel's processor time over LongAdder's at 8 threads: 0.33 on platform threads; 0.33 on"
                                + " virtual threads."),
                said::toString);
        assertTrue(
                said.contains("The CAS loop threw away up to 38\u00a0% of its attempts (1.600 per success at 8 platform"
                        + " threads)."),
                said::toString);
        assertTrue(
                said.contains("Padding the stripes saves 57\u00a0% with 64 stripes at 8 platform threads (12.0\u00a0ns"
                        + " without, 5.10\u00a0ns with)."),
                said::toString);
        assertTrue(
                said.contains(
                        "Best stripe count for 8 virtual threads on 2 processors: 32, at 5.00\u00a0ns per increment;"
                                + " fewer cost measurably more."),
                said::toString);
    }

    @Test
    void anExactCounterThatLostIsSaidFirst() {
        Cell cell = new Cell(CounterKind.ATOMIC, 0, ThreadKind.PLATFORM, 2, 8);
        List<Run> all = new ArrayList<>(Made.runs(Made.grid(), Made::nanos).all());
        all.add(Made.run(cell, 4, 15, 7, Made.OPERATIONS));
        Runs runs = new Runs(Made.grid(), all);

        assertEquals(1, runs.inexact().size());
        assertTrue(new Findings(runs, 2)
                .sentences()
                .get(0)
                .endsWith("AtomicLong at 8 platform threads lost 7 of 1\u202f000\u202f000."));
    }

    @Test
    void noLossIsNotCalledProof() {
        Grid grid = new Grid(
                List.of(CounterKind.UNSYNCHRONISED), List.of(8), List.of(ThreadKind.PLATFORM), List.of(1), List.of(2));

        List<String> said = new Findings(Made.runs(grid, cell -> 1), 2).sentences();

        assertTrue(said.get(0).contains("proves nothing"), said::toString);
    }

    @Test
    void moreProcessorsThanTheMachineHasAreCalledBelieved() {
        Findings findings = new Findings(new Runs(Made.grid(), List.of()), 2);

        assertEquals("believed; the machine has 2", findings.processorsNote(8));
        assertEquals("all that this machine has", findings.processorsNote(2));
        assertTrue(findings.limits().get(0).contains("does not change the hardware"));
    }
}
