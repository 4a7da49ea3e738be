package dev.evenkeel.drift;

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

/** One verdict on ten minutes at a reading a second; the floor is one pass over the readings. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class VerdictBenchmark {
    private static final Budget BUDGET = new Budget(100, "");

    /** PASS ends after the interval; FAIL runs the saturation guard as well. */
    @Param({"flat", "leak"})
    private String shape = "flat";

    private TimeSeries series = TimeSeries.of(new double[0], new double[0]);

    @Setup
    public void makeSeries() {
        Random random = new Random(600);
        double[] seconds = new double[600];
        double[] values = new double[600];
        for (int i = 0; i < 600; i++) {
            seconds[i] = i;
            values[i] = 1000 + (shape.equals("leak") ? i * 0.2 : 0) + random.nextGaussian();
        }
        series = TimeSeries.of(seconds, values);
    }

    @Benchmark
    public DriftResult verdict() {
        return DriftAnalysis.of(series, BUDGET);
    }

    @Benchmark
    public double floorOnePass() {
        double sum = 0;
        for (int i = 0; i < series.size(); i++) {
            sum += series.value(i);
        }
        return sum;
    }
}
