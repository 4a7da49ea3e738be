package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EvenkeelMeterRegistryConcurrencyTest {
    private static final int THREADS = 4;
    private static final int IDS = 2_000;
    private static final int LIMIT = 50;

    @Test
    void threadsThatPassTheLimitTogetherLoseNothing() throws Exception {
        MetricRegistry core = MetricRegistry.create();
        EvenkeelMeterRegistry meters =
                EvenkeelMeterRegistry.builder(core).cardinalityLimit(LIMIT).build();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int number = t;
            threads.add(new Thread(() -> {
                try {
                    start.await();
                    for (int i = 0; i < IDS; i++) {
                        Tags tags = Tags.of("id", (i % 2 == 0 ? "shared" : "own" + number) + i);
                        meters.counter("jobs", tags).increment();
                        meters.timer("calls", tags).record(Duration.ofMillis(1));
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(null, failure.get());
        for (String name : List.of("jobs", "calls")) {
            List<Point> points = core.snapshot().points().stream()
                    .filter(point -> point.descriptor().name().equals(name))
                    .toList();
            assertEquals(
                    THREADS * IDS, points.stream().mapToDouble(Point::value).sum(), name);
            assertEquals(LIMIT + 1, points.size(), name + ": the limit, and the overflow series");
            int known = meters.get(name).meters().size();
            assertTrue(known >= LIMIT + 1 && known <= LIMIT + THREADS, name + ": " + known + " meters");
        }
    }
}
