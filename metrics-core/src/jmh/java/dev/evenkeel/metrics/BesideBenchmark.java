package dev.evenkeel.metrics;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * A record while another thread reads ten times a second, and while that thread burns as much processor time on nothing.
 * Measured iterations go read, burn, burn, read, and so on: neighbours make a pair, and a machine that slows down steadily
 * favours neither.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 24, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public abstract class BesideBenchmark {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private volatile boolean reading = true;
    private volatile boolean done;
    private int measured;
    private Thread beside;

    /** Makes what is recorded to and read. */
    abstract void prepare();

    /** Reads what a reader reads ten times a second. */
    abstract void read();

    @Setup
    public void start() {
        prepare();
        beside = new Thread(this::besides, "beside");
        beside.start();
    }

    @Setup(Level.Iteration)
    public void turn(IterationParams iteration) {
        if (iteration.getType() == IterationType.MEASUREMENT) {
            reading = (measured & 3) == 0 || (measured & 3) == 3;
            measured++;
        }
    }

    @TearDown
    public void stop() throws InterruptedException {
        done = true;
        beside.join();
    }

    private void besides() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long meanNanos = 0;
        long due = System.nanoTime();
        while (!done) {
            long start = threads.getCurrentThreadCpuTime();
            if (reading) {
                read();
                long took = threads.getCurrentThreadCpuTime() - start;
                meanNanos = meanNanos == 0 ? took : (7 * meanNanos + took) / 8;
            } else {
                while (threads.getCurrentThreadCpuTime() - start < meanNanos) {
                    Thread.onSpinWait();
                }
            }
            due += PERIOD_NANOS;
            while (!done && System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }
}
