package dev.evenkeel.metrics.internal;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a refused label set costs beyond its record. The floors are the empty method and the choice of the next value. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class EstimateBenchmark {
    private static final int VALUES = 256;
    private static final int FLOOD = 4096;

    private static String[][] sets(int n) {
        String[][] sets = new String[n][];
        for (int i = 0; i < n; i++) {
            sets[i] = new String[] {new UUID(i * 0x9E3779B97F4A7C15L, i).toString(), "status"};
            sets[i][0].hashCode();
        }
        return sets;
    }

    /** What all threads share: the estimate has seen 100 000 hashes, as after the first second of a flood. */
    @State(Scope.Benchmark)
    public static class Shared {
        final String[][] sets = sets(VALUES);
        final String[][] flood = sets(FLOOD);
        final DistinctEstimate estimate = new DistinctEstimate();
        final DistinctSets distinct = new DistinctSets();
        final HeavyHitters few = new HeavyHitters(2);
        final HeavyHitters many = new HeavyHitters(2);
        final Set<String> exact = ConcurrentHashMap.newKeySet();
        final LongAdder adder = new LongAdder();

        public Shared() {
            for (int i = 0; i < 100_000; i++) {
                estimate.add(LabelHash.mix(i));
                distinct.add(Integer.toString(i));
            }
            for (String[] set : sets) {
                exact.add(set[0]);
            }
        }
    }

    /** What each thread has to itself. */
    @State(Scope.Thread)
    public static class Own {
        int next;
        long random = 42;

        String[] set(Shared shared) {
            return shared.sets[next++ & (VALUES - 1)];
        }
    }

    @Benchmark
    public void empty() {}

    @Benchmark
    public String[] nextSet(Shared shared, Own own) {
        return own.set(shared);
    }

    @Benchmark
    public void longAdder(Shared shared) {
        shared.adder.increment();
    }

    @Benchmark
    public long hashOfOne(Shared shared, Own own) {
        return LabelHash.of(own.set(shared)[0]);
    }

    @Benchmark
    public long hashOfTwo(Shared shared, Own own) {
        String[] set = own.set(shared);
        return LabelHash.of(set[0], set[1]);
    }

    @Benchmark
    public long fullHashOfTwo(Shared shared, Own own) {
        String[] set = own.set(shared);
        return LabelHash.full(set[0], set[1]);
    }

    /** Without the mending. */
    @Benchmark
    public void quickOfTwo(Shared shared, Own own) {
        String[] set = own.set(shared);
        shared.estimate.add(LabelHash.of(set[0], set[1]));
    }

    @Benchmark
    public void distinctOfOne(Shared shared, Own own) {
        shared.distinct.add(own.set(shared)[0]);
    }

    @Benchmark
    public void distinctOfTwo(Shared shared, Own own) {
        String[] set = own.set(shared);
        shared.distinct.add(set[0], set[1]);
    }

    /** A new hash each time, so that registers rise as often as they do in a flood. */
    @Benchmark
    public void distinctOfNew(Shared shared, Own own) {
        shared.estimate.add(LabelHash.mix(own.random += 0x9E3779B97F4A7C15L));
    }

    /** The exact way, whose memory grows. */
    @Benchmark
    public boolean exactSet(Shared shared, Own own) {
        return shared.exact.add(own.set(shared)[0]);
    }

    @Benchmark
    public void hitterKnown(Shared shared, Own own) {
        String[] set = shared.sets[own.next++ & 63];
        shared.few.add((int) LabelHash.of(set[0], set[1]), set, 64);
    }

    /** Each sample takes a place: the dearest case. */
    @Benchmark
    public void hitterNew(Shared shared, Own own) {
        String[] set = shared.flood[own.next++ & (FLOOD - 1)];
        shared.many.add((int) LabelHash.of(set[0], set[1]), set, 64);
    }
}
