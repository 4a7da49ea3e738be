package dev.evenkeel.metrics.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.HistogramReading;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every conversion promises, over random values of many shapes. The seed of a failure is in its message. */
class ConversionsTest {
    private static final double[] QUANTILES = {0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1};

    /** Widths of buckets as shares of their values, by digits. */
    private static final double[] WIDTHS = {Double.NaN, 0x1p-4, 0x1p-7, 0x1p-10};

    /** For the rounding of doubles. */
    private static final double TINY = 1e-9;

    private interface Case {
        void check(long[] sorted, HistogramReading reading, int digits, Random random, String message);
    }

    private static void forRandomReadings(Case test) {
        for (int round = 0; round < 240; round++) {
            long seed = 20_261_121L + round;
            Random random = new Random(seed);
            int digits = 1 + round % 3;
            int shape = round / 3 % Readings.SHAPES;
            boolean timer = random.nextBoolean();
            long[] sorted = Readings.values(random, shape);
            String message = "seed " + seed + ", " + digits + " digits, shape " + shape + (timer ? ", timer" : "");
            test.check(sorted, Readings.of(digits, timer, sorted), digits, random, message);
        }
    }

    private static double sumOf(long[] values) {
        return Arrays.stream(values).asDoubleStream().sum();
    }

    @Test
    void exponentialKeepsCountsAndSumAndEveryQuantileWithinTheStatedError() {
        forRandomReadings((sorted, reading, digits, random, message) -> {
            int mostScale = ExponentialBuckets.LEAST_SCALE + random.nextInt(31);
            int mostBuckets = 2 + random.nextInt(random.nextBoolean() ? 6 : 320);
            ExponentialBuckets buckets = ExponentialBuckets.of(mostScale, mostBuckets);

            buckets.read(reading);

            String all = message + ", scale " + mostScale + " > " + buckets.scale() + ", " + mostBuckets + " buckets";
            long counted = buckets.zeroCount();
            for (int i = 0; i < buckets.bucketCount(); i++) {
                assertTrue(buckets.countAt(i) >= 0, all);
                counted += buckets.countAt(i);
            }
            assertTrue(buckets.scale() <= mostScale && buckets.scale() >= ExponentialBuckets.LEAST_SCALE, all);
            assertTrue(buckets.bucketCount() <= mostBuckets, all);
            assertEquals(sorted.length, counted, all);
            assertEquals(sorted.length, buckets.count(), all);
            assertEquals(Readings.atOrBelow(sorted, 0), buckets.zeroCount(), all);
            assertEquals(sumOf(sorted) * reading.scale(), buckets.sum(), buckets.sum() * TINY, all);
            if (buckets.bucketCount() > 0) { // no empty bucket at either end, and no finer scale that fits
                assertTrue(buckets.countAt(0) > 0 && buckets.countAt(buckets.bucketCount() - 1) > 0, all);
                assertTrue(buckets.scale() == mostScale || 2 * buckets.bucketCount() >= mostBuckets, all);
            }
            double error = ExponentialBuckets.relativeError(buckets.scale(), digits);
            double before = 0;
            for (double q : QUANTILES) {
                double truth = Readings.quantile(sorted, q) * reading.scale();
                double found = buckets.valueAtQuantile(q);
                assertTrue(found >= before, all + ": not monotone at " + q);
                assertWithin(truth, found, error, all + ", q " + q);
                before = found;
            }
        });
    }

    @Test
    void nativeKeepsCountsAndSumAndEveryQuantileWithinTheStatedError() {
        forRandomReadings((sorted, reading, digits, random, message) -> {
            int mostSchema = NativeBuckets.LEAST_SCHEMA + random.nextInt(13);
            int mostBuckets = 8 + random.nextInt(random.nextBoolean() ? 20 : 500);
            NativeBuckets buckets = NativeBuckets.of(mostSchema, mostBuckets);

            buckets.read(reading);

            String all =
                    message + ", schema " + mostSchema + " > " + buckets.schema() + ", " + mostBuckets + " buckets";
            assertTrue(buckets.schema() <= mostSchema && buckets.schema() >= NativeBuckets.LEAST_SCHEMA, all);
            assertTrue(buckets.bucketCount() <= mostBuckets, all);
            assertEquals(sorted.length, buckets.count(), all);
            assertEquals(Readings.atOrBelow(sorted, 0), buckets.zeroCount(), all);
            assertEquals(sumOf(sorted) * reading.scale(), buckets.sum(), buckets.sum() * TINY, all);
            assertSpansSayTheSame(buckets, all);
            double error = NativeBuckets.relativeError(buckets.schema(), digits);
            double before = 0;
            for (double q : QUANTILES) {
                double truth = Readings.quantile(sorted, q) * reading.scale();
                double found = buckets.valueAtQuantile(q);
                assertTrue(found >= before, all + ": not monotone at " + q);
                assertWithin(truth, found, error, all + ", q " + q);
                before = found;
            }
        });
    }

