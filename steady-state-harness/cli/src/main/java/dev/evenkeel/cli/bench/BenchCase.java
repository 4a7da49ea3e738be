package dev.evenkeel.cli.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured, in our library, its peers and the floors: one table for each JDK and number of threads.
 *
 * @param module the folder of the module whose benchmarks these are
 * @param series how many series exist, for {@link Kind#COLLECT} and its like; else 0
 * @param parameters what JMH is told of {@code @Param} fields, as name=value
 * @param fixedThreads the one number of threads that makes sense, or 0 where the command line says which
 * @param baseline the library whose median is taken off all others, where the work around the operation costs too
 */
record BenchCase(
        String name,
        Kind kind,
        String module,
        int series,
        List<String> parameters,
        int fixedThreads,
        @Nullable String baseline,
        List<Entry> entries,
        List<Goal> goals) {

    private static final String CORE = "metrics-core";
    private static final String PROMETHEUS = "metrics-exporters/prometheus";
    private static final String OTLP = "metrics-exporters/otlp";

    private static BenchCase ofCore(
            String name,
            Kind kind,
            int series,
            int fixedThreads,
            @Nullable String baseline,
            List<Entry> entries,
            Goal... goals) {
        List<String> parameters = series == 0 ? List.of() : List.of("series=" + series);
        return new BenchCase(name, kind, CORE, series, parameters, fixedThreads, baseline, entries, List.of(goals));
    }

    static BenchCase recording(String name, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.RECORD, 0, 0, null, entries, goals);
    }

    /** Like a recording, where a part of every row, such as reading the clock, is nobody's. */
    static BenchCase timing(String name, String baseline, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.RECORD, 0, 0, baseline, entries, goals);
    }

    static BenchCase paired(String name, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.PAIRED, 0, 0, null, entries, goals);
    }

    static BenchCase virtual(String name, int threads, String baseline, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.VIRTUAL, 0, threads, baseline, entries, goals);
    }

    static BenchCase collecting(String name, int series, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.COLLECT, series, 1, null, entries, goals);
    }

    static BenchCase sampling(String name, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.SAMPLE, 0, 1, null, entries, goals);
    }

    static BenchCase weighing(String name, int threads, List<Entry> entries, Goal... goals) {
        return ofCore(name, Kind.MEMORY, 0, threads, null, entries, goals);
    }

    /** A page in a format of Prometheus. */
    static BenchCase scraping(String name, int series, String instruments, List<Entry> entries, Goal... goals) {
        return exporting(name, Kind.SCRAPE, PROMETHEUS, series, instruments, entries, goals);
    }

    /** The first page of a process, whose code nobody has run yet. */
    static BenchCase starting(String name, int series, String instruments, List<Entry> entries, Goal... goals) {
        return exporting(name, Kind.START, PROMETHEUS, series, instruments, entries, goals);
    }

    /** One OTLP message. */
    static BenchCase encoding(String name, int series, String instruments, List<Entry> entries, Goal... goals) {
        return exporting(name, Kind.SCRAPE, OTLP, series, instruments, entries, goals);
    }

    private static BenchCase exporting(
            String name, Kind kind, String module, int series, String instruments, List<Entry> entries, Goal... goals) {
        List<String> parameters = List.of("series=" + series, "instruments=" + instruments);
        return new BenchCase(name, kind, module, series, parameters, 1, null, entries, List.of(goals));
    }

    /** How often a recorder stands still beside a scrape, and beside a spinner. */
    static BenchCase stalling(String name, List<Entry> entries, Goal... goals) {
        return new BenchCase(name, Kind.STALLS, PROMETHEUS, 0, List.of(), 1, null, entries, List.of(goals));
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
        /** Processor time of one page of metrics; bytes for each series of it. */
        SCRAPE("us", 1000, "B/series"),
        /** Wall time of the first operation of a process. */
        START("us", 1000, "B/series"),
        /** Stalls in a slice of time; slices alternate between two conditions. */
        STALLS("stalls", 1, ""),
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

        /** Whether a reading is the processor time of JMH's workers. */
        boolean isProcessorTime() {
            return this == RECORD || this == SAMPLE || this == SCRAPE;
        }

        /** Whether a program of its own measures it, and not JMH. */
        boolean isProgram() {
            return this == MEMORY || this == STALLS;
        }

        /** What readings are called in JSON. */
        String jsonUnit() {
            return switch (this) {
                case MEMORY -> "bytes";
                case STALLS -> "stalls";
                default -> "ns";
            };
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
     * @param benchmark simple class name and method of the JMH benchmark; for {@link Kind#MEMORY} and {@link Kind#STALLS} a class with a main method, and what it is told
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
