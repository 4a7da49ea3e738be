package dev.evenkeel.metrics;

/** What the values of a family are, as every exposition format tells them apart. */
public enum Kind {
    /** A sum that only grows. */
    COUNTER,
    /** A value that goes up and down. */
    GAUGE,
    /** A sum of amounts of either sign: what is there now of what came and went. */
    UP_DOWN_COUNTER,
    /** Counts of values by bucket, with their sum. */
    HISTOGRAM
}
