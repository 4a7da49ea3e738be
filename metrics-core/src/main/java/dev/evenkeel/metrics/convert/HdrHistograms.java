package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.HistogramReading;
import java.util.Objects;
import org.HdrHistogram.AbstractHistogram;

/**
 * Readings from and to HdrHistogram's own histograms.
 *
 * <p><b>Error.</b> Into a histogram of unit 1 and the reading's own digits: none, bucket by bucket. Into one of more digits
 * each bucket of the reading counts at its lowest value, and every value is up to the width of its bucket lower than it was:
 * 2^-4, 2^-7 or 2^-10 of itself at 1, 2 or 3 digits of the reading. An HdrHistogram has no sum: its mean is that of the middles of
 * its buckets, at most half a width away.
 */
public final class HdrHistograms {
    private HdrHistograms() {}

    /**
     * Fills a histogram with the counts of a reading, in raw units, in place of what it held. Allocates nothing if the histogram's
     * range holds the reading's, or else what the histogram grows by.
     *
     * @throws ArrayIndexOutOfBoundsException when a value is above the range of a histogram that does not resize itself
     */
    public static void copy(HistogramReading from, AbstractHistogram to) {
        Objects.requireNonNull(from, "from");
        to.reset();
        for (int i = 0; i < from.bucketCount(); i++) {
            to.recordValueWithCount(from.bucketLow(i), from.bucketCountAt(i));
        }
    }

    /**
     * Returns the counts of a histogram, in raw units, as a reading: what {@link #copy} put there, buckets equal one by one if the
     * digits are. Its sum is the histogram's mean times its count, and its scale the one given. Allocates; the histogram is not
     * kept.
     *
     * @param scale what a raw value must be multiplied by to be in its unit: 1e-9 for nanoseconds to seconds
     */
    public static HistogramReading read(AbstractHistogram histogram, double scale) {
        return new HdrReading(histogram, scale);
    }
}
