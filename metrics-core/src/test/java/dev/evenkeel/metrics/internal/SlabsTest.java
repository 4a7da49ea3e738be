package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Threads;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SlabsTest {
    private final SelfCounts counts = new SelfCounts();
    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final Slabs slabs = new Slabs(budget, counts);
    private final int slot = slabs.newSlot(SlotKind.SUM);

    private long collected() {
        return slabs.reader().readAll(new long[0])[slot];
    }

    @Test
    void threadsThatFollowEachOtherShareOneSlab() throws Exception {
        for (int i = 0; i < 50; i++) {
            Threads.together(1, t -> slabs.add(slot, 1));
            assertEquals(i + 1, collected());
            assertEquals(0, slabs.ownedSlabs());
            assertEquals(1, slabs.spareSlabs());
        }
    }

    @Test
    void sparesBeyondTheBoundAreFoldedAndStillCounted() throws Exception {
        HistogramCells histogram = slabs.newHistogram(2);
        int threads = 40;
        CountDownLatch alive = new CountDownLatch(threads);
        Threads.together(threads, t -> {
            slabs.add(slot, t);
            slabs.record(histogram, 1000 + t);
            alive.countDown();
            await(alive);
        });
        long before = budget.used();
        BucketCounts buckets = new BucketCounts();

        long sum = collected();
        slabs.reader().merge(histogram, buckets);

        assertEquals(threads * (threads - 1) / 2, sum);
        assertEquals(sum, slabs.reader().read(SlotKind.SUM, slot));
        assertEquals(threads, buckets.total());
        assertEquals(1000L * threads + sum, buckets.sum());
        assertEquals(0, slabs.ownedSlabs());
        assertEquals(8, slabs.spareSlabs());
        assertTrue(budget.used() < before / 2, before + " bytes before, " + budget.used() + " after");
    }

    @Test
    void shortLivedThreadsNeedNoCollectToBeReplaced() throws Exception {
        for (int i = 0; i < 2000; i++) {
            Thread thread = new Thread(() -> slabs.add(slot, 1));
            thread.start();
            thread.join();
        }

        int slabsAtEnd = slabs.ownedSlabs() + slabs.spareSlabs();

        assertTrue(slabsAtEnd <= 32, slabsAtEnd + " slabs");
        assertEquals(2000, collected());
    }

    @Test
    void threadsWithTheSameNumberKeepApart() throws Exception {
        class SameNumber extends Thread {
            SameNumber(Runnable body) {
                super(body);
            }

            @Override
            @Deprecated
            public long getId() {
                return -7; // seen in the wild
            }
        }
        int threads = 12;
        CountDownLatch alive = new CountDownLatch(threads);
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new SameNumber(() -> {
                slabs.add(slot, 1);
                alive.countDown();
                await(alive);
                for (int n = 0; n < 200_000; n++) {
                    slabs.add(slot, 1);
                }
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }

        assertEquals(threads * 200_001L, collected());
    }

    @Test
    void threadWhoseNumberThrowsIsCounted() throws Exception {
        Thread thread = new Thread(() -> slabs.add(slot, 1)) {
            @Override
            @Deprecated
            public long getId() {
                throw new IllegalStateException("no number");
            }
        };
        thread.start();
        thread.join();

        assertEquals(1, collected());
    }

    @Test
    void hundredsOfLiveThreadsHaveASlabEach() throws Exception {
        int threads = 300;
        CountDownLatch alive = new CountDownLatch(threads);
        int[] owned = new int[1];

        Threads.together(threads, t -> {
            slabs.add(slot, 1);
            alive.countDown();
            await(alive);
            if (t == 0) {
                owned[0] = slabs.ownedSlabs();
            }
            for (int i = 0; i < 1000; i++) {
                slabs.add(slot, 1);
            }
        });

        assertEquals(threads, owned[0]);
        assertEquals(threads * 1001L, collected());
        assertTrue(slabs.spareSlabs() <= Math.max(8, threads / 4));
    }

    @Test
    void virtualThreadsOwnNoSlab() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(Threads.virtualThreadsExist(), "virtual threads need JDK 21");

        Threads.virtual(2000, t -> slabs.add(slot, 1));

        assertEquals(0, slabs.ownedSlabs());
        assertEquals(2000, collected());
    }

    @Test
    void contentionSpreadsTheStripes() throws Exception {
        Stripes stripes =
                new Stripes(budget, counts, StripePolicy.mix(), new long[Slabs.PLACES + Slabs.SHARED_PLACES][]);
        stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 5);

        for (int i = 0; i < 100; i++) {
            stripes.contended();
        }
        int processors = Runtime.getRuntime().availableProcessors();
        Threads.together(8, t -> {
            for (int i = 0; i < 3_000_000; i++) {
                stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 1);
            }
        });

        assertEquals(Math.min(64, 4 * Stripes.ceilingPowerOfTwo(processors)), stripes.count());
        assertEquals(24_000_005, stripes.read(SlotKind.SUM, 20));
        long[] sums = new long[64];
        stripes.sumInto(sums);
        assertEquals(24_000_005, sums[20]);
    }

    @Test
    void sharedHistogramCellsLoseNothing() throws Exception {
        HistogramCells histogram = slabs.newHistogram(2);

        Threads.together(4, t -> {
            for (int i = 0; i < 3_000_000; i++) {
                slabs.recordShared(histogram, i);
            }
        });

        BucketCounts merged = new BucketCounts();
        slabs.reader().merge(histogram, merged);
        assertEquals(12_000_000, merged.total());
        assertEquals(4L * 3_000_000 * 2_999_999 / 2, merged.sum());
    }

    @Test
    void deadThreadIsNotHeldAfterACollect() throws Exception {
        Thread thread = new Thread(() -> slabs.add(slot, 1));
        thread.start();
        thread.join();
        WeakReference<Thread> gone = new WeakReference<>(thread);
        thread = null;
        collected();

        long deadline = System.nanoTime() + 10_000_000_000L;
        while (gone.get() != null && System.nanoTime() < deadline) {
            System.gc();
            Thread.onSpinWait();
        }

        assertNull(gone.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