    /** Reads the spans as a receiver does. */
    private static void assertSpansSayTheSame(NativeBuckets buckets, String message) {
        long counted = buckets.zeroCount();
        int index = 0;
        int next = 0;
        int delta = 0;
        long count = 0;
        for (int span = 0; span < buckets.spanCount(); span++) {
            assertTrue(span == 0 || buckets.spanOffset(span) > 2, message);
            index += buckets.spanOffset(span);
            for (int i = 0; i < buckets.spanLength(span); i++, index++) {
                count += buckets.delta(delta++);
                counted += count;
                if (count > 0) {
                    assertEquals(index, buckets.bucketIndex(next), message);
                    assertEquals(count, buckets.bucketCountAt(next++), message);
                } else {
                    assertEquals(0, count, message);
                }
            }
        }
        assertEquals(buckets.deltaCount(), delta, message);
        assertEquals(buckets.bucketCount(), next, message);
        assertEquals(buckets.count(), counted, message);
    }

    @Test
    void bothExponentialKindsHoldTheSameBucketsNumberedOneApart() {
        forRandomReadings((sorted, reading, digits, random, message) -> {
            int scale = NativeBuckets.LEAST_SCHEMA + random.nextInt(13);
            NativeBuckets prometheus = NativeBuckets.of(scale, 1 << 14);
            ExponentialBuckets otlp = ExponentialBuckets.of(scale, 1 << 14);

            prometheus.read(reading);
            otlp.read(reading);

            assertEquals(scale, prometheus.schema(), message);
            assertEquals(scale, otlp.scale(), message);
            int next = 0;
            for (int i = 0; i < otlp.bucketCount(); i++) {
                if (otlp.countAt(i) > 0) {
                    assertEquals(otlp.offset() + i + 1, prometheus.bucketIndex(next), message);
                    assertEquals(otlp.countAt(i), prometheus.bucketCountAt(next++), message);
                }
            }
            assertEquals(prometheus.bucketCount(), next, message);
        });
    }

    @Test
    void classicCountsLieBetweenTheBoundAndTheBoundPlusTheWidthOfABucket() {
        forRandomReadings((sorted, reading, digits, random, message) -> {
            double[] bounds = random.nextBoolean()
                    ? BucketLadder.of(reading.scale() == 1 ? "" : "s")
                    : random.doubles(30, 0, Math.max(1, sorted[sorted.length - 1] * 1.2 * reading.scale()))
                            .distinct()
                            .sorted()
                            .toArray();
            ClassicBuckets buckets = ClassicBuckets.over(reading.scale(), bounds);

            buckets.read(reading);

            long counted = 0;
            for (int i = 0; i < bounds.length; i++) {
                double raw = bounds[i] / reading.scale();
                long found = buckets.countAtOrBelow(i);
                String all = message + ", bound " + raw;
                assertTrue(found >= Readings.atOrBelow(sorted, raw * (1 - TINY)), all);
                assertTrue(found <= Readings.atOrBelow(sorted, raw * (1 + WIDTHS[digits]) * (1 + TINY)), all);
                if (raw < 1 / WIDTHS[digits]) {
                    assertEquals(Readings.atOrBelow(sorted, raw * (1 + TINY)), found, all);
                }
                counted += buckets.countAt(i);
                assertEquals(found, counted, all);
            }
            assertEquals(bounds.length + 1, buckets.size(), message);
            assertEquals(Double.POSITIVE_INFINITY, buckets.bound(bounds.length), message);
            assertEquals(sorted.length, counted + buckets.countAt(bounds.length), message);
            assertEquals(sorted.length, buckets.count(), message);
            assertEquals(sumOf(sorted) * reading.scale(), buckets.sum(), buckets.sum() * TINY, message);
        });
    }

    @Test
    void hdrHistogramHoldsWhatRecordingTheValuesWouldHaveAndComesBackEqual() {
        forRandomReadings((sorted, reading, digits, random, message) -> {
            org.HdrHistogram.Histogram recorded = new org.HdrHistogram.Histogram(1, Histogram.highestValue(), digits);
            for (long value : sorted) {
                recorded.recordValue(value);
            }
            org.HdrHistogram.Histogram copy = new org.HdrHistogram.Histogram(digits);
            copy.recordValue(99);

            HdrHistograms.copy(reading, copy);

            assertEquals(recorded, copy, message);
            assertEquals(sorted.length, copy.getTotalCount(), message);
            assertEquals(
                    sumOf(sorted) / sorted.length, copy.getMean(), WIDTHS[digits] / 2 * copy.getMean() + 1, message);
            assertSame(reading, HdrHistograms.read(copy, reading.scale()), message);
        });
    }

