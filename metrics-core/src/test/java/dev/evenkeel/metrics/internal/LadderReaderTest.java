package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Threads;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class LadderReaderTest {
    private static final long[] BOUNDS = {0, 1_000, 1_000_000, 2_500_000, 1L << 40};
    private static final int THREADS = 8;

    private final SelfCounts counts = new SelfCounts();

    @Test
    void onlyWindowsThatWereRecordedToAreLookedInto() throws InterruptedException {
        Slabs slabs = new Slabs(new MemoryBudget(64 << 20), counts);
        HistogramCells histogram = slabs.histograms().make(2, false);
        CyclicBarrier step = new CyclicBarrier(THREADS);
        Threads.together(THREADS, t -> {
            slabs.histograms().record(histogram, 1_000 * t);
            await(step);
            if (t == 0) {
                assertEquals(THREADS, windowsRead(slabs, histogram, BOUNDS), "all at first");
                assertEquals(0, windowsRead(slabs, histogram, BOUNDS), "nobody has recorded since");
                slabs.histograms().record(histogram, 0);
                assertEquals(1, windowsRead(slabs, histogram, BOUNDS), "one has");
                assertEquals(THREADS, windowsRead(slabs, histogram, new long[] {5}), "others were asked for");
                assertEquals(THREADS, windowsRead(slabs, histogram, BOUNDS), "and those again");
            }
            await(step); // their threads live until here
        });
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long windowsRead(Slabs slabs, HistogramCells histogram, long[] bounds) {
        long before = slabs.reader().ladders().windowsRead();
        slabs.reader().read(histogram, bounds, new LadderReading());
        return slabs.reader().ladders().windowsRead() - before;
    }

    /** Whatever came from where: what is kept of earlier readings adds up to what a look at everything finds. */
    @Test
    void readingsAreThoseOfAllCells() throws InterruptedException {
        for (int digits = 1; digits <= 3; digits++) {
            readingsAreThoseOfAllCells(new Slabs(new MemoryBudget(64 << 20), counts), digits);
        }
    }

    @Test
    void readingsAreThoseOfAllCellsWhereTheBudgetHasNoRoomForRows() throws InterruptedException {
        MemoryBudget spent = new MemoryBudget(1 << 20);
        Slabs slabs = new Slabs(spent, counts);
        while (spent.tryReserveSlice(256)) {
            // takes what rows could have had
        }
        readingsAreThoseOfAllCells(slabs, 2);
        assertTrue(counts.unkeptReadings.sum() > 0);
    }

    private static void readingsAreThoseOfAllCells(Slabs slabs, int digits) throws InterruptedException {
        Random random = new Random(digits);
        HistogramCells histogram = slabs.histograms().make(digits, false);
        LadderReading reading = new LadderReading();
        BucketCounts all = new BucketCounts();
        for (int round = 0; round < 60; round++) {
            int threads = 1
                    + random.nextInt(4)
                            * random.nextInt(4); // more spares than are kept, now and then, and so folded ones
            long seed = random.nextLong();
            Threads.together(threads, t -> record(slabs, histogram, new Random(seed + t)));
            if (random.nextInt(3) == 0) {
                slabs.histograms().recordShared(histogram, value(random));
            }
            if (random.nextInt(3) == 0) {
                record(slabs, histogram, random);
            }
            if (random.nextBoolean()) {
                slabs.reader().readAll(new long[0]); // folds
            }
            long[] bounds = random.nextInt(5) == 0 ? new long[] {random.nextInt(1000), 1L << 30} : BOUNDS;

            slabs.reader().read(histogram, bounds, reading);

            slabs.reader().merge(histogram, all);
            long[] expected = new long[bounds.length];
            all.countAtOrBelow(bounds, expected);
            long[] found = new long[bounds.length];
            reading.copyTo(found);
            assertArrayEquals(expected, found);
            assertEquals(all.total(), reading.total());
            assertEquals(all.sum(), reading.sum());
            BucketLayout layout = histogram.layout();
            assertEquals(all.size() == 0 ? 0 : layout.lowOf(all.indexAt(0)), reading.min());
            assertEquals(all.size() == 0 ? 0 : layout.highOf(all.indexAt(all.size() - 1)), reading.max());
        }
    }

    private static void record(Slabs slabs, HistogramCells histogram, Random random) {
        for (int i = random.nextInt(20); i > 0; i--) {
            slabs.histograms().record(histogram, value(random));
        }
    }

    private static long value(Random random) {
        return random.nextInt(4) == 0 ? 0 : random.nextLong() >>> (16 + random.nextInt(48));
    }

    @Test
    void rowsAreGivenBackWithTheSlabsThatHeldThem() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(64 << 20);
        Slabs slabs = new Slabs(budget, counts);
        HistogramCells histogram = slabs.histograms().make(1, false);
        CyclicBarrier alive = new CyclicBarrier(40);
        Threads.together(40, t -> {
            slabs.histograms().record(histogram, 1_000);
            await(alive);
        });
        slabs.reader().read(histogram, BOUNDS, new LadderReading());
        long before = budget.used();
        long row = LadderRow.bytes(new Ladder(1, histogram.layout(), BOUNDS));

        slabs.reader().readAll(new long[0]); // folds 32 of them
        LadderReading reading = new LadderReading();
        slabs.reader().read(histogram, BOUNDS, reading);

        assertEquals(40, reading.total());
        assertTrue(before - budget.used() > 31 * row, before + " bytes before, " + budget.used() + " after");
    }

    @Test
    void countsNeverShrinkWhileThreadsRecord() throws InterruptedException {
        Slabs slabs = new Slabs(new MemoryBudget(64 << 20), counts);
        HistogramCells histogram = slabs.histograms().make(2, false);
        int perThread = 20_000;
        CountDownLatch recorded = new CountDownLatch(2);
        LadderReading reading = new LadderReading();
        Threads.together(3, t -> {
            if (t > 0) {
                Random random = new Random(t);
                for (int i = 0; i < perThread; i++) {
                    slabs.histograms().record(histogram, random.nextInt(3) == 0 ? 0 : random.nextInt(4_000_000));
                }
                recorded.countDown();
                return;
            }
            long[] last = new long[BOUNDS.length];
            long[] now = new long[BOUNDS.length];
            long sum = 0;
            while (recorded.getCount() > 0) {
                slabs.reader().read(histogram, BOUNDS, reading);
                reading.copyTo(now);
                for (int i = 0; i < now.length; i++) {
                    assertTrue(now[i] >= last[i], now[i] + " after " + last[i]);
                }
                assertTrue(reading.sum() >= sum, reading.sum() + " after " + sum);
                System.arraycopy(now, 0, last, 0, now.length);
                sum = reading.sum();
            }
        });

        slabs.reader().read(histogram, BOUNDS, reading);

        assertEquals(2 * perThread, reading.total());
    }
}
