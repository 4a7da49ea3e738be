package dev.evenkeel.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

/** One addition to a counter. The floors are the empty method and a cell that nobody else can read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class CounterBenchmark {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private static final String[] ROUTES = words("/route/");
    private static final String[] STATUSES = words("status");

    private static String[] words(String prefix) {
        String[] words = new String[8];
        for (int i = 0; i < words.length; i++) {
            words[i] = prefix + i;
        }
        return words;
    }

    /** The counters that all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        final AtomicLong atomicLong = new AtomicLong();
        final LongAdder longAdder = new LongAdder();
        final MetricRegistry registry = MetricRegistry.create();
        final Counter counter = registry.counter("requests").register();
        final Labelled<Counter> labelled =
                registry.counter("requests.by.route").labels("route", "status").register();
        final Counter bound = labelled.bind("/route/3", "status5");
    }

    /** A JDK-only table of counters by two strings. */
    @State(Scope.Benchmark)
    public static class Table {
        final ConcurrentHashMap<Key, LongAdder> table = new ConcurrentHashMap<>();

        LongAdder find(String route, String status) {
            Key key = new Key(route, status);
            LongAdder found = table.get(key);
            return found != null ? found : table.computeIfAbsent(key, k -> new LongAdder());
        }
    }

    record Key(String route, String status) {}

    /** What each thread has to itself. */
    @State(Scope.Thread)
    public static class Own {
        final long[] cells = new long[64];
        int next;
    }

    @Benchmark
    public void empty() {}

    @Benchmark
    public void ownCell(Own own) {
        long[] cells = own.cells;
        CELL.setOpaque(cells, 32, cells[32] + 1);
    }

    @Benchmark
    public void atomicLong(Shared shared) {
        shared.atomicLong.incrementAndGet();
    }

    @Benchmark
    public void longAdder(Shared shared) {
        shared.longAdder.increment();
    }

    @Benchmark
    public void evenkeel(Shared shared) {
        shared.counter.increment();
    }

    @Benchmark
    public void evenkeelBound(Shared shared) {
        shared.bound.increment();
    }

    @Benchmark
    public void mapOfLongAdders(Table table, Own own) {
        int i = own.next++;
        table.find(ROUTES[i & 7], STATUSES[i >> 3 & 7]).increment();
    }

    @Benchmark
    public void evenkeelLookup(Shared shared, Own own) {
        int i = own.next++;
        shared.labelled.bind(ROUTES[i & 7], STATUSES[i >> 3 & 7]).increment();
    }
}