    private static void assertSame(HistogramReading a, HistogramReading b, String message) {
        assertEquals(a.count(), b.count(), message);
        assertEquals(a.scale(), b.scale(), message);
        assertEquals(a.digits(), b.digits(), message);
        assertEquals(a.bucketCount(), b.bucketCount(), message);
        for (int i = 0; i < a.bucketCount(); i++) {
            assertEquals(a.bucketLow(i), b.bucketLow(i), message);
            assertEquals(a.bucketHigh(i), b.bucketHigh(i), message);
            assertEquals(a.bucketCountAt(i), b.bucketCountAt(i), message);
            assertEquals(a.countAtOrBelow(a.bucketHigh(i)), b.countAtOrBelow(a.bucketHigh(i)), message);
        }
        for (double q : QUANTILES) {
            assertEquals(a.valueAtQuantile(q), b.valueAtQuantile(q), message);
        }
        assertEquals(a.toHdrHistogram(), b.toHdrHistogram(), message);
    }

    private static void assertWithin(double truth, double found, double error, String message) {
        assertTrue(
                found >= truth / (1 + error) * (1 - TINY) && found <= truth * (1 + error) * (1 + TINY),
                () -> message + ": " + found + " is not within " + error + " of " + truth);
    }

    @Test
    void laddersAscendAndAreWholeInSmallUnits() {
        for (String unit : new String[] {"s", "ms", "us", "ns", "By", "{request}", ""}) {
            double[] ladder = BucketLadder.of(unit);
            assertArrayEquals(Arrays.stream(ladder).sorted().distinct().toArray(), ladder, unit);
        }
        assertEquals(2500.0, BucketLadder.of("ms")[10]);
        assertEquals(2_500_000.0, BucketLadder.of("ns")[1]);
    }

    @Test
    void emptyReadingsConvertToEmptyBuckets() {
        HistogramReading empty = Readings.of(2, true);
        ExponentialBuckets exponential = ExponentialBuckets.create();
        NativeBuckets prometheus = NativeBuckets.create();
        ClassicBuckets classic = ClassicBuckets.over(1e-9, 1, 2);
        HistogramReading full = Readings.of(2, true, 0, 5, 7_000_000_000L);
        for (HistogramReading reading :
                new HistogramReading[] {empty, full, empty}) { // nothing is left of what was before
            exponential.read(reading);
            prometheus.read(reading);
            classic.read(reading);
        }

        assertEquals(0, exponential.count() + exponential.zeroCount() + exponential.bucketCount());
        assertEquals(0, exponential.valueAtQuantile(0.5));
        assertEquals(ExponentialBuckets.MOST_SCALE, exponential.scale());
        assertEquals(0, prometheus.count() + prometheus.zeroCount() + prometheus.bucketCount());
        assertEquals(0, prometheus.spanCount() + prometheus.deltaCount());
        assertEquals(0, prometheus.valueAtQuantile(1));
        assertEquals(0, classic.count() + classic.countAtOrBelow(1) + classic.countAt(2));
        assertEquals(0, exponential.sum() + prometheus.sum() + classic.sum());
        assertEquals(0, HdrHistograms.read(new org.HdrHistogram.Histogram(2), 1).count());
    }

    @Test
    void boundsBelongToTheBucketBelowThem() {
        HistogramReading four = Readings.of(2, false, 4);
        ExponentialBuckets otlp = ExponentialBuckets.of(0, 10);
        NativeBuckets prometheus = NativeBuckets.of(0, 10);
        ClassicBuckets classic = ClassicBuckets.over(1, 4, 8);

        for (int scale = -4;
                scale <= 8;
                scale++) { // 4 ends a bucket at each of them up to 0, and 4 = (2^(2^-s))^(2 * 2^s)
            ExponentialBuckets finer = ExponentialBuckets.of(scale, 10);
            finer.read(four);
            assertEquals(scale <= 0 ? 1 >> -scale : (2 << scale) - 1, finer.offset(), "scale " + scale);
        }
        otlp.read(four);
        prometheus.read(four);
        classic.read(four);

        assertEquals(1, otlp.offset()); // above 2^1, at or below 2^2
        assertEquals(2, prometheus.bucketIndex(0));
        assertEquals(1, classic.countAt(0));
    }

