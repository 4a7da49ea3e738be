package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Recorder;
import org.HdrHistogram.SingleWriterRecorder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * HdrHistogram, and the floors: the next value alone, two readings of the clock, and recorders that each thread has to itself, whose
 * values nobody else could read together.
 */
public class LatencyBenchmark extends LatencyLibraryBenchmark {
    private static final long HIGHEST = TimeUnit.HOURS.toNanos(1);

    private final List<Recorder> recorders = new ArrayList<>();
    private final List<AbstractHistogram> histograms = new ArrayList<>();
    private long recorded;

    private final Recorder recorder2 = recorder(2);
    private final Recorder recorder3 = recorder(3);
    private final ConcurrentHistogram concurrent2 = concurrent(2);
    private final ConcurrentHistogram concurrent3 = concurrent(3);

    /** What each thread has to itself. */
    @State(Scope.Thread)
    public static class Own {
        final SingleWriterRecorder recorder2 = new SingleWriterRecorder(1, HIGHEST, 2);
        final SingleWriterRecorder recorder3 = new SingleWriterRecorder(1, HIGHEST, 3);
        final org.HdrHistogram.Histogram histogram2 = new org.HdrHistogram.Histogram(1, HIGHEST, 2);
        final org.HdrHistogram.Histogram histogram3 = new org.HdrHistogram.Histogram(1, HIGHEST, 3);
    }

    public static void main(String[] args) {
        LatencyMemory.print(LatencyBenchmark::new, args);
    }

    private Recorder recorder(int digits) {
        Recorder made = new Recorder(1, HIGHEST, digits);
        recorders.add(made);
        return made;
    }

    private ConcurrentHistogram concurrent(int digits) {
        ConcurrentHistogram made = new ConcurrentHistogram(1, HIGHEST, digits);
        histograms.add(made);
        return made;
    }

    @Override
    List<String> ways() {
        return List.of("recorder2", "recorder3", "concurrent2", "concurrent3");
    }

    @Override
    LongConsumer series(String way, int i) {
        return switch (way) {
            case "recorder2" -> recorder(2)::recordValue;
            case "recorder3" -> recorder(3)::recordValue;
            case "concurrent2" -> concurrent(2)::recordValue;
            case "concurrent3" -> concurrent(3)::recordValue;
            default -> throw new IllegalArgumentException(way);
        };
    }

    @Override
    long counted() {
        for (Recorder each : recorders) {
            recorded += each.getIntervalHistogram().getTotalCount(); // what a reader takes leaves the recorder
        }
        return recorded
                + histograms.stream()
                        .mapToLong(AbstractHistogram::getTotalCount)
                        .sum();
    }

    @Benchmark
    public long nextValue(Latencies next) {
        return next.nextNanos();
    }

    @Benchmark
    public void clockTwice(Blackhole hole) {
        long start = System.nanoTime();
        hole.consume(System.nanoTime() - start);
    }

    @Benchmark
    public void unshared2(Own own, Latencies next) {
        own.histogram2.recordValue(next.nextNanos());
    }

    @Benchmark
    public void unshared3(Own own, Latencies next) {
        own.histogram3.recordValue(next.nextNanos());
    }

    @Benchmark
    public void singleWriterRecorder2(Own own, Latencies next) {
        own.recorder2.recordValue(next.nextNanos());
    }

    @Benchmark
    public void singleWriterRecorder3(Own own, Latencies next) {
        own.recorder3.recordValue(next.nextNanos());
    }

    @Benchmark
    public void recorder2(Latencies next) {
        recorder2.recordValue(next.nextNanos());
    }

    @Benchmark
    public void recorder3(Latencies next) {
        recorder3.recordValue(next.nextNanos());
    }

    @Benchmark
    public void concurrent2(Latencies next) {
        concurrent2.recordValue(next.nextNanos());
    }

    @Benchmark
    public void concurrent3(Latencies next) {
        concurrent3.recordValue(next.nextNanos());
    }

    @Benchmark
    public void timed() {
        long start = System.nanoTime();
        recorder2.recordValue(System.nanoTime() - start);
    }
}
