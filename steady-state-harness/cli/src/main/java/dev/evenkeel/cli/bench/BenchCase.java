package dev.evenkeel.cli.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured, in our library, its peers and the floors: one table for each JDK and number of threads.
 *
 * @param series how many series exist, for {@link Kind#COLLECT}; else 0
 * @param fixedThreads the one number of threads that makes sense, or 0 where the command line says which
 * @param baseline the library whose median is taken off all others, where the work around the operation costs too
 */
record BenchCase(
        String name,
        Kind kind,
        int series,
        int fixedThreads,
        @Nullable String baseline,
        List<Entry> entries,
        List<Goal> goals) {

    static BenchCase recording(String name, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.RECORD, 0, 0, null, entries, List.of(goals));
    }

    /** Like a recording, where a part of every row, such as reading the clock, is nobody's. */
    static BenchCase timing(String name, String baseline, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.RECORD, 0, 0, baseline, entries, List.of(goals));
    }

    static BenchCase paired(String name, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.PAIRED, 0, 0, null, entries, List.of(goals));
    }

    static BenchCase virtual(String name, int threads, String baseline, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.VIRTUAL, 0, threads, baseline, entries, List.of(goals));
    }

    static BenchCase collecting(String name, int series, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.COLLECT, series, 1, null, entries, List.of(goals));
    }

    static BenchCase sampling(String name, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.SAMPLE, 0, 1, null, entries, List.of(goals));
    }

    static BenchCase weighing(String name, int threads, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.MEMORY, 0, threads, null, entries, List.of(goals));
    }

    /** What is measured and how: nanoseconds by JMH, or bytes by a program of its own. */
    enum Kind {
        /** Nanoseconds and bytes of one record. */
        RECORD("ns", 1, "B/op"),
        /** The same; iterations alternate between two conditions. */
        PAIRED("ns", 1, "B/op"),
        /** The same on virtual threads, which need JDK 21. */
        VIRTUAL("ns", 1, "B/op"),
        /** Time of one collect; bytes for each series of it. */
        COLLECT("us", 1000, "B/series"),
        /** Processor time and bytes of one reading of all resources. */
        SAMPLE("us", 1000, "B/sample"),
        /** Retained bytes a series. */
        MEMORY("B", 1, "");

        final String unit;
        final double nanosPerUnit;
        final String bytesTitle;

        Kind(String unit, double nanosPerUnit, String bytesTitle) {
            this.unit = unit;
            this.nanosPerUnit = nanosPerUnit;
            this.bytesTitle = bytesTitle;
        }
    }

    /**
     * What a row stands for: peers count in the ratio to the best peer; a reference has a ratio of its own; floors (empty, own
     * cell, unshared structures) are shown and have none.
     */
    enum Role {
        OURS,
        PEER,
        REFERENCE,
        FLOOR
    }

    /**
     * One row.
     *
     * @param benchmark simple class name and method of the JMH benchmark; for {@link Kind#MEMORY} a class with a main method, and what it is told
     * @param classPath the library whose jars the JVM gets besides ours: a file of the benchmarks' class-path folder
     * @param jvmArgs what else the JVM is told
     */
    record Entry(String library, Role role, String benchmark, String classPath, List<String> jvmArgs) {
        static final String OURS = "evenkeel";

        /** The class path of what needs no library but ours. */
        static final String OWN = "own";

        static Entry ours(String benchmark) {
            return new Entry(OURS, Role.OURS, benchmark, OWN, List.of());
        }

        static Entry floor(String library, String benchmark, String... jvmArgs) {
            return new Entry(library, Role.FLOOR, benchmark, OWN, List.of(jvmArgs));
        }
    }
}
