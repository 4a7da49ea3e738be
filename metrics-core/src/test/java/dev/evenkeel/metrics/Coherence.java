package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks for readings that cannot have been true: collects one subject many times while threads record to it, and counts
 * the readings that break an invariant which every thread keeps.
 */
final class Coherence {
    /** Places of the values in a reading. */
    static final int STARTED = 0;

    static final int FINISHED = 1;
    static final int HITS = 2;
    static final int MISSES = 3;
    static final int LOOKUPS = 4;
    static final int REQUESTS = 5;
    static final int BYTES = 6;

    /** Number of values in a reading. */
    static final int VALUES = 7;

    /** The names of the values, where they have names. */
    static final List<String> NAMES = List.of(
            "jobs.started",
            "jobs.finished",
            "cache.hits",
            "cache.misses",
            "cache.lookups",
            "http.requests",
            "http.bytes");

    /** The bytes of a request: each is as long as every other. */
    static final int BYTES_PER_REQUEST = 100;

    /** Rounds that a thread records before it says so. */
    private static final int BATCH = 100;

    private static final int LASTING_WRITERS = 2;
    private static final int SHORT_LIVED_RECORDS = 200;
    private static final int VIRTUAL_THREADS = 4;

    private Coherence() {}

    /** Something that counts. What it is told, and what it is asked, is the same for all. */
    interface Subject extends AutoCloseable {
        /** Counts a job that starts, or one that ends; each thread starts a job before it ends it. */
        void started();

        void finished();

        /** Counts a look-up in a cache, which is a hit or a miss. */
        void lookup(boolean hit);

        /** Counts a request and its bytes. */
        void request();

        /** Reads all values in one collect. */
        void collect(long[] values);

        /** Returns how many readings were marked as older ones. */
        default long stale() {
            return 0;
        }

        @Override
        default void close() {}
    }

    /** A subject that can count each value for itself only, the cause or the whole first. */
    abstract static class SevenCounters implements Subject {
        /** Adds to the counter at a place. */
        abstract void add(int place, long n);

        @Override
        public final void started() {
            add(STARTED, 1);
        }

        @Override
        public final void finished() {
            add(FINISHED, 1);
        }

        @Override
        public final void lookup(boolean hit) {
            add(LOOKUPS, 1);
            add(hit ? HITS : MISSES, 1);
        }

        @Override
        public final void request() {
            add(REQUESTS, 1);
            add(BYTES, BYTES_PER_REQUEST);
        }
    }

    /**
     * What was seen of a subject.
     *
     * @param rounds how often threads recorded a job, a look-up and a request
     */
    record Result(long collects, long rounds, long effectBeforeCause, long sumsApart, long partsApart, long stale) {
        /** Returns the row of a table in Markdown. */
        String row(String name) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %,d | %,d | %,d | %,d |",
                    name,
                    collects,
                    rounds,
                    effectBeforeCause,
                    sumsApart,
                    partsApart,
                    stale);
        }

        long violations() {
            return effectBeforeCause + sumsApart + partsApart;
        }
    }

    static Result run(Subject subject, int collects) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong rounds = new AtomicLong();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < LASTING_WRITERS; w++) {
            writers.add(new Thread(() -> {
                while (!stop.get()) {
                    record(subject, BATCH);
                    rounds.addAndGet(BATCH);
                }
            }));
        }
        writers.add(new Thread(() -> comeAndGo(subject, stop, rounds)));
        for (Thread writer : writers) {
            writer.start();
        }
        long effectBeforeCause = 0;
        long sumsApart = 0;
        long partsApart = 0;
        try {
            long[] values = new long[VALUES];
            long seen = 0;
            for (int i = 0; i < collects; i++) {
                // A quick reader would else see the same stopped writer again and again, and count it each time.
                while (rounds.get() == seen) {
                    Thread.onSpinWait();
                }
                seen = rounds.get();
                subject.collect(values);
                effectBeforeCause += values[STARTED] >= values[FINISHED] ? 0 : 1;
                sumsApart += values[HITS] + values[MISSES] == values[LOOKUPS] ? 0 : 1;
                partsApart += values[BYTES] == BYTES_PER_REQUEST * values[REQUESTS] ? 0 : 1;
            }
        } finally {
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        return new Result(collects, rounds.get(), effectBeforeCause, sumsApart, partsApart, subject.stale());
    }

    /** Records in threads that live for some hundred records each, and, where there are any, in virtual threads. */
    private static void comeAndGo(Subject subject, AtomicBoolean stop, AtomicLong rounds) {
        try {
            while (!stop.get()) {
                Thread shortLived = new Thread(() -> record(subject, SHORT_LIVED_RECORDS));
                shortLived.start();
                shortLived.join();
                rounds.addAndGet(SHORT_LIVED_RECORDS);
                if (Threads.virtualThreadsExist()) {
                    Threads.virtual(VIRTUAL_THREADS, t -> record(subject, SHORT_LIVED_RECORDS));
                    rounds.addAndGet(VIRTUAL_THREADS * SHORT_LIVED_RECORDS);
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void record(Subject subject, int times) {
        for (int i = 0; i < times; i++) {
            subject.started();
            subject.lookup(i % 3 != 0);
            subject.request();
            subject.finished();
        }
    }
}
