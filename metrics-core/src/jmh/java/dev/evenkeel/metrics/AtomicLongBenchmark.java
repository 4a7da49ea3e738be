package dev.evenkeel.metrics;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The JDK's one cell for all; with labels, in a map by a record of both. */
public class AtomicLongBenchmark extends LibraryBenchmark {
    private final AtomicLong counter = new AtomicLong();
    private final AtomicLong first = new AtomicLong();
    private final AtomicLong second = new AtomicLong();
    private final AtomicLong third = new AtomicLong();
    private final AtomicLong fourth = new AtomicLong();
    private final ConcurrentHashMap<Key, AtomicLong> table = new ConcurrentHashMap<>();

    private record Key(String route, String status) {}

    public static void main(String[] args) {
        SeriesMemory.print(AtomicLongBenchmark::new, args);
    }

    @Override
    void increment() {
        counter.incrementAndGet();
    }

    @Override
    void incrementFour() {
        first.incrementAndGet();
        second.incrementAndGet();
        third.incrementAndGet();
        fourth.incrementAndGet();
    }

    @Override
    void incrementLabelled(String route, String status) {
        Key key = new Key(route, status);
        AtomicLong found = table.get(key);
        (found != null ? found : table.computeIfAbsent(key, missing -> new AtomicLong())).incrementAndGet();
    }

    @Override
    void collect(Tally tally) {
        tally.add(counter.get());
        table.values().forEach(value -> tally.add(value.get()));
    }
}
