package dev.evenkeel.metrics;

/**
 * What an instrument with labels has evicted so far: with the series that are still shown it makes the exact total.
 *
 * @param series how often a series was evicted
 * @param total what those series had counted when they went: the sum of counters, the number of values of histograms
 */
public record Evicted(long series, long total) {}
