package dev.evenkeel.exporter.otlp;

import io.opentelemetry.exporter.internal.otlp.metrics.LowAllocationMetricsRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One OTLP message of all metrics: what a reader collects from its meter provider, through the SDK's own marshaler in the way of
 * its exporters. Ten families of counters, or of explicit-bucket histograms, cumulative, with two attributes each, after eight
 * threads have recorded into every series; they still live. Exemplars are off.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public abstract class EncodeBenchmark {
    static final int FAMILIES = 10;
    static final int THREADS = 8;

    /** Values that each thread records into each histogram: log-normal around 1 ms, sigma 1. */
    static final int VALUES = 100;

    /** More series than any case makes, for libraries that have a limit. */
    static final int LIMIT = 200_000;

    private static final int COLUMNS = 100;

    @Param("10000")
    int series;

    @Param("counters")
    String instruments;

    final Reader reader = new Reader();
    private final CountDownLatch release = new CountDownLatch(1);
    private final LowAllocationMetricsRequestMarshaler marshaler = new LowAllocationMetricsRequestMarshaler();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** Makes a meter provider that {@link #reader} reads, and the families. */
    abstract void register(boolean histograms);

    /** Adds one to the counter of two attributes. */
    abstract void count(int family, String route, String status);

    /** Records a value into the histogram of two attributes. */
    abstract void record(int family, String route, String status, long nanos);

    @Setup
    public void fill() throws IOException, InterruptedException {
        boolean histograms = instruments.equals("histograms");
        register(histograms);
        CountDownLatch filled = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            Thread thread = new Thread(() -> recordAll(seed, histograms, filled), "recorder-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        filled.await();
        check(histograms);
        System.out.println("bytes of a message: " + encode());
    }

    @TearDown
    public void release() {
        release.countDown();
    }

    static String route(int n) {
        return "/api/orders/" + n / COLUMNS;
    }

    static String status(int n) {
        return "status" + n % COLUMNS;
    }

    private void recordAll(int seed, boolean histograms, CountDownLatch filled) {
        Random random = new Random(seed);
        for (int n = 0; n < series / FAMILIES; n++) {
            String route = route(n);
            String status = status(n);
            for (int family = 0; family < FAMILIES; family++) {
                for (int i = 0; histograms && i < VALUES; i++) {
                    record(family, route, status, (long) (1e6 * Math.exp(random.nextGaussian())));
                }
                if (!histograms) {
                    count(family, route, status);
                }
            }
        }
        filled.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(boolean histograms) {
        long points = 0;
        long sum = 0;
        for (MetricData metric : reader.collectAll()) {
            if (!metric.getName().startsWith("shop")) {
                continue; // what a registry says of itself
            }
            if (histograms) {
                points += metric.getHistogramData().getPoints().size();
                sum += metric.getHistogramData().getPoints().stream()
                        .mapToLong(point -> point.getCount())
                        .sum();
            } else {
                points += metric.getLongSumData().getPoints().size();
                sum += metric.getLongSumData().getPoints().stream()
                        .mapToLong(point -> point.getValue())
                        .sum();
            }
        }
        long expected = (long) series * THREADS * (histograms ? VALUES : 1);
        if (points != series || sum != expected) {
            throw new IllegalStateException(getClass().getSimpleName() + " collected " + points
                    + " points that add up to " + sum + ", and not " + series + " and " + expected
                    + ": what it measures would be something else. Look at how the library is set up.");
        }
    }

    final int encode() throws IOException {
        message.reset();
        marshaler.initialize(reader.collectAll());
        try {
            marshaler.writeBinaryTo(message);
        } finally {
            marshaler.reset();
        }
        return message.size();
    }

    @Benchmark
    public int message() throws IOException {
        return encode();
    }

    /** A reader in the memory mode of the SDK's OTLP exporters. */
    static final class Reader implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        Collection<MetricData> collectAll() {
            return registration.collectAllMetrics();
        }

        @Override
        public void register(CollectionRegistration given) {
            registration = given;
        }

        @Override
        public MemoryMode getMemoryMode() {
            return MemoryMode.REUSABLE_DATA;
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
