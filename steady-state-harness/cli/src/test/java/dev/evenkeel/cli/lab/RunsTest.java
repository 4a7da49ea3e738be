package dev.evenkeel.cli.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunsTest {

    @Test
    void theSweepNamesTheCheapestStripeCountAndTheSmallestThatIsAsGood() {
        Grid grid = new Grid(
                List.of(CounterKind.STRIPED_PADDED),
                List.of(8, 16, 32, 64, 128),
                List.of(ThreadKind.PLATFORM),
                List.of(8),
                List.of(2));
        Runs runs = Made.runs(grid, cell -> switch (cell.stripes()) {
            case 8 -> 20;
            case 16 -> 10.5;
            case 32 -> 10;
            case 64 -> 9.5;
            default -> 14;
        });

        Runs.BestStripes best = runs.bestStripes(ThreadKind.PLATFORM, 2).orElseThrow();

        assertEquals(64, best.stripes());
        assertEquals(9.5, best.cost().median(), 1e-6);
        assertEquals(16, best.enough());
    }

    @Test
    void aSingleStripeCountIsNoSweep() {
        Grid grid = new Grid(
                List.of(CounterKind.STRIPED_PADDED), List.of(8), List.of(ThreadKind.PLATFORM), List.of(8), List.of(2));

        assertEquals(Optional.empty(), Made.runs(grid, cell -> 1).bestStripes(ThreadKind.PLATFORM, 2));
    }

    @Test
    void theGridSweepsStripesAtOneThreadCountOnlyAndKeepsComparedCountersTogether() {
        List<Cell> cells = Made.grid().cells();

        assertEquals(8, Made.grid().sweepThreads());
        assertEquals(64, Made.grid().usualStripes());
        assertEquals((3 * 8 + 3) * 2 * 3, cells.size());
        assertEquals(cells.size(), cells.stream().distinct().count());
        assertEquals(
                4,
                cells.stream()
                        .filter(cell -> cell.counter() == CounterKind.STRIPED_PADDED
                                && cell.threads() == 8
                                && cell.processors() == 2
                                && cell.kind() == ThreadKind.VIRTUAL)
                        .count());
        for (int i = 0; i < 8; i++) {
            assertEquals(cells.get(0).with(CounterKind.values()[i], cells.get(i).stripes()), cells.get(i));
        }
    }

    @Test
    void theMachinesOwnProcessorsAreJudgedOrTheNearestBelow() {
        Runs runs = new Runs(Made.grid(), List.of());

        assertEquals(2, runs.honestProcessors(2));
        assertEquals(2, runs.honestProcessors(3));
        assertEquals(4, runs.honestProcessors(64));
    }

    @Test
    void aSpreadIsMedianLowestAndHighest() {
        assertEquals(new Spread(2, 1, 9), Spread.of(9, 1, 2));
        assertEquals(new Spread(1.5, 1, 2), Spread.of(2, 1));
        assertTrue(new Spread(2, 1, 3).overlaps(new Spread(4, 3, 5)));
        assertFalse(new Spread(2, 1, 3).overlaps(new Spread(4, 3.1, 5)));
    }

    @Test
    void theHotFrameIsTheOneWithMostTimeOfItsOwn() {
        Profile profile = new Profile(
                new Cell(CounterKind.MUTEX, 0, ThreadKind.PLATFORM, 2, 8),
                java.util.Map.of(
                        "a.A.run;b.B.add", 30L, "a.A.run;c.C.add;b.B.add", 15L, "a.A.run", 40L, "a.A.run;d.D.x", 15L));

        assertEquals(new Profile.Hot("b.B.add", 0.45), profile.hottest());
        assertEquals(
                List.of("all samples", "a.A.run", "b.B.add", "c.C.add", "b.B.add", "d.D.x"),
                new FlameGraph(profile)
                        .boxes().stream().map(FlameGraph.Box::frame).toList());
        FlameGraph.Box callee = new FlameGraph(profile).boxes().get(4);
        assertEquals(3, callee.row());
        assertEquals(0.15, callee.width(), 1e-9);
        assertEquals(0.30, callee.left(), 1e-9);
    }

    @Test
    void labelsThatWouldTouchArePushedApart() {
        double[] at = CurvePlot.spaced(new double[] {10, 20, 500, 990, 995}, 50);

        assertEquals(
                List.of(10.0, 60.0, 500.0, 950.0, 1000.0),
                java.util.Arrays.stream(at).boxed().toList());
    }
}
