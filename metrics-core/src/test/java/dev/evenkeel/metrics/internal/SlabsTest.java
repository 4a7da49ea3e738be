package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Threads;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
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
        HistogramCells histogram = slabs.histograms().make(2, false);
        int threads = 40;
        CountDownLatch alive = new CountDownLatch(threads);
        Threads.together(threads, t -> {
            slabs.add(slot, t);
            slabs.histograms().record(histogram, 1000 + t);
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

    /** A number that user code makes up is never asked for. */
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
    void stripeThatNobodyFightsForStaysOne() {
        Stripes stripes =
                new Stripes(budget, counts, StripePolicy.mix(), new long[SlabTable.PLACES + SlabTable.SHARED_PLACES][]);

        for (int i = 0; i < 1_000_000; i++) {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 1);
        }

        assertEquals(1, stripes.count());
        assertEquals(1_000_000, stripes.read(SlotKind.SUM, 20));
    }

    @Test
    void contentionSpreadsTheStripes() throws Exception {
        Stripes stripes =
                new Stripes(budget, counts, StripePolicy.mix(), new long[SlabTable.PLACES + SlabTable.SHARED_PLACES][]);
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

        assertEquals(Math.min(64, 8 * Stripes.ceilingPowerOfTwo(processors)), stripes.count());
        assertEquals(24_000_005, stripes.read(SlotKind.SUM, 20));
        long[] sums = new long[64];
        stripes.sumInto(sums);
        assertEquals(24_000_005, sums[20]);
    }

    @Test
    void sharedHistogramCellsLoseNothing() throws Exception {
        HistogramCells histogram = slabs.histograms().make(2, false);

        Threads.together(4, t -> {
            for (int i = 0; i < 3_000_000; i++) {
                slabs.histograms().recordShared(histogram, i);
            }
        });

        BucketCounts merged = new BucketCounts();
        slabs.reader().merge(histogram, merged);
        assertEquals(12_000_000, merged.total());
        assertEquals(4L * 3_000_000 * 2_999_999 / 2, merged.sum());
    }

    /**
     * What a thread takes: the slab, 160 bytes; its flat array, rounded up to the next length of the ladder, 8 KiB at most; for each
     * page of 128 slots that it touched 8 bytes a slot and 144 of padding and header; and the table of pages, of at most
     * 8 bytes for each that there could be below the highest.
     */
    @Test
    void threadTakesBaseAndEightBytesForEachSlotOfThePagesItTouched() {
        int slots = 20_000;
        int[] all = new int[slots];
        for (int i = 0; i < slots; i++) {
            all[i] = slabs.newSlot(SlotKind.SUM);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (double part : new double[] {0.0002, 0.002, 0.02, 0.2, 1}) {
            Slab slab = new Slab();
            long before = budget.used();
            Set<Integer> pages = new HashSet<>();
            int highestFlat = -1;
            int highestPage = -1;
            int touched = 0;
            for (int slot : all) {
                if (random.nextDouble() < part) {
                    assertNotNull(slab.arrayOf(slot, budget));
                    touched++;
                    if (Slots.isWide(slot)) {
                        pages.add(Slots.pageOf(slot));
                        highestPage = Math.max(highestPage, Slots.pageOf(slot));
                    } else {
                        highestFlat = Math.max(highestFlat, slot);
                    }
                }
            }
            long bytes = Slab.BASE_BYTES + budget.used() - before;

            long flat = highestFlat < 0 ? 0 : 16 + 8L * Math.max(64, (highestFlat + 1) * 3 / 2);
            long table = highestPage < 0 ? 0 : Math.max(8, 2 * (highestPage + 1)) * 8L + 16 * 8;
            long law = Slab.BASE_BYTES + flat + table + pages.size() * (8L * Slots.PAGE + 144);
            assertTrue(bytes <= law, bytes + " bytes, law " + law + ", part " + part + ", seed " + seed);
            if (part == 1) {
                assertTrue(bytes <= Slab.BASE_BYTES + 9.5 * touched, bytes + " bytes for " + touched + " slots");
            }
            assertEquals(slab.bytes(), bytes);
        }
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
