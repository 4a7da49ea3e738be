package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.metrics.ChildJvm;
import dev.evenkeel.metrics.Threads;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** JDK 17 without jdk.unsupported tells nobody's number: recorders are found by ThreadLocal, and every count is right. */
class ThreadNumbersIT {
    @Test
    void countsAreExactWhereThreadsHaveNoNumber() throws Exception {
        Assumptions.assumeTrue(Runtime.version().feature() < 19, "from JDK 19 on a thread tells its number");

        Map<String, Long> figures =
                ChildJvm.run(Child.class, "--limit-modules", "java.base,java.management,java.logging");

        assertEquals(0L, figures.get("known"));
        assertEquals(expected(), figures.get("sum"));
        assertEquals(expected(), figures.get("far"));
        assertEquals(expected(), figures.get("values"));
        assertEquals((long) Child.THREADS, figures.get("owned"));
        assertEquals(0L, figures.get("displacements"));
        assertEquals(1L, figures.get("withoutLock"), "a record waits for a lock");
    }

    private static long expected() {
        return (long) Child.THREADS * Child.TIMES * 2;
    }

    /** What the child runs. */
    static final class Child {
        static final int THREADS = 12;
        static final int TIMES = 20_000;

        public static void main(String[] args) throws Exception {
            ChildJvm.print("known", ThreadIds.known() ? 1 : 0);
            SelfCounts counts = new SelfCounts();
            Slabs slabs = new Slabs(new MemoryBudget(1 << 24), counts);
            int near = slabs.newSlot(SlotKind.SUM);
            int far = near;
            while (far < 3000) {
                far = slabs.newSlot(SlotKind.SUM); // the flat array grows, and pages are made
            }
            int last = far;
            HistogramCells histogram = slabs.histograms().make(2, false);
            Runnable records = () -> {
                for (int i = 0; i < TIMES; i++) {
                    slabs.add(near, 1);
                    slabs.add(last, 1);
                    slabs.histograms().record(histogram, i);
                }
            };
            Threads.together(THREADS, t -> records.run()); // their slabs are adopted by those below
            slabs.reader().readAll(new long[0]);
            CountDownLatch warm = new CountDownLatch(THREADS);
            CountDownLatch locked = new CountDownLatch(1);
            CountDownLatch recorded = new CountDownLatch(THREADS);
            CountDownLatch over = new CountDownLatch(1);
            for (int t = 0; t < THREADS; t++) {
                new Thread(() -> {
                            try {
                                slabs.add(near, 0);
                                slabs.add(last, 0);
                                slabs.histograms().record(histogram, TIMES); // one value more, taken off below
                                for (int i = 1; i < TIMES; i *= 2) {
                                    slabs.histograms().record(histogram, i);
                                }
                                warm.countDown();
                                locked.await();
                                records.run();
                                recorded.countDown();
                                over.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .start();
            }
            warm.await();
            ReentrantLock growth = SlabTableTest.lockOf(slabs, "growth");
            growth.lock();
            try {
                locked.countDown();
                ChildJvm.print("withoutLock", recorded.await(20, TimeUnit.SECONDS) ? 1 : 0);
            } finally {
                growth.unlock();
            }
            recorded.await();
            long[] sums = slabs.reader().readAll(new long[0]);
            BucketCounts buckets = new BucketCounts();
            slabs.reader().merge(histogram, buckets);
            ChildJvm.print("sum", sums[near]);
            ChildJvm.print("far", sums[last]);
            int warmValues = 1 + 32 - Integer.numberOfLeadingZeros(TIMES - 1);
            ChildJvm.print("values", buckets.total() - (long) THREADS * warmValues);
            ChildJvm.print("owned", slabs.ownedSlabs());
            ChildJvm.print("displacements", counts.displacements.sum());
            over.countDown();
        }
    }
}
