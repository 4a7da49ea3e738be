package dev.evenkeel.metrics;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The JDK's striped counter; with labels, in a map by a record of both. */
public class LongAdderBenchmark extends LibraryBenchmark {
    private final LongAdder counter = new LongAdder();
    private final LongAdder first = new LongAdder();
    private final LongAdder second = new LongAdder();
    private final LongAdder third = new LongAdder();
    private final LongAdder fourth = new LongAdder();
    private final ConcurrentHashMap<Key, LongAdder> table = new ConcurrentHashMap<>();

    private record Key(String route, String status) {}

    public static void main(String[] args) {
        SeriesMemory.print(LongAdderBenchmark::new, args);
    }

    @Override
    void increment() {
        counter.increment();
    }

    @Override
    void incrementFour() {
        first.increment();
        second.increment();
        third.increment();
        fourth.increment();
    }

    @Override
    void incrementLabelled(String route, String status) {
        Key key = new Key(route, status);
        LongAdder found = table.get(key);
        (found != null ? found : table.computeIfAbsent(key, missing -> new LongAdder())).increment();
    }

    @Override
    void collect(Tally tally) {
        tally.add(counter.sum());
        table.values().forEach(value -> tally.add(value.sum()));
    }
}
