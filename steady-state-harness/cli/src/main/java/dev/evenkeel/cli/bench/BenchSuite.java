package dev.evenkeel.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a suite measures: its cases, and in each case our library, its peers and the floors nobody can go under. */
enum BenchSuite {
    COUNTERS(List.of(
            new Entry("bound increment", "empty benchmark", Role.FLOOR, "CounterBenchmark.empty"),
            new Entry("bound increment", "own cell", Role.FLOOR, "CounterBenchmark.ownCell"),
            new Entry("bound increment", "AtomicLong", Role.PEER, "CounterBenchmark.atomicLong"),
            new Entry("bound increment", "LongAdder", Role.PEER, "CounterBenchmark.longAdder"),
            new Entry("bound increment", Entry.OURS, Role.OURS, "CounterBenchmark.evenkeel"),
            new Entry(
                    "two-label lookup + increment",
                    "ConcurrentHashMap + LongAdder",
                    Role.PEER,
                    "CounterBenchmark.mapOfLongAdders"),
            new Entry("two-label lookup + increment", Entry.OURS, Role.OURS, "CounterBenchmark.evenkeelLookup"))),

    LATENCY(List.of(
            new Entry("record, 2 digits", "next value only", Role.FLOOR, "LatencyBenchmark.nextValue"),
            new Entry(
                    "record, 2 digits",
                    "HdrHistogram SingleWriterRecorder per thread",
                    Role.FLOOR,
                    "LatencyBenchmark.singleWriterRecorder2"),
            new Entry("record, 2 digits", "HdrHistogram Recorder", Role.PEER, "LatencyBenchmark.recorder2"),
            new Entry("record, 2 digits", Entry.OURS, Role.OURS, "LatencyBenchmark.evenkeel2"),
            new Entry(
                    "record, 3 digits",
                    "HdrHistogram SingleWriterRecorder per thread",
                    Role.FLOOR,
                    "LatencyBenchmark.singleWriterRecorder3"),
            new Entry("record, 3 digits", "HdrHistogram Recorder", Role.PEER, "LatencyBenchmark.recorder3"),
            new Entry("record, 3 digits", Entry.OURS, Role.OURS, "LatencyBenchmark.evenkeel3")));

    private final List<Entry> entries;

    BenchSuite(List<Entry> entries) {
        this.entries = entries;
    }

    List<Entry> entries() {
        return entries;
    }

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The smallest run that still has a ratio in it: our first case with its peers and floors. */
    List<Entry> quickEntries() {
        String first = entries.get(0).caseName();
        return entries.stream().filter(entry -> entry.caseName().equals(first)).toList();
    }

    static BenchSuite named(String name) {
        for (BenchSuite suite : values()) {
            if (suite.title().equals(name)) {
                return suite;
            }
        }
        throw new IllegalArgumentException("There is no benchmark suite \"" + name + "\". Choose one of: "
                + Arrays.stream(values()).map(BenchSuite::title).collect(Collectors.joining(", ")) + ".");
    }

    /** Peers count in ratios; floors (empty, own cell, unshared structures) are shown and kept out of them. */
    enum Role {
        OURS,
        PEER,
        FLOOR
    }

    /**
     * One row of a suite.
     *
     * @param benchmark simple class name and method of the JMH benchmark
     */
    record Entry(String caseName, String library, Role role, String benchmark) {
        static final String OURS = "evenkeel";
    }
}
