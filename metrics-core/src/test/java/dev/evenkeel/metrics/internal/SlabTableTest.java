package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Threads;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** The table through which threads find their cells: what it holds, and what becomes of a thread that has no place in it. */
class SlabTableTest {
    private static final long DEADLINE_MILLIS = 20_000;

    private final SelfCounts counts = new SelfCounts();
    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final Slabs slabs = new Slabs(budget, counts);
    private final int slot = slabs.newSlot(SlotKind.SUM);

    private long collected() {
        return slabs.reader().readAll(new long[0])[slot];
    }

    /** Makes threads until one has a number that fits. Those before it are never started. */
    private static Thread threadAt(int firstPlace, Runnable body) {
        for (int i = 0; i <= 2 * SlabTable.PLACES; i++) {
            Thread thread = new Thread(body);
            if (ThreadIds.known() && ((int) ThreadIds.of(thread) & (SlabTable.PLACES - 1)) == firstPlace) {
                return thread;
            }
        }
        throw new AssertionError("no thread has a number for place " + firstPlace);
    }

    private static int secondPlace(Thread thread) {
        return (int) (ThreadIds.of(thread) * 0x9E3779B97F4A7C15L >>> 32) & (SlabTable.PLACES - 1);
    }

    @Test
    void tableHoldsNoCellsOfSlabsThatWereGivenUp() throws Exception {
        int farSlot = 0;
        while (farSlot < 900) {
            farSlot = slabs.newSlot(SlotKind.SUM);
        }
        int far = farSlot;
        int threads = 24;
        int generations = 40;
        for (int generation = 0; generation < generations; generation++) {
            CountDownLatch alive = new CountDownLatch(threads);
            boolean grows = generation % 2 == 1; // adopters grow what those before them left
            Threads.together(threads, t -> {
                slabs.add(slot, 1);
                alive.countDown();
                await(alive);
                if (grows) {
                    slabs.add(far, 1);
                }
            });
            collected();
        }

        Set<long[]> held = Collections.newSetFromMap(new IdentityHashMap<>());
        long bytes = 0;
        for (int place = 0; place < SlabTable.PLACES; place++) { // behind them are the stripes
            long[] cells = slabs.places()[place];
            if (cells.length > 1 && held.add(cells)) {
                bytes += Cells.bytesOf(cells.length);
            }
        }

        assertEquals((long) threads * generations, collected());
        assertEquals(8, slabs.spareSlabs());
        assertTrue(held.size() <= 8, held.size() + " arrays of " + bytes + " bytes in the table, for 8 slabs");
        assertTrue(bytes <= budget.used() - SlabTable.BYTES, bytes + " bytes in the table, reserved " + budget.used());
    }

    @Test
    void threadWithoutAPlaceIsCountedOnceAndTakesNoLock() throws Exception {
        ReentrantLock growth = lockOf(slabs, "growth");
        CountDownLatch ownersReady = new CountDownLatch(2);
        CountDownLatch displacedReady = new CountDownLatch(1);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean recorded = new AtomicBoolean();
        Runnable owner = () -> {
            slabs.add(slot, 1);
            ownersReady.countDown();
            await(over);
        };
        Thread first = new Thread(owner);
        int contested = (int) ThreadIds.of(first) & (SlabTable.PLACES - 1);
        Thread displaced = threadAt(contested, () -> {
            slabs.add(slot, 1);
            displacedReady.countDown();
            await(locked);
            for (int i = 0; i < 1000; i++) {
                slabs.add(slot, 1);
            }
            recorded.set(true);
        });
        Thread second = threadAt(secondPlace(displaced), owner);
        first.start();
        second.start();
        await(ownersReady);
        displaced.start();
        await(displacedReady);

        growth.lock();
        try {
            locked.countDown();
            displaced.join(DEADLINE_MILLIS);
            assertTrue(recorded.get(), "a record of a thread without a place waits for a lock");
        } finally {
            growth.unlock();
            over.countDown();
            first.join();
            second.join();
            displaced.join();
        }

        assertEquals(1003, collected());
        assertEquals(1, counts.displacements.sum());
    }

    @Test
    void threadWithoutAPlaceGetsOneOnceItsNeighbourIsDead() throws Exception {
        CountDownLatch ownersReady = new CountDownLatch(2);
        CountDownLatch displacedReady = new CountDownLatch(1);
        CountDownLatch ownersGone = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Runnable owner = () -> {
            slabs.add(slot, 1);
            ownersReady.countDown();
            await(over);
        };
        Thread first = new Thread(owner);
        int contested = (int) ThreadIds.of(first) & (SlabTable.PLACES - 1);
        AtomicBoolean placed = new AtomicBoolean();
        Thread displaced = threadAt(contested, () -> {
            slabs.add(slot, 1);
            displacedReady.countDown();
            await(ownersGone);
            slabs.add(slot, 1);
            placed.set(Slabs.tryAdd(slabs.places(), slot, 1));
        });
        Thread second = threadAt(secondPlace(displaced), owner);
        first.start();
        second.start();
        await(ownersReady);
        displaced.start();
        await(displacedReady);
        over.countDown();
        first.join();
        second.join();

        ownersGone.countDown();
        displaced.join();

        assertTrue(placed.get());
        assertEquals(5, collected());
    }

    static ReentrantLock lockOf(Object owner, String field) throws ReflectiveOperationException {
        var lock = owner.getClass().getDeclaredField(field);
        lock.setAccessible(true);
        return (ReentrantLock) lock.get(owner);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
