package dev.evenkeel.metrics.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The choice of a stripe. Where the processor can be asked for (JDK 22 or newer, {@code --enable-native-access}), the policy by
 * node is given two nodes, whatever the machine has; elsewhere {@code byNode} refuses to run.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class StripePolicyBenchmark {
    /** The plain choice. */
    @State(Scope.Benchmark)
    public static class Plain {
        final StripePolicy mix = StripePolicy.mix();
        final AtomicLong atomicLong = new AtomicLong();
        volatile int stripes = 16;
    }

    /** The choice by node. */
    @State(Scope.Benchmark)
    public static class Nodes {
        StripePolicy byNode;
        volatile int stripes = 16;

        @Setup(Level.Trial)
        public void twoNodes() throws IOException {
            if (!CurrentCpu.problem().isEmpty()) {
                throw new IllegalStateException("Cannot measure the choice by node: " + CurrentCpu.problem() + ".");
            }
            Path sys = Files.createTempDirectory("topology");
            for (int node = 0; node < 2; node++) {
                Path directory = Files.createDirectories(sys.resolve("devices/system/node/node" + node));
                Files.writeString(directory.resolve("cpulist"), 64 * node + "-" + (64 * node + 63));
            }
            byNode = StripePolicy.of(Topology.read(sys), CurrentCpu::get, "");
        }
    }

    @Benchmark
    public void empty() {}

    @Benchmark
    public long atomicLong(Plain plain) {
        return plain.atomicLong.incrementAndGet();
    }

    @Benchmark
    public int mix(Plain plain) {
        return plain.mix.indexOf(Thread.currentThread(), plain.stripes);
    }

    @Benchmark
    public int currentCpu() {
        return CurrentCpu.get();
    }

    @Benchmark
    public int byNode(Nodes nodes) {
        return nodes.byNode.indexOf(Thread.currentThread(), nodes.stripes);
    }
}
