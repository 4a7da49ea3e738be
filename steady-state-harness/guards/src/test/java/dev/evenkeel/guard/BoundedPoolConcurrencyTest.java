package dev.evenkeel.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Snapshot;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BoundedPoolConcurrencyTest {
    private static final int SUBMITTERS = 8;
    private static final int JOBS = 10_000;
    private static final int WORKERS = 4;
    private static final int QUEUE = 8;

    /** 10 000 jobs from 8 threads at 4 workers and a queue of 8: nothing lost, nothing twice, never a fifth thread. */
    @ParameterizedTest
    @ValueSource(strings = {"shed", "block", "within"})
    void everyJobIsRunOrShedAndCounted(String policy) throws Exception {
        Admission admission =
                switch (policy) {
                    case "shed" -> Admission.SHED;
                    case "block" -> Admission.BLOCK;
                    default -> Admission.within(Duration.ofNanos(20_000));
                };
        LongAdder ran = new LongAdder();
        LongAdder taken = new LongAdder();
        Set<Thread> ranOn = ConcurrentHashMap.newKeySet();
        AtomicInteger concurrent = new AtomicInteger();
        AtomicInteger highestConcurrent = new AtomicInteger();
        AtomicInteger highestDepth = new AtomicInteger();
        try (MetricRegistry registry = MetricRegistry.create()) {
            BoundedPool pool = BoundedPool.builder("jobs")
                    .registry(registry)
                    .workers(WORKERS)
                    .queue(QUEUE)
                    .build();
            CyclicBarrier start = new CyclicBarrier(SUBMITTERS);
            Thread[] submitters = new Thread[SUBMITTERS];
            for (int s = 0; s < SUBMITTERS; s++) {
                submitters[s] = new Thread(() -> {
                    try {
                        start.await();
                        for (int i = 0; i < JOBS / SUBMITTERS; i++) {
                            boolean in = pool.submit(
                                    () -> {
                                        highestConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
                                        ranOn.add(Thread.currentThread());
                                        ran.increment();
                                        concurrent.decrementAndGet();
                                    },
                                    admission);
                            highestDepth.accumulateAndGet(pool.queueDepth(), Math::max);
                            if (in) {
                                taken.increment();
                            }
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
                submitters[s].start();
            }
            for (Thread submitter : submitters) {
                submitter.join();
            }
            assertTrue(pool.stop(Duration.ofSeconds(30)));

            Snapshot end = registry.snapshot();
            double completed = end.value("pool.completed", "jobs");
            double shed = end.value("pool.shed", "jobs");
            assertEquals(JOBS, end.value("pool.submitted", "jobs"));
            assertEquals(JOBS, completed + shed);
            assertEquals(ran.sum(), completed);
            assertEquals(taken.sum(), completed);
            assertEquals(0, end.value("pool.failed", "jobs"));
            assertEquals(0, end.value("pool.queue.depth", "jobs"));
            assertEquals(0, end.value("pool.active", "jobs"));
            if (admission == Admission.BLOCK) {
                assertEquals(JOBS, completed);
            }
        }
        assertTrue(ranOn.size() <= WORKERS, () -> ranOn.size() + " threads ran jobs");
        assertTrue(highestConcurrent.get() <= WORKERS);
        assertTrue(highestDepth.get() <= QUEUE);
        assertEquals(0, ranOn.stream().filter(Thread::isAlive).count());
    }

    /** Submitters race with closing: what was taken ran or was shed, and the books still balance. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1_000})
    void closingAmidSubmissionsLosesNothing(long stopMillis) throws Exception {
        for (int round = 0; round < 50; round++) {
            LongAdder ran = new LongAdder();
            try (MetricRegistry registry = MetricRegistry.create()) {
                BoundedPool pool = BoundedPool.builder("jobs")
                        .registry(registry)
                        .workers(2)
                        .queue(4)
                        .build();
                CyclicBarrier start = new CyclicBarrier(3);
                Thread[] submitters = new Thread[2];
                for (int s = 0; s < submitters.length; s++) {
                    Admission admission = s == 0 ? Admission.BLOCK : Admission.SHED;
                    submitters[s] = new Thread(() -> {
                        try {
                            start.await();
                            for (int i = 0; i < 200; i++) {
                                pool.submit(ran::increment, admission);
                            }
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    });
                    submitters[s].start();
                }
                start.await();
                assertTrue(pool.stop(Duration.ofMillis(stopMillis)));
                for (Thread submitter : submitters) {
                    submitter.join();
                }

                Snapshot end = registry.snapshot();
                assertEquals(400, end.value("pool.submitted", "jobs"));
                assertEquals(400, end.value("pool.completed", "jobs") + end.value("pool.shed", "jobs"));
                assertEquals(ran.sum(), end.value("pool.completed", "jobs"));
            }
        }
    }
}
