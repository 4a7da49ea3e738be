package dev.evenkeel.cli.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * What is measured: every counter at every place, and the stripe counts of padded stripes at one thread count.
 *
 * @param stripes powers of two, ascending
 * @param threads ascending
 * @param processors ascending
 */
record Grid(
        List<CounterKind> counters,
        List<Integer> stripes,
        List<ThreadKind> kinds,
        List<Integer> threads,
        List<Integer> processors) {
    private static final int USUAL = 64;

    /** The stripe count of a striped counter that is compared with the others: 64, or the nearest below. */
    int usualStripes() {
        return nearest(stripes);
    }

    /** The thread count at which stripe counts are compared: 64, or the nearest below: contended, and not all waking up. */
    int sweepThreads() {
        return nearest(threads);
    }

    private static int nearest(List<Integer> ascending) {
        return ascending.stream()
                .filter(count -> count <= USUAL)
                .reduce((a, b) -> b)
                .orElse(ascending.get(0));
    }

    /** All cells, those that are compared with each other next to each other. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int count : threads) {
            for (int processor : processors) {
                for (ThreadKind kind : kinds) {
                    for (CounterKind counter : counters) {
                        for (int stripe : stripesOf(counter, count)) {
                            cells.add(new Cell(counter, stripe, kind, processor, count));
                        }
                    }
                }
            }
        }
        return cells;
    }

    private List<Integer> stripesOf(CounterKind counter, int threadCount) {
        if (!counter.striped()) {
            return List.of(0);
        }
        boolean sweep = counter == CounterKind.STRIPED_PADDED && threadCount == sweepThreads();
        return sweep ? stripes : List.of(usualStripes());
    }
}
