package dev.evenkeel.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedPoolTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private BoundedPool.Builder pool() {
        return BoundedPool.builder("test").registry(registry).workers(1).queue(1);
    }

    /** Occupies the only worker until the returned latch is counted down. */
    private static CountDownLatch occupy(BoundedPool pool) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        assertTrue(pool.submit(() -> {
            running.countDown();
            awaitQuietly(release);
        }));
        running.await();
        return release;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double value(String metric) {
        return registry.snapshot().value(metric, "test");
    }

    @Test
    void fullQueueShedsAtOnceAndCountsIt() throws InterruptedException {
        try (BoundedPool pool = pool().build()) {
            CountDownLatch release = occupy(pool);

            assertTrue(pool.submit(() -> {}));
            assertFalse(pool.submit(() -> {}));

            assertEquals(1, pool.queueDepth());
            assertEquals(1, pool.active());
            assertEquals(3, value("pool.submitted"));
            assertEquals(1, value("pool.shed"));
            assertEquals(1, value("pool.queue.depth"));
            assertEquals(1, value("pool.active"));
            release.countDown();
        }
        assertEquals(2, value("pool.completed"));
        assertEquals(0, value("pool.queue.depth"));
    }

    @Test
    void blockWithTimeoutShedsWhenTheWaitEnds() throws InterruptedException {
        try (BoundedPool pool = pool().admission(Admission.BLOCK).build()) {
            CountDownLatch release = occupy(pool);
            assertTrue(pool.submit(() -> {}));

            assertFalse(pool.submit(() -> {}, Admission.within(Duration.ofMillis(1))));

            assertEquals(1, value("pool.shed"));
            release.countDown();
        }
    }

    @Test
    void blockedSubmitterGoesOnWhenThereIsRoom() throws InterruptedException {
        try (BoundedPool pool = pool().admission(Admission.BLOCK).build()) {
            CountDownLatch release = occupy(pool);
            assertTrue(pool.submit(() -> {}));
            AtomicReference<Boolean> taken = new AtomicReference<>();
            Thread submitter = new Thread(() -> {
                try {
                    taken.set(pool.submit(() -> {}));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            submitter.start();
            awaitWaiting(submitter);

            release.countDown();
            submitter.join();

            assertEquals(true, taken.get());
        }
        assertEquals(3, value("pool.completed"));
    }

    @Test
    void closingFreesBlockedSubmitters() throws InterruptedException {
        BoundedPool pool = pool().admission(Admission.BLOCK).build();
        CountDownLatch release = occupy(pool);
        assertTrue(pool.submit(() -> {}));
        AtomicReference<Boolean> taken = new AtomicReference<>();
        Thread submitter = new Thread(() -> {
            try {
                taken.set(pool.submit(() -> {}));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        submitter.start();
        awaitWaiting(submitter);

        assertTrue(pool.stop(Duration.ZERO));
        submitter.join();

        assertEquals(false, taken.get());
        assertEquals(1, release.getCount());
        assertEquals(3, value("pool.submitted"));
        assertEquals(1, value("pool.completed"));
        assertEquals(2, value("pool.shed"));
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void failingJobIsCountedAndItsWorkerGoesOn() throws InterruptedException {
        List<Thread> ranOn = new ArrayList<>();
        try (BoundedPool pool = pool().queue(3).build()) {
            CountDownLatch release = occupy(pool);
            pool.submit(() -> {
                ranOn.add(Thread.currentThread());
                throw new StackOverflowError("on purpose");
            });
            pool.submit(() -> {
                ranOn.add(Thread.currentThread());
                Thread.currentThread().interrupt();
            });
            pool.submit(() -> {
                ranOn.add(Thread.currentThread());
                assertFalse(Thread.currentThread().isInterrupted());
            });
            release.countDown();
        }

        assertEquals(3, ranOn.size());
        assertEquals(1, ranOn.stream().distinct().count());
        assertEquals(4, value("pool.completed"));
        assertEquals(1, value("pool.failed"));
    }

    @Test
    void closingRunsWhatIsQueued() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        BoundedPool pool = pool().queue(5).build();
        CountDownLatch release = occupy(pool);
        for (int i = 0; i < 5; i++) {
            pool.submit(ran::incrementAndGet);
        }
        release.countDown();

        assertTrue(pool.stop(Duration.ofSeconds(20)));

        assertEquals(5, ran.get());
        assertFalse(pool.submit(ran::incrementAndGet));
        assertEquals(5, ran.get());
    }

    @Test
    void deafJobIsReportedNotWaitedForEver() throws InterruptedException {
        BoundedPool pool = pool().daemon(true).build();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pool.submit(() -> {
            running.countDown();
            boolean done = false;
            while (!done) {
                try {
                    release.await();
                    done = true;
                } catch (InterruptedException e) {
                    // Deaf on purpose.
                }
            }
        });
        running.await();

        assertFalse(pool.stop(Duration.ZERO));
        release.countDown();

        assertTrue(pool.stop(Duration.ofSeconds(20)));
    }

    @Test
    void jobMayCloseItsOwnPool() throws InterruptedException {
        BoundedPool pool = pool().build();
        CountDownLatch closed = new CountDownLatch(1);

        pool.submit(() -> {
            pool.close();
            closed.countDown();
        });

        closed.await();
        assertFalse(pool.isOpen());
    }

    @Test
    void executorFaceRejectsWithAReason() throws InterruptedException {
        try (BoundedPool pool = pool().build()) {
            CountDownLatch release = occupy(pool);
            pool.execute(() -> {});

            RejectedExecutionException e = assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));

            assertEquals(
                    "Pool \"test\" shed a job: all 1 places in its queue are taken. Slow the producer down, or give "
                            + "the pool more workers or another Admission than shed.",
                    e.getMessage());
            release.countDown();
        }
    }

    @Test
    void impossiblePoolsAreNotBuilt() {
        assertThrows(IllegalArgumentException.class, () -> pool().workers(0));
        assertThrows(IllegalArgumentException.class, () -> pool().queue(0));
        assertThrows(IllegalArgumentException.class, () -> pool().stopWithin(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> BoundedPool.builder(" "));
        assertThrows(IllegalArgumentException.class, () -> Admission.within(Duration.ZERO));
        assertThrows(IllegalStateException.class, () -> BoundedPool.builder("x").build());
    }

    @Test
    void hugeWaitIsForEver() {
        assertEquals(
                Long.MAX_VALUE,
                Admission.within(Duration.ofSeconds(Long.MAX_VALUE)).waitNanos());
    }
}
