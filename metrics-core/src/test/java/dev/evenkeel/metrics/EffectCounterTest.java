package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class EffectCounterTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void countsLikeAnyCounter() throws Exception {
        Counter finished = registry.counter("finished").effect().register();
        Labelled<Counter> routes =
                registry.counter("routes").effect().labels("route").register();

        Threads.together(8, t -> {
            for (int i = 0; i < 10_000; i++) {
                finished.increment();
                finished.add(2);
                routes.bind("r" + i % 7).increment();
            }
        });
        finished.add(-1);

        assertEquals(8 * 10_000 * 3, finished.sum());
        Snapshot snapshot = registry.snapshot();
        assertEquals(8.0 * 10_000 * 3, snapshot.value("finished"));
        double routed = 0;
        for (int r = 0; r < 7; r++) {
            routed += snapshot.value("routes", "r" + r);
        }
        assertEquals(8.0 * 10_000, routed);
        assertEquals(1.0, snapshot.value("evenkeel.dropped", "negative"));
    }

    /** Started on two threads, finished on two others; the names make the effect be visited first and last. */
    @Test
    void noCollectShowsAnEffectWithoutItsCause() throws Exception {
        Counter started = registry.counter("jobs.started").register();
        Counter finished = registry.counter("jobs.finished").effect().register();
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(16);
        AtomicBoolean stop = new AtomicBoolean();
        Thread[] workers = new Thread[4];
        for (int w = 0; w < 2; w++) {
            workers[w] = new Thread(() -> {
                while (!stop.get()) {
                    started.increment();
                    while (!queue.offer(1) && !stop.get()) {
                        Thread.onSpinWait();
                    }
                }
            });
            workers[w + 2] = new Thread(() -> {
                while (!stop.get()) {
                    if (queue.poll() != null) {
                        finished.increment();
                    }
                }
            });
        }
        for (Thread worker : workers) {
            worker.start();
        }

        long[] pair = new long[2];
        int violations = 0;
        CollectVisitor visitor = new CollectVisitor() {
            @Override
            public void family(MetricDescriptor family) {}

            @Override
            public void longCounter(Series series, long value) {
                pair[series == started ? 0 : 1] = value;
            }

            @Override
            public void doubleCounter(Series series, double value) {}

            @Override
            public void gauge(Series series, double value) {}

            @Override
            public void histogram(Series series, HistogramReading reading) {}
        };
        for (int i = 0; i < 100_000; i++) {
            registry.collect(visitor);
            violations += pair[0] < pair[1] ? 1 : 0;
        }
        stop.set(true);
        for (Thread worker : workers) {
            worker.join();
        }

        assertEquals(0, violations);
        assertTrue(pair[1] > 0);
    }

    @Test
    void counterThatExistsAsACauseIsNoEffect() {
        Counter plain = registry.counter("jobs").register();

        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> registry.counter("jobs").effect().register());

        assertEquals(
                "Cannot register counter \"jobs\" (unit none, no labels, an effect): it exists as (unit none, no labels). "
                        + "One name has one instrument, and it keeps what it was registered with. Rename one of them, "
                        + "or ask for the existing one as it is.",
                e.getMessage());
        assertSame(plain, registry.counter("jobs").register());
        registry.counter("effects").effect().register();
        assertThrows(IllegalArgumentException.class, () -> registry.counter("effects")
                .register());
    }

    @Test
    void onlyCountersAreEffects() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> registry.gauge("depth").effect());

        assertEquals(
                "Cannot make gauge \"depth\" an effect: only counters are ordered after their causes. Leave effect() out; "
                        + "an up-down counter orders its own decrements.",
                e.getMessage());
    }
}
