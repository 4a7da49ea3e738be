package dev.evenkeel.metrics;

import java.util.Random;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a thread records: latencies in nanoseconds, log-normal around 1 ms, the same for every library. */
@State(Scope.Thread)
public class Latencies {
    private static final int COUNT = 1024;

    private final long[] values;
    private int next;

    public Latencies() {
        this(42);
    }

    Latencies(long seed) {
        values = new long[COUNT];
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) (1e6 * Math.exp(random.nextGaussian()));
        }
    }

    long nextNanos() {
        return values[next++ & COUNT - 1];
    }
}
