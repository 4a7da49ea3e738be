package dev.evenkeel.cli.lab;

/** What a trial counts on. Both methods are called from many threads. */
interface LabCounter {
    /** Adds one; returns how many attempts that took, at least 1. */
    int increment();

    /** The sum; exact once no thread increments any more, if the counter is exact at all. */
    long value();
}
