/**
 * Histogram readings in the shapes that other formats want: classic buckets, exponential ones, HdrHistogram's own.
 *
 * <p>Start with {@link dev.evenkeel.metrics.convert.ClassicBuckets}, {@link dev.evenkeel.metrics.convert.NativeBuckets} and
 * {@link dev.evenkeel.metrics.convert.ExponentialBuckets}. A converter is a buffer of one thread: it reads a reading, shows
 * it, and allocates nothing once it has grown. Counts and sums pass exactly; what becomes of values is stated by each.
 *
 * <p>Encoding, field numbers and names on a wire belong in the exporters.
 */
@NullMarked
package dev.evenkeel.metrics.convert;

import org.jspecify.annotations.NullMarked;
