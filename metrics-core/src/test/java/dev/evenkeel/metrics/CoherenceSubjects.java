package dev.evenkeel.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Ours, and what the JDK has, for {@link Coherence}. */
final class CoherenceSubjects {
    private CoherenceSubjects() {}

    /** What is ours: a pair of which one is an effect, a group of three, a group of two. */
    static class Ours implements Coherence.Subject, CollectVisitor {
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
            int place = Coherence.NAMES.indexOf(series.descriptor().name());
            if (place >= 0) {
                see(place, value);
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
    static final class OurDeltas extends Ours {
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

    static final class AtomicLongs extends Coherence.SevenCounters {
        private final AtomicLong[] cells = new AtomicLong[Coherence.VALUES];
        private final boolean effectsFirst;

        AtomicLongs(boolean effectsFirst) {
            this.effectsFirst = effectsFirst;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = new AtomicLong();
            }
        }

        @Override
        void add(int place, long n) {
            cells[place].addAndGet(n);
        }

        @Override
        public void collect(long[] values) {
            for (int i = 0; i < cells.length; i++) {
                int place = effectsFirst ? cells.length - 1 - i : i;
                values[place] = cells[place].get();
            }
        }
    }

    static final class LongAdders extends Coherence.SevenCounters {
        private final LongAdder[] cells = new LongAdder[Coherence.VALUES];
        private final boolean effectsFirst;

        LongAdders(boolean effectsFirst) {
            this.effectsFirst = effectsFirst;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = new LongAdder();
            }
        }

        @Override
        void add(int place, long n) {
            cells[place].add(n);
        }

        @Override
        public void collect(long[] values) {
            for (int i = 0; i < cells.length; i++) {
                int place = effectsFirst ? cells.length - 1 - i : i;
                values[place] = cells[place].sum();
            }
        }
    }
}