    @Test
    void zeroAndTheHighestValueFitIntoTheFewestBuckets() {
        HistogramReading reading = Readings.of(3, true, 0, 0, 1, Histogram.highestValue());
        ExponentialBuckets otlp = ExponentialBuckets.of(20, 2);
        NativeBuckets prometheus = NativeBuckets.of(8, 8);

        otlp.read(reading);
        prometheus.read(reading);

        assertEquals(2, otlp.zeroCount());
        assertEquals(2, otlp.bucketCount());
        assertEquals(-1, otlp.offset()); // below 1 s, and above
        assertEquals(-5, otlp.scale()); // b = 2^32
        assertEquals(Histogram.highestValue() * 1e-9, otlp.max(), 1e-3);
        assertEquals(2, prometheus.zeroCount());
        assertEquals(8, prometheus.schema());
        assertEquals(2, prometheus.spanCount());
        assertEquals(0x1p-128, prometheus.zeroThreshold());
        double[] found = {otlp.valueAtQuantile(0.5), prometheus.valueAtQuantile(0.5)};
        assertArrayEquals(new double[] {0, 0}, found);
    }

    @Test
    void aSingleValueKeepsTheFinestScale() {
        HistogramReading reading = Readings.of(3, true, 1_000_000);
        ExponentialBuckets otlp = ExponentialBuckets.create();

        otlp.read(reading);

        assertEquals(20, otlp.scale());
        assertEquals(1, otlp.bucketCount());
        assertEquals(1, otlp.countAt(0));
        assertEquals(0.001, otlp.valueAtQuantile(0.5), 0.001 * 0x1p-11);
    }

    @Test
    void shortGapsAreFilledAndLongOnesEndASpan() {
        NativeBuckets buckets = NativeBuckets.of(0, 10);

        buckets.read(Readings.of(2, false, 1, 8, 8, 128)); // up to 2^0, 2^3 and 2^7

        assertEquals(2, buckets.spanCount());
        assertEquals(0, buckets.spanOffset(0));
        assertEquals(4, buckets.spanLength(0));
        assertEquals(3, buckets.spanOffset(1));
        assertEquals(1, buckets.spanLength(1));
        long[] deltas = new long[buckets.deltaCount()];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = buckets.delta(i);
        }
        assertArrayEquals(new long[] {1, -1, 0, 2, -1}, deltas);
    }

    @Test
    void boundsBetweenWholeRawUnitsAreRoundedDown() {
        HistogramReading reading = Readings.of(2, false, 1, 2, 2);
        ClassicBuckets buckets = ClassicBuckets.over(1, 0.5, 1.5, 2);

        buckets.read(reading);

        assertEquals(0, buckets.countAtOrBelow(0));
        assertEquals(1, buckets.countAtOrBelow(1));
        assertEquals(3, buckets.countAtOrBelow(2));
        ClassicBuckets millis = ClassicBuckets.over(1e-9, 0.0025);
        millis.read(Readings.of(2, true, 2_500_000, 2_600_000));
        assertEquals(1, millis.countAtOrBelow(0));
    }

    @Test
    void convertingAllocatesNothing() {
        HistogramReading wide = Readings.of(2, true, Readings.values(new Random(1), 1));
        HistogramReading narrow = Readings.of(2, true, Readings.values(new Random(2), 2));
        ExponentialBuckets otlp = ExponentialBuckets.create();
        NativeBuckets prometheus = NativeBuckets.create();
        ClassicBuckets classic = ClassicBuckets.over(1e-9, BucketLadder.of("s"));
        org.HdrHistogram.Histogram hdr = new org.HdrHistogram.Histogram(2);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;

        for (int round = 0; round < 20 && least > 0; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < 10; i++) {
                HistogramReading reading = i % 2 == 0 ? wide : narrow;
                otlp.read(reading);
                prometheus.read(reading);
                classic.read(reading);
                HdrHistograms.copy(reading, hdr);
            }
            least = Math.min(
                    least,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }

        assertEquals(0, least);
    }

    @Test
    void whatCannotBeConvertedIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ClassicBuckets.over(1, 2, 2));

        assertEquals(
                "Cannot count by the bounds [2.0, 2.0]: they must be finite and ascending, or a bucket could never be reached."
                        + " Sort them, drop repeated ones, and leave infinity out: it is always there.",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ClassicBuckets.over(1, Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> ClassicBuckets.over(0, 1));
        assertThrows(IllegalArgumentException.class, () -> ExponentialBuckets.of(21, 160));
        assertThrows(IllegalArgumentException.class, () -> ExponentialBuckets.of(-11, 160));
        assertThrows(IllegalArgumentException.class, () -> ExponentialBuckets.of(0, 1));
        assertThrows(IllegalArgumentException.class, () -> NativeBuckets.of(9, 160));
        assertThrows(IllegalArgumentException.class, () -> NativeBuckets.of(-5, 160));
        assertThrows(IllegalArgumentException.class, () -> NativeBuckets.of(0, 7));
        assertThrows(IllegalArgumentException.class, () -> ExponentialBuckets.relativeError(0, 4));
        assertThrows(IllegalArgumentException.class, () -> ExponentialBuckets.create()
                .valueAtQuantile(1.1));
    }
}
