package dev.evenkeel.metrics;

import org.jspecify.annotations.Nullable;

/**
 * One series at the time of a snapshot.
 *
 * @param value the sum of a counter, the value of a gauge, the count of a histogram
 * @param histogram the buckets of a histogram; null for other kinds, and for a histogram of a {@link ForeignSource}
 */
public record Point(MetricDescriptor descriptor, Labels labels, double value, @Nullable HistogramPoint histogram) {}
