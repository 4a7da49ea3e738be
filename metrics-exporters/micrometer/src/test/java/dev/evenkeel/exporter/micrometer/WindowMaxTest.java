package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WindowMaxTest {
    private final WindowMax max = new WindowMax(30, 3, 0);

    @Test
    void nothingReadsZero() {
        assertEquals(0, max.read(0));
        assertEquals(0, max.read(1_000_000));
    }

    @Test
    void aValueIsShownForTheWindowAndNoLonger() {
        max.record(7);
        assertEquals(7, max.read(9));
        assertEquals(7, max.read(10));
        max.record(3);
        assertEquals(7, max.read(39));
        assertEquals(3, max.read(40), "the seven was of the slice that ended at 10");
        assertEquals(3, max.read(59));
        assertEquals(0, max.read(60), "the three counted as of the slice that ended at 30, before it was looked at");
    }

    @Test
    void whatCameInAGapWithoutReadersIsSeenOnce() {
        max.record(5);
        assertEquals(5, max.read(1000));
        assertEquals(5, max.read(1029));
        assertEquals(0, max.read(1030));
    }

    @Test
    void theHighestOfManyThreadsIsNeverMissed() throws Exception {
        int threads = 4;
        WindowMax shared = new WindowMax(30, 3, 0);
        AtomicLong seen = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(threads + 1);
        Thread[] all = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int number = t;
            all[t] = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 1; i <= 100_000; i++) {
                    shared.record(number * 100_000L + i);
                }
            });
            all[t].start();
        }
        start.await();
        for (long now = 0; now < 5000; now += 10) {
            seen.accumulateAndGet(shared.read(now), Math::max);
        }
        for (Thread thread : all) {
            thread.join();
        }
        seen.accumulateAndGet(shared.read(5000), Math::max);

        assertEquals(threads * 100_000L, seen.get());
    }
}
