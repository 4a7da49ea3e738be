package dev.evenkeel.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What nobody goes under: nothing at all, a cell that no other thread can read, the words to look up. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class FloorBenchmark {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int CELLS = 64;
    private static final int MIDDLE = CELLS / 2;

    /** What each thread has to itself. */
    @State(Scope.Thread)
    public static class Own {
        final long[] cells = new long[CELLS];
    }

    /** The threads of {@link #threadField}; the benchmark's JVM takes them by {@code -Djmh.executor=CUSTOM}. */
    public static final class CellThreads extends ThreadPoolExecutor {
        public CellThreads(int most, String prefix) {
            super(most, most, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> new CellThread(task, prefix));
        }
    }

    private static final class CellThread extends Thread {
        final long[] cells = new long[CELLS];

        CellThread(Runnable task, String prefix) {
            super(task, prefix + "-" + CpuTimeProfiler.WORKER + "-cell");
            setDaemon(true);
        }
    }

    @Benchmark
    public void empty() {}

    @Benchmark
    public void ownCell(Own own) {
        long[] cells = own.cells;
        CELL.setOpaque(cells, MIDDLE, cells[MIDDLE] + 1);
    }

    @Benchmark
    public void threadField() {
        long[] cells = ((CellThread) Thread.currentThread()).cells;
        CELL.setOpaque(cells, MIDDLE, cells[MIDDLE] + 1);
    }

    @Benchmark
    public void keys(LibraryBenchmark.Keys keys, Blackhole hole) {
        int i = keys.next();
        hole.consume(LibraryBenchmark.Keys.route(i).hashCode()
                + LibraryBenchmark.Keys.status(i).hashCode());
    }

    @Benchmark
    @OperationsPerInvocation(LibraryBenchmark.VIRTUAL_THREADS * LibraryBenchmark.VIRTUAL_INCREMENTS)
    public void virtualThreads() {
        VirtualThreads.runAll(LibraryBenchmark.VIRTUAL_THREADS, () -> {});
    }
}
