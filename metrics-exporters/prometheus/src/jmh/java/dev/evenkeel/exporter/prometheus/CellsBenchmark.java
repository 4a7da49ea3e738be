package dev.evenkeel.exporter.prometheus;

import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The floor of every page that has to look at all cells of histograms: as many arrays of as many numbers as eight threads hold, added
 * up by plain reads, and nothing written.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class CellsBenchmark {
    /** Seven octaves of 128, and what stands before and behind them. */
    private static final int LENGTH = 7 * 128 + 32;

    @Param("1000")
    int series;

    @Param("histograms")
    String instruments;

    private long[][] windows = {};

    @Setup
    public void fill() {
        Random random = new Random(1);
        windows = new long[series * ScrapeBenchmark.THREADS][LENGTH];
        for (long[] window : windows) {
            for (int i = 0; i < ScrapeBenchmark.VALUES; i++) {
                window[random.nextInt(LENGTH)]++;
            }
        }
    }

    @Benchmark
    public long addUp() {
        long sum = 0;
        for (long[] window : windows) {
            for (long cell : window) {
                sum += cell;
            }
        }
        return sum;
    }
}
