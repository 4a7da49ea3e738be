package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.ChildJvm;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Threads whose numbers all ask for one place of the slab table follow each other there, grow their cells meanwhile, and lose
 * no record. Once in a JVM without compiler: compiled code reads a place once whatever the source says, and once hid that the
 * source read it twice.
 */
class InterpretedDisplacementIT {
    @Test
    void threadsThatShareAPlaceLoseNoRecordWhenInterpreted() throws Exception {
        assertExact(ChildJvm.run(Child.class, "-Xint"));
    }

    @Test
    void threadsThatShareAPlaceLoseNoRecordWhenCompiled() throws Exception {
        assertExact(ChildJvm.run(Child.class, "-XX:TieredStopAtLevel=1"));
    }

    private static void assertExact(Map<String, Long> figures) {
        long records = (long) Child.GENERATIONS * Child.THREADS * Child.PER_THREAD;
        assertEquals(records, figures.get("near"));
        assertEquals(records, figures.get("far"));
        assertEquals(records, figures.get("values"));
        assertTrue(
                figures.get("besides") >= Child.GENERATIONS, figures + ": threads that another kept from their place");
        assertEquals(0L, figures.get("owned"));
    }

    /** What the child runs. */
    static final class Child {
        static final int GENERATIONS = 10;
        static final int THREADS = 5;
        static final int PER_THREAD = 3_000;

        public static void main(String[] args) throws InterruptedException {
            Slabs slabs = new Slabs(new MemoryBudget(1 << 24), new SelfCounts());
            AtomicInteger besides = new AtomicInteger();
            int near = slabs.newSlot(SlotKind.SUM);
            HistogramCells histogram = slabs.histograms().make(2, false);
            long collected = 0;
            for (int generation = 0; generation < GENERATIONS; generation++) {
                int farSlot = near;
                for (int i = 0; i < 60; i++) {
                    farSlot = slabs.newSlot(SlotKind.SUM); // those who adopt a slab must grow it
                }
                int far = farSlot;
                CountDownLatch alive = new CountDownLatch(THREADS);
                Thread[] all = new Thread[THREADS];
                for (int t = 0; t < THREADS; t++) {
                    all[t] = sameFirstPlace(() -> {
                        slabs.add(near, 1);
                        alive.countDown();
                        try {
                            alive.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        for (int i = 1; i < PER_THREAD; i++) {
                            slabs.add(near, 1);
                            slabs.add(far, 1);
                            slabs.histograms().record(histogram, (long) i * i);
                        }
                        slabs.add(far, 1);
                        slabs.histograms().record(histogram, 1);
                        if (!Slabs.tryAdd(slabs.places(), near, 0)) {
                            besides.incrementAndGet();
                        }
                    });
                    all[t].start();
                }
                for (Thread thread : all) {
                    thread.join();
                }
                collected += slabs.reader().readAll(new long[0])[far];
            }
            BucketCounts buckets = new BucketCounts();
            slabs.reader().merge(histogram, buckets);
            ChildJvm.print("near", slabs.reader().read(SlotKind.SUM, near));
            ChildJvm.print("far", collected);
            ChildJvm.print("values", buckets.total());
            ChildJvm.print("besides", besides.get());
            ChildJvm.print("owned", slabs.ownedSlabs());
        }

        /** Makes threads until one has a number that asks for place 7. The others are never started. */
        private static Thread sameFirstPlace(Runnable body) {
            while (true) {
                Thread thread = new Thread(body);
                if (((int) ThreadIds.of(thread) & (SlabTable.PLACES - 1)) == 7) {
                    return thread;
                }
            }
        }
    }
}
