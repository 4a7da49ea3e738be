package dev.evenkeel.metrics.convert;

import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricRegistry;
import java.util.Arrays;
import java.util.Random;

/** Random values, and the reading of a histogram that recorded them. */
final class Readings {
    static final long[] EDGES = {0, 1, 2, 3, 4, 15, 16, 17, 127, 128, 129, 1023, 1024, 1025, 1L << 20, (1L << 47) + 1};

    private Readings() {}

    /** Returns sorted values of one of eight shapes. */
    static long[] values(Random random, int shape) {
        long[] values = new long[1 + random.nextInt(3_000)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (shape) {
                case 0 -> random.nextLong() >>> 16; // nearly all in the highest octaves
                case 1 -> random.nextLong() >>> 16 + random.nextInt(48); // every octave alike, with zeros
                case 2 -> (long) Math.exp(13.8 + random.nextGaussian()); // log-normal around 1 ms
                case 3 -> (long) (1e5 / Math.pow(1 - random.nextDouble(), 1 / 1.1)); // heavy tail
                case 4 -> random.nextBoolean() ? 1_000 + random.nextInt(10) : 50_000_000 + random.nextInt(1000);
                case 5 -> 123_456_789;
                case 6 -> EDGES[random.nextInt(EDGES.length)];
                default -> random.nextInt(200);
            };
            values[i] = Math.min(values[i], Histogram.highestValue());
        }
        Arrays.sort(values);
        return values;
    }

    static final int SHAPES = 8;

    static HistogramReading of(int digits, boolean timer, long... values) {
        try (MetricRegistry registry = MetricRegistry.create()) {
            Histogram histogram = timer
                    ? registry.timer("t").digits(digits).register()
                    : registry.histogram("h").digits(digits).register();
            for (long value : values) {
                histogram.record(value);
            }
            return histogram.read();
        }
    }

    /** Returns the value of that quantile among sorted ones: the least that so many are at or below. */
    static long quantile(long[] sorted, double q) {
        return sorted[(int) Math.max(1, Math.ceil(q * sorted.length)) - 1];
    }

    /** Returns how many of sorted values are at or below a bound. */
    static long atOrBelow(long[] sorted, double bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
