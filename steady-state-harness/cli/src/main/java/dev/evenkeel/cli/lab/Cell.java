package dev.evenkeel.cli.lab;

/**
 * One place of the grid.
 *
 * @param stripes 0 where the counter has none, or chooses by itself
 * @param processors how many the JVM is told that it has
 */
record Cell(CounterKind counter, int stripes, ThreadKind kind, int processors, int threads) {
    /** The same place with another counter. */
    Cell with(CounterKind other, int otherStripes) {
        return new Cell(other, otherStripes, kind, processors, threads);
    }

    /** The counter, with its stripes where it has some. */
    String name() {
        return stripes == 0 ? counter.title() : counter.title() + " (" + stripes + ")";
    }
}
