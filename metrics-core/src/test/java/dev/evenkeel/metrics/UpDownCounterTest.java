package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UpDownCounterTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void addsAndTakesAway() {
        UpDownCounter queued = registry.upDownCounter("queue.length").register();

        queued.increment();
        queued.add(10);
        queued.add(-4);
        queued.decrement();
        queued.add(0);

        assertEquals(6, queued.value());
        Point point = registry.snapshot().find("queue.length").orElseThrow();
        assertEquals(6.0, point.value());
        assertEquals(Kind.UP_DOWN_COUNTER, point.descriptor().kind());
    }

    @Test
    void lowestLongWrapsBack() {
        UpDownCounter counter = registry.upDownCounter("odd").register();

        counter.add(Long.MIN_VALUE);
        assertEquals(Long.MIN_VALUE, counter.value());
        counter.add(Long.MAX_VALUE);
        counter.increment();

        assertEquals(0, counter.value());
    }

    @Test
    void visitorThatKnowsNoUpDownCountersSeesGauges() {
        registry.upDownCounter("queue.length").register().add(3);
        double[] seen = new double[1];

        registry.collect(new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {}

            @Override
            public void longCounter(Series series, long value) {}

            @Override
            public void doubleCounter(Series series, double value) {}

            @Override
            public void gauge(Series series, double value) {
                if (series.descriptor().name().equals("queue.length")) {
                    seen[0] = value;
                }
            }

            @Override
            public void histogram(Series series, HistogramReading reading) {}
        });

        assertEquals(3.0, seen[0]);
    }

    @Test
    void scopesCountWhatIsInFlight() {
        InFlight inFlight = registry.inFlight("requests.active").register();

        try (InFlight.Scope outer = inFlight.enter()) {
            try (InFlight.Scope inner = inFlight.enter()) {
                assertSame(outer, inner);
                assertEquals(2, inFlight.value());
            }
            assertEquals(1, inFlight.value());
        }

        assertEquals(0, inFlight.value());
        assertEquals(0.0, registry.snapshot().value("requests.active"));
    }

    @Test
    void labelledOnesKeepApart() {
        Labelled<InFlight> inFlight =
                registry.inFlight("active").labels("route").register();
        Labelled<UpDownCounter> lent =
                registry.upDownCounter("lent").labels("pool").register();

        inFlight.bind("/a").enter();
        inFlight.bind("/a").enter();
        inFlight.bind("/b").enter().close();
        lent.bind("db").add(-5);

        Snapshot snapshot = registry.snapshot();
        assertEquals(2.0, snapshot.value("active", "/a"));
        assertEquals(0.0, snapshot.value("active", "/b"));
        assertEquals(-5.0, snapshot.value("lent", "db"));
    }

    @Test
    void afterCloseValuesAreZeroAndRecordsLate() {
        UpDownCounter counter = registry.upDownCounter("queue.length").register();
        InFlight inFlight = registry.inFlight("active").register();
        counter.add(7);
        InFlight.Scope scope = inFlight.enter();

        registry.close();
        counter.increment();
        scope.close();

        assertEquals(0, counter.value());
        assertEquals(0, inFlight.value());
        assertEquals(2.0, registry.snapshot().value("evenkeel.dropped", "late"));
    }

    /**
     * Jobs enter on two threads and leave on two others, so that the two halves of a pair lie in different slabs. At most
     * {@code 64 + 4} are in flight at any moment: the queue, and one in the hands of each thread.
     */
    @Test
    void inFlightIsNeverNegativeNorAboveItsBoundInAMillionReads() throws Exception {
        InFlight inFlight = registry.inFlight("active").register();
        UpDownCounter queued = registry.upDownCounter("queued").register();
        BlockingQueue<InFlight.Scope> queue = new ArrayBlockingQueue<>(64);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong entered = new AtomicLong();
        Thread[] workers = new Thread[4];
        for (int w = 0; w < 2; w++) {
            workers[w] = new Thread(() -> {
                while (!stop.get()) {
                    queued.increment();
                    InFlight.Scope scope = inFlight.enter();
                    entered.incrementAndGet();
                    while (!queue.offer(scope)) {
                        Thread.onSpinWait();
                    }
                }
            });
            workers[w + 2] = new Thread(() -> {
                while (!stop.get() || !queue.isEmpty()) {
                    InFlight.Scope scope = queue.poll();
                    if (scope != null) {
                        scope.close();
                        queued.decrement();
                    }
                }
            });
        }
        for (Thread worker : workers) {
            worker.start();
        }

        long least = Long.MAX_VALUE;
        long leastQueued = Long.MAX_VALUE;
        long overBound = 0;
        for (int i = 0; i < 1_000_000 || entered.get() <= 1000; i++) { // a busy machine may starve the workers
            long before = entered.get();
            long value = inFlight.value();
            // Two have entered and not counted themselves in "entered" yet.
            overBound = Math.max(overBound, value - (64 + 4 + 2) - (entered.get() - before));
            least = Math.min(least, value);
            leastQueued = Math.min(leastQueued, queued.value());
        }
        stop.set(true);
        workers[0].join();
        workers[1].join();
        workers[2].join();
        workers[3].join();
        for (InFlight.Scope scope; (scope = queue.poll()) != null; ) {
            scope.close(); // both takers left between the last offers
            queued.decrement();
        }

        long lowest = least;
        long lowestQueued = leastQueued;
        long over = overBound;
        assertTrue(lowest >= 0, () -> "in flight: " + lowest);
        assertTrue(lowestQueued >= 0, () -> "queued: " + lowestQueued);
        assertTrue(over <= 0, () -> over + " above the bound");
        assertTrue(entered.get() > 1000, () -> entered + " entered");
        assertEquals(0, inFlight.value());
        assertEquals(0, queued.value());
    }
}
