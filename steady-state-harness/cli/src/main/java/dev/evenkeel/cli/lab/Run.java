package dev.evenkeel.cli.lab;

/**
 * What one trial measured.
 *
 * @param repeat from 1
 * @param operations increments that were asked for, over all threads
 * @param value by how much the counter grew
 * @param attempts tries that can be seen: more than {@code operations} only in the CAS loop, since LongAdder hides its own
 * @param seconds from the start of the threads until the last was done
 * @param cpuSeconds processor time of the whole JVM meanwhile
 */
record Run(Cell cell, int repeat, long operations, long value, long attempts, double seconds, double cpuSeconds) {

    /** Updates that are missing from the sum; exact, since the operations were fixed beforehand. */
    long lostUpdates() {
        return operations - value;
    }

    /** Updates that arrived, per second of all threads together. */
    double successPerSecond() {
        return value / seconds;
    }

    /** Nanoseconds of processor time per update that arrived. */
    double cpuNanosPerSuccess() {
        return cpuSeconds * 1e9 / value;
    }

    /** 1 where no try was in vain. */
    double attemptsPerOperation() {
        return (double) attempts / operations;
    }
}
