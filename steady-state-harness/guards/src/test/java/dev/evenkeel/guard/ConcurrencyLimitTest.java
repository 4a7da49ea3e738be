package dev.evenkeel.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConcurrencyLimitTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private ConcurrencyLimit.Builder limit() {
        return ConcurrencyLimit.builder("host").registry(registry).permits(2).waiters(1);
    }

    private double value(String metric) {
        return registry.snapshot().value(metric, "host");
    }

    @Test
    void lastPermitIsTheLimit() throws InterruptedException {
        ConcurrencyLimit limit = limit().build();

        assertTrue(limit.tryAcquire(Duration.ZERO));
        assertTrue(limit.tryAcquire(Duration.ZERO));
        assertFalse(limit.tryAcquire(Duration.ZERO));
        assertFalse(limit.tryAcquire(Duration.ofMillis(1)));

        assertEquals(2, limit.inUse());
        assertEquals(2, value("limit.in_use"));
        assertEquals(2, value("limit.permits"));
        assertEquals(2, value("limit.acquired"));
        assertEquals(2, value("limit.refused"));
    }

    @Test
    void oneWaiterTooManyIsSentAwayAtOnce() throws InterruptedException {
        ConcurrencyLimit limit = limit().permits(1).build();
        assertTrue(limit.tryAcquire(Duration.ZERO));
        Thread waiter = new Thread(() -> {
            try {
                assertTrue(limit.tryAcquire(Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        assertFalse(limit.tryAcquire(Duration.ofDays(1)));
        assertEquals(1, value("limit.waiting"));
        limit.release();
        waiter.join();

        assertEquals(1, limit.inUse());
        assertEquals(0, limit.waiting());
    }

    @Test
    void interruptedWaiterTakesNothing() throws InterruptedException {
        ConcurrencyLimit limit = limit().permits(1).build();
        assertTrue(limit.tryAcquire(Duration.ZERO));
        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, () -> limit.tryAcquire(Duration.ofDays(1)));

        limit.release();
        assertEquals(0, limit.inUse());
        assertEquals(0, limit.waiting());
        assertTrue(limit.tryAcquire(Duration.ZERO));
    }

    @Test
    void releaseTooManyIsRefused() {
        ConcurrencyLimit limit = limit().build();

        IllegalStateException e = assertThrows(IllegalStateException.class, limit::release);

        assertEquals(
                "Limit \"host\" got a permit back that nobody holds, which would raise it above 2. Call release() once "
                        + "per successful tryAcquire().",
                e.getMessage());
    }

    @Test
    void neverMoreThanPermitsAtOnce() throws Exception {
        ConcurrencyLimit limit = limit().permits(3).waiters(8).build();
        AtomicInteger concurrent = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        LongAdder acquired = new LongAdder();
        CyclicBarrier start = new CyclicBarrier(8);
        Thread[] callers = new Thread[8];
        for (int t = 0; t < callers.length; t++) {
            callers[t] = new Thread(() -> {
                try {
                    start.await();
                    for (int i = 0; i < 2_000; i++) {
                        if (limit.tryAcquire(i % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(20))) {
                            highest.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
                            acquired.increment();
                            concurrent.decrementAndGet();
                            limit.release();
                        }
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            callers[t].start();
        }
        for (Thread caller : callers) {
            caller.join();
        }

        assertTrue(highest.get() <= 3, () -> highest.get() + " at once");
        assertEquals(0, limit.inUse());
        assertEquals(acquired.sum(), value("limit.acquired"));
        assertEquals(16_000, value("limit.acquired") + value("limit.refused"));
        assertTrue(acquired.sum() >= 8_000, "all who may wait get a permit");
    }

    @Test
    void impossibleLimitsAreNotBuilt() {
        assertThrows(IllegalArgumentException.class, () -> limit().permits(0));
        assertThrows(IllegalArgumentException.class, () -> limit().waiters(-1));
        assertThrows(IllegalArgumentException.class, () -> ConcurrencyLimit.builder(""));
        assertThrows(
                IllegalStateException.class, () -> ConcurrencyLimit.builder("x").build());
    }
}
