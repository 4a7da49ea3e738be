package dev.evenkeel.metrics;

import org.openjdk.jmh.annotations.Benchmark;

/** Ours. */
public class EvenkeelBenchmark extends LibraryBenchmark {
    private final MetricRegistry registry =
            MetricRegistry.builder().maxBytes(1L << 30).build();
    private final Counter counter = registry.counter("held").register();
    private final Counter first = registry.counter("first").register();
    private final Counter second = registry.counter("second").register();
    private final Counter third = registry.counter("third").register();
    private final Counter fourth = registry.counter("fourth").register();
    private final Labelled<Counter> labelled = registry.counter("labelled")
            .labels("route", "status")
            .cardinalityLimit(LIMIT)
            .register();
    private final Labelled<Counter> full = registry.counter("full")
            .labels("route", "status")
            .cardinalityLimit(KNOWN)
            .register();

    public static void main(String[] args) {
        SeriesMemory.print(EvenkeelBenchmark::new, args);
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
        labelled.bind(route, status).increment();
    }

    @Override
    void collect(Tally tally) {
        registry.collect(new TallyVisitor(tally));
    }

    @Override
    public void fill() {
        super.fill();
        for (int i = 0; i < KNOWN; i++) {
            full.bind(Keys.route(i), Keys.status(i));
        }
    }

    @Benchmark
    public void overLimit(Keys keys) {
        int i = keys.next();
        full.bind(Keys.lateRoute(i), Keys.status(i)).increment();
    }

    static class TallyVisitor implements CollectVisitor {
        private final Tally tally;

        TallyVisitor(Tally tally) {
            this.tally = tally;
        }

        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void longCounter(Series series, long value) {
            tally.add(value);
        }

        @Override
        public void doubleCounter(Series series, double value) {
            tally.add(value);
        }

        @Override
        public void gauge(Series series, double value) {}

        @Override
        public void histogram(Series series, HistogramReading reading) {}
    }
}
