package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * An effect is never seen without its cause, and related updates are seen all or none, while threads record as fast as they
 * can; what others show in the same test stands beside it.
 *
 * <p>{@code bash .ci/coherence} runs it with a million collects and writes docs/coherence.md.
 */
class CoherenceConcurrencyTest {
    private static final int COLLECTS = Integer.getInteger("evenkeel.coherence.collects", 20_000);
    private static final String REPORT = System.getProperty("evenkeel.coherence.report", "");

    /** What is ours: a pair of which one is an effect, a group of three, a group of two. */
    private static class Ours implements Coherence.Subject, CollectVisitor {
        final MetricRegistry registry = MetricRegistry.create();
        private final Counter started = registry.counter("jobs.started").register();
        private final Counter finished =
                registry.counter("jobs.finished").effect().register();
        private final CounterGroup cache = registry.counterGroup("cache")
                .member("hits")
                .member("misses")
                .member("lookups")
                .register();
        private final CounterGroup http =
                registry.counterGroup("http").member("requests").member("bytes").register();
        final long[] read = new long[Coherence.VALUES];

        @Override
        public void started() {
            started.increment();
        }

        @Override
        public void finished() {
            finished.increment();
        }

        @Override
        public void lookup(boolean hit) {
            cache.add(hit ? 1 : 0, hit ? 0 : 1, 1);
        }

        @Override
        public void request() {
            http.add(1, Coherence.BYTES_PER_REQUEST);
        }

        @Override
        public void collect(long[] values) {
            registry.collect(this);
            System.arraycopy(read, 0, values, 0, read.length);
        }

        void see(int place, long value) {
            read[place] = value;
        }

        @Override
        public void longCounter(Series series, long value) {
            switch (series.descriptor().name()) {
                case "jobs.started" -> see(Coherence.STARTED, value);
                case "jobs.finished" -> see(Coherence.FINISHED, value);
                case "cache.hits" -> see(Coherence.HITS, value);
                case "cache.misses" -> see(Coherence.MISSES, value);
                case "cache.lookups" -> see(Coherence.LOOKUPS, value);
                case "http.requests" -> see(Coherence.REQUESTS, value);
                case "http.bytes" -> see(Coherence.BYTES, value);
                default -> {}
            }
        }

        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void doubleCounter(Series series, double value) {}

        @Override
        public void gauge(Series series, double value) {}

        @Override
        public void histogram(Series series, HistogramReading reading) {}

        @Override
        public long stale() {
            return registry.core().counts().staleGroups.sum();
        }

        @Override
        public void close() {
            registry.close();
        }
    }

    /** The same, through a delta reader: what has come is added up. */
    private static final class OurDeltas extends Ours {
        private final MetricReader reader = registry.deltaReader();

        @Override
        public void collect(long[] values) {
            reader.collect(this);
            System.arraycopy(read, 0, values, 0, read.length);
        }

        @Override
        void see(int place, long value) {
            read[place] += value;
        }
    }

    private static final class AtomicLongs implements Coherence.Subject {
        private final AtomicLong[] cells = new AtomicLong[Coherence.VALUES];
        private final boolean effectsFirst;

        AtomicLongs(boolean effectsFirst) {
            this.effectsFirst = effectsFirst;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = new AtomicLong();
            }
        }

        @Override
        public void started() {
            cells[Coherence.STARTED].incrementAndGet();
        }

        @Override
        public void finished() {
            cells[Coherence.FINISHED].incrementAndGet();
        }

        @Override
        public void lookup(boolean hit) {
            cells[Coherence.LOOKUPS].incrementAndGet();
            cells[hit ? Coherence.HITS : Coherence.MISSES].incrementAndGet();
        }

        @Override
        public void request() {
            cells[Coherence.REQUESTS].incrementAndGet();
            cells[Coherence.BYTES].addAndGet(Coherence.BYTES_PER_REQUEST);
        }

