package dev.evenkeel.metrics;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the processor time of JMH's worker threads per operation: what other processes take from a busy machine is not in
 * it, and neither is time that a worker was blocked.
 */
public class CpuTimeProfiler implements InternalProfiler {
    /** What the names of JMH's worker threads contain; threads of a benchmark's own executor must too. */
    static final String WORKER = "jmh-worker";

    private long before;

    @Override
    public String getDescription() {
        return "processor time of the worker threads per operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = workersNanos();
    }

    @Override
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double nanos = workersNanos() - before;
        if (nanos <= 0) {
            throw new IllegalStateException("No thread named *" + WORKER + "* used any processor time in "
                    + benchmark.getBenchmark() + ": its executor names its threads otherwise.");
        }
        return List.of(new ScalarResult(
                "worker.cpu", nanos / result.getMetadata().getAllOps(), "ns/op", AggregationPolicy.AVG));
    }

    private static long workersNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().contains(WORKER)) {
                nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }
}
