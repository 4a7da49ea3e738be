package dev.evenkeel.metrics.resource;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One reading of everything a library binds about the JVM and its process, in a JVM with 200 more threads and 1,000 more
 * open descriptors, as a collect would make it, without writing any text.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public abstract class SamplingBenchmark {
    private static final int THREADS = 200;
    private static final int DESCRIPTORS = 1_000;

    private final List<FileInputStream> files = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean done;

    /** Binds what the library has to a registry of its own. */
    abstract void bind();

    /** Reads every series. */
    abstract Sum collect();

    /** What a reading shows: the least that any exporter does with a value. */
    static final class Sum {
        int series;
        double sum;

        void add(double value) {
            series++;
            sum += value;
        }
    }

    @Setup
    public void fill() throws IOException {
        for (int i = 0; i < DESCRIPTORS; i++) {
            files.add(new FileInputStream("/dev/null"));
        }
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(this::park);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        bind();
        Sum sum = collect();
        if (sum.series < 10 || !(sum.sum > THREADS)) {
            throw new IllegalStateException(
                    getClass().getSimpleName() + " read " + sum.series + " series that add up to " + sum.sum
                            + ": what it measures would be something else. Look at how the library is set up.");
        }
        System.out.println("series read: " + sum.series);
    }

    private void park() {
        while (!done) {
            LockSupport.park(this);
        }
    }

    @TearDown
    public void release() throws IOException {
        done = true;
        threads.forEach(LockSupport::unpark);
        for (FileInputStream file : files) {
            file.close();
        }
    }

    @Benchmark
    public double full() {
        return collect().sum;
    }
}
