package dev.evenkeel.cli.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Runs that nobody ran: what is to be found in them is known. */
final class Made {
    private Made() {}

    static final long OPERATIONS = 1_000_000;

    /** One run; processor time and seconds follow from the cost. */
    static Run run(Cell cell, int repeat, double nanos, long lost, long attempts) {
        long value = OPERATIONS - lost;
        double cpuSeconds = nanos * value / 1e9;
        return new Run(cell, repeat, OPERATIONS, value, attempts, cpuSeconds / 2, cpuSeconds);
    }

    /** Three repeats of everything in the grid: 10 % below, at and above the cost of the cell. */
    static Runs runs(Grid grid, ToDoubleFunction<Cell> nanos) {
        List<Run> all = new ArrayList<>();
        for (int repeat = 1; repeat <= 3; repeat++) {
            for (Cell cell : grid.cells()) {
                boolean alone = cell.threads() == 1;
                long lost = cell.counter() == CounterKind.UNSYNCHRONISED && !alone ? 250_000 : 0;
                long attempts = cell.counter() == CounterKind.CAS_LOOP && !alone ? 1_600_000 : OPERATIONS;
                all.add(run(cell, repeat, nanos.applyAsDouble(cell) * (0.8 + 0.1 * repeat), lost, attempts));
            }
        }
        return new Runs(grid, all);
    }

    static Grid grid() {
        return new Grid(
                List.of(CounterKind.values()),
                List.of(8, 16, 32, 64),
                List.of(ThreadKind.PLATFORM, ThreadKind.VIRTUAL),
                List.of(1, 8, 1000),
                List.of(1, 2, 4));
    }

    /** Evenkeel 2, LongAdder 6, a mutex 90; padded stripes 20, 9, 5 and 5.5 for 8, 16, 32 and 64 of them. */
    static double nanos(Cell cell) {
        return switch (cell.counter()) {
            case EVENKEEL -> 2;
            case LONG_ADDER -> 6;
            case MUTEX -> 90;
            case STRIPED_UNPADDED -> 12;
            case STRIPED_PADDED -> switch (cell.stripes()) {
                case 8 -> 20;
                case 16 -> 9;
                case 32 -> 5;
                default -> 5.1;
            };
            default -> 15;
        };
    }
}
