package dev.evenkeel.metrics;

import java.util.concurrent.ConcurrentHashMap;
import org.jctools.counters.Counter;
import org.jctools.counters.CountersFactory;

/** JCTools' striped counter of a fixed 8 stripes. It has no labels: those are a map's, as for the JDK's. */
public class JctoolsBenchmark extends LibraryBenchmark {
    private final Counter counter = fresh();
    private final Counter first = fresh();
    private final Counter second = fresh();
    private final Counter third = fresh();
    private final Counter fourth = fresh();
    private final ConcurrentHashMap<Key, Counter> table = new ConcurrentHashMap<>();

    private record Key(String route, String status) {}

    private static Counter fresh() {
        return CountersFactory.createFixedSizeStripedCounter(8);
    }

    @Override
    void increment() {
        counter.inc();
    }

    @Override
    void incrementFour() {
        first.inc();
        second.inc();
        third.inc();
        fourth.inc();
    }

    @Override
    void incrementLabelled(String route, String status) {
        table.computeIfAbsent(new Key(route, status), missing -> fresh()).inc();
    }

    @Override
    void collect(Tally tally) {
        tally.add(counter.get());
        table.values().forEach(value -> tally.add(value.get()));
    }
}
