package dev.evenkeel.metrics;

/** What the values of a family are, as every exposition format tells them apart. */
public enum Kind {
    /** A sum that only grows. */
    COUNTER,
    /** A value that goes up and down. */
    GAUGE,
    /** Counts of values by bucket, with their sum. */
    HISTOGRAM
}
