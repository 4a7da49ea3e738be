package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the cells of each platform thread are found by its number, and behind them the first pages of the stripes.
 *
 * <p>Looking is wait-free and allocates nothing; each change takes a lock.
 */
final class SlabTable {
    /*
     * The table has a fixed length, so that each instrument can hold it in a final field: one load less on every record
     * (1.4 against 1.6 ns). A thread has two places; what finds none is found through a ThreadLocal (decision 0006).
     *
     * When a thread's flat array grows, no place may still hold the old one: it names its owner too, and what was added to it
     * would be lost. A place is therefore changed under a lock only, and the owner changes its own places before it adds.
     *
     * Access ledger
     *   field            written by                        read by           pair
     *   cellPlaces[i]    lock holder: release              anybody: opaque   T1  (only its owner believes an array, and the
     *                                                                             owner put it there; others read its number)
     *   slabPlaces[i]    lock holder: release              anybody: plain    -   (believed when it names the reader as owner,
     *                                                                             which the reader itself wrote)
     */
    private static final VarHandle CELL_PLACE = MethodHandles.arrayElementVarHandle(long[][].class);

    private static final VarHandle SLAB_PLACE = MethodHandles.arrayElementVarHandle(Slab[].class);

    /**
     * Places of the table: four for each of 1000 live recorders, 16 KiB. Threads past that find their slab through a
     * ThreadLocal, which costs them about 3 ns more, and are counted as displacements.
     */
    static final int PLACES = 4096;

    /** Places at the end of the table for the first pages of the stripes; see {@link Stripes}. */
    static final int SHARED_PLACES = 64;

    /** What the table costs. */
    static final long BYTES = 2 * (16 + 4 * PLACES) + 4 * SHARED_PLACES;

    /** Fills empty places, so that no null test is needed: no thread has the number 0. */
    private static final long[] NO_CELLS = new long[1];

    private static final Slab NOBODY = new Slab();

    /** What instruments hold: see {@link #at} and {@link #sharedAt}. */
    final long[][] cellPlaces = new long[PLACES + SHARED_PLACES][];

    /** By place: the slab whose flat array is in {@link #cellPlaces}. */
    final Slab[] slabPlaces = new Slab[PLACES];

    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed; // guarded by lock

    SlabTable() {
        Arrays.fill(cellPlaces, NO_CELLS);
        Arrays.fill(slabPlaces, NOBODY);
    }

    /** Returns what stands at the first place of a thread: its own cells when they name it as owner. */
    static long[] at(long[][] places, long id) {
        return (long[]) CELL_PLACE.getOpaque(places, (int) id & (PLACES - 1)); // T1
    }

    /** Returns the first page of the stripe that a thread begins with. */
    static long[] sharedAt(long[][] places, long id) {
        return (long[]) CELL_PLACE.getAcquire(places, PLACES + StripePolicy.mixed(id, SHARED_PLACES)); // S1
    }

    /** Returns the calling thread's slab where it stands at one of its places, else null. */
    @Nullable
    Slab find(Thread current, long id) {
        Slab first = ownedAt(slabPlaces, firstPlace(id), current);
        return first != null ? first : ownedAt(slabPlaces, secondPlace(id), current);
    }

    /**
     * Returns the slab at a place when it is the calling thread's. The place is read once: read again after the test it may
     * hold the slab of a thread that displaced us, and two writers of one slab lose records.
     */
    static @Nullable Slab ownedAt(Slab[] places, int place, Thread current) {
        Slab slab = places[place];
        return slab.owner == current ? slab : null;
    }

    /** Returns whether one of a thread's places may be free by now. Takes no lock. */
    boolean mayHaveRoom(long id) {
        return isFree(slabPlaces[firstPlace(id)]) || isFree(slabPlaces[secondPlace(id)]);
    }

    private static int firstPlace(long id) {
        return (int) id & (PLACES - 1);
    }

    private static int secondPlace(long id) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 32) & (PLACES - 1);
    }

    /**
     * Makes the table know the newest cells of the calling thread's slab, and nobody before it: where it is already, else at its
     * first place, else at its second.
     *
     * @return false where live threads have both: the slab is then found through the ThreadLocal
     */
    boolean place(Slab slab, long id) {
        lock.lock();
        try {
            if (slab.placedFor != id) {
                clear(slab); // the places of a dead owner whose slab was adopted
                slab.placedFor = id;
            }
            if (closed) {
                return true;
            }
            if (id == ThreadIds.UNKNOWN) {
                return false;
            }
            int first = firstPlace(id);
            int second = secondPlace(id);
            if (slabPlaces[first] == slab || isFree(slabPlaces[first])) {
                set(first, slab);
                return true;
            }
            if (slabPlaces[second] == slab || isFree(slabPlaces[second])) {
                set(second, slab);
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void set(int place, Slab slab) {
        CELL_PLACE.setRelease(cellPlaces, place, slab.cells.length == 0 ? NO_CELLS : slab.cells); // T1
        SLAB_PLACE.setRelease(slabPlaces, place, slab);
    }

    private static boolean isFree(Slab slab) {
        Thread owner = slab.owner;
        return owner == null || !owner.isAlive();
    }

    /** Takes a slab that is given up out of the table. Under the collectors' lock; the slab has no owner. */
    void displace(Slab slab) {
        lock.lock();
        try {
            clear(slab);
        } finally {
            lock.unlock();
        }
    }

    private void clear(Slab slab) {
        clear(slab, firstPlace(slab.placedFor));
        clear(slab, secondPlace(slab.placedFor));
    }

    private void clear(Slab slab, int place) {
        if (slabPlaces[place] == slab) {
            CELL_PLACE.setRelease(cellPlaces, place, NO_CELLS); // T1
            SLAB_PLACE.setRelease(slabPlaces, place, NOBODY);
        }
    }

    /** Empties all places, those of the stripes too, for good. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (int i = 0; i < PLACES + SHARED_PLACES; i++) {
                CELL_PLACE.setRelease(cellPlaces, i, NO_CELLS); // T1
            }
            for (int i = 0; i < PLACES; i++) {
                SLAB_PLACE.setRelease(slabPlaces, i, NOBODY);
            }
        } finally {
            lock.unlock();
        }
    }
}