        @Override
        public void collect(long[] values) {
            for (int i = 0; i < cells.length; i++) {
                int place = effectsFirst ? cells.length - 1 - i : i;
                values[place] = cells[place].get();
            }
        }
    }

    private static final class LongAdders implements Coherence.Subject {
        private final LongAdder[] cells = new LongAdder[Coherence.VALUES];
        private final boolean effectsFirst;

        LongAdders(boolean effectsFirst) {
            this.effectsFirst = effectsFirst;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = new LongAdder();
            }
        }

        @Override
        public void started() {
            cells[Coherence.STARTED].increment();
        }

        @Override
        public void finished() {
            cells[Coherence.FINISHED].increment();
        }

        @Override
        public void lookup(boolean hit) {
            cells[Coherence.LOOKUPS].increment();
            cells[hit ? Coherence.HITS : Coherence.MISSES].increment();
        }

        @Override
        public void request() {
            cells[Coherence.REQUESTS].increment();
            cells[Coherence.BYTES].add(Coherence.BYTES_PER_REQUEST);
        }

        @Override
        public void collect(long[] values) {
            for (int i = 0; i < cells.length; i++) {
                int place = effectsFirst ? cells.length - 1 - i : i;
                values[place] = cells[place].sum();
            }
        }
    }

    private static Coherence.Result run(Supplier<Coherence.Subject> subject) throws Exception {
        try (Coherence.Subject fresh = subject.get()) {
            return Coherence.run(fresh, COLLECTS);
        }
    }

    @Test
    void collectsUnderLoadAreCoherentAndThoseOfOthersAreNot() throws Exception {
        Map<String, Coherence.Result> results = new LinkedHashMap<>();
        results.put("Evenkeel, cumulative collect", run(Ours::new));
        results.put("Evenkeel, delta reader", run(OurDeltas::new));
        results.put("AtomicLong, causes read first", run(() -> new AtomicLongs(false)));
        results.put("AtomicLong, effects read first", run(() -> new AtomicLongs(true)));
        results.put("LongAdder, causes read first", run(() -> new LongAdders(false)));
        results.put("LongAdder, effects read first", run(() -> new LongAdders(true)));
        if (!REPORT.isEmpty()) {
            write(results);
        }

        results.forEach((name, result) -> {
            if (name.startsWith("Evenkeel")) {
                assertEquals(0, result.violations(), () -> name + ": " + result);
                assertTrue(result.rounds() > 0, name);
            }
        });
        // The test can see what it looks for.
        assertTrue(results.get("AtomicLong, causes read first").partsApart() > 0);
        assertTrue(results.get("LongAdder, causes read first").partsApart() > 0);
    }

    private static void write(Map<String, Coherence.Result> results) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                # Coherence of readings

                <!-- schema: evenkeel.coherence/1 -->

                Written by `bash .ci/coherence`; not edited. Two threads that stay, threads that live for 200 rounds each and, from
                JDK 21 on, virtual threads record rounds as fast as they can: a job starts, a look-up hits or misses, a request
                adds 100 bytes, the job ends. One thread collects meanwhile. A reading that no moment can explain is a violation.

                """);
        text.append(String.format(
                Locale.ROOT,
                "JDK %s (%s), %d processors, %s %s, %s.%n%n",
                Runtime.version(),
                System.getProperty("java.vm.name"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                LocalDate.now(ZoneOffset.UTC)));
        text.append("| who, and how it is read | collects | rounds recorded | finished > started "
                + "| hits + misses <> lookups | bytes <> 100 x requests | readings marked stale |\n");
        text.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        results.forEach((name, r) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %,d | %,d | %,d | %,d | %,d | %s |%n",
                name,
                r.collects(),
                r.rounds(),
                r.effectBeforeCause(),
                r.sumsApart(),
                r.partsApart(),
                name.startsWith("Evenkeel") ? String.format(Locale.ROOT, "%,d", r.stale()) : "-")));
        text.append(
                """

                Effects read first help for a pair, when the caller knows the order and the library reads in it; nothing but a group helps
                for parts that must be seen together.
                """);
        Files.writeString(Path.of(REPORT), text.toString());
    }
}
