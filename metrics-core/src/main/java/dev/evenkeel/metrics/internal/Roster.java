package dev.evenkeel.metrics.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Internal. Which slabs there are and who owns them. Thread-safe; the lock is held for pointer work only, never while cells are
 * summed or folded, so a thread that records for the first time does not wait for a collect.
 */
final class Roster {
    /** Spares kept for threads to come, whatever the number of live owners. */
    private static final int LEAST_SPARES = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final MemoryBudget budget;
    private final Map<Thread, Slab> owned = new IdentityHashMap<>();
    private final ArrayDeque<Slab> spares = new ArrayDeque<>();
    private int sweepAt = 16;
    private Slab @Nullable [] all;
    private volatile int ownedCount;
    private boolean closed;

    Roster(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Takes the lock where nobody holds it, for a thread that may not wait. */
    boolean tryLock() {
        return lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }

    /**
     * Gives the calling thread its slab: the one it has, else a spare, else a new one.
     *
     * @return null when the budget is spent or the roster is closed
     */
    @Nullable
    Slab acquire(Thread current) {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            // Frameworks that erase a thread's locals would otherwise make it take a second slab.
            Slab slab = owned.get(current);
            if (slab != null) {
                return slab;
            }
            slab = spares.pollLast();
            if (slab == null && owned.size() >= sweepAt) {
                // Many short-lived threads between two collects: look for the dead now. The bound doubles with the
                // live,
                // so the search costs each new thread a constant.
                unownDead();
                sweepAt = Math.max(16, 2 * owned.size());
                slab = spares.pollLast();
            }
            if (slab == null) {
                if (!budget.tryReserve(Slab.BASE_BYTES)) {
                    return null;
                }
                slab = new Slab();
                all = null;
            }
            slab.own(current);
            owned.put(current, slab);
            ownedCount = owned.size();
            return slab;
        } finally {
            lock.unlock();
        }
    }

    /** Unowns the slabs of dead threads and takes out the spares beyond max(8, live / 4), for the caller to fold. */
    List<Slab> sweep() {
        lock.lock();
        try {
            unownDead();
            int keep = Math.max(LEAST_SPARES, owned.size() / 4);
            List<Slab> excess = List.of();
            if (spares.size() > keep) {
                excess = new ArrayList<>(spares.size() - keep);
                while (spares.size() > keep) {
                    excess.add(spares.pollFirst());
                }
                all = null;
            }
            return excess;
        } finally {
            lock.unlock();
        }
    }

    private void unownDead() {
        for (Iterator<Map.Entry<Thread, Slab>> all = owned.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Thread, Slab> entry = all.next();
            // isAlive() == false makes everything the thread did happen before what follows; the lock hands it on.
            if (!entry.getKey().isAlive()) {
                Slab slab = entry.getValue();
                slab.owner = null;
                all.remove();
                spares.addLast(slab);
            }
        }
        ownedCount = owned.size();
    }

    /** Returns all slabs, owned and spare. The array is shared and stays as it is; allocates only after a change. */
    Slab[] all() {
        lock.lock();
        try {
            Slab[] known = all;
            if (known == null) {
                List<Slab> list = new ArrayList<>(owned.values());
                list.addAll(spares);
                known = list.toArray(new Slab[0]);
                all = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    int ownedCount() {
        return ownedCount;
    }

    int spareCount() {
        lock.lock();
        try {
            return spares.size();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            for (Slab slab : owned.values()) {
                slab.close();
                slab.owner = null;
            }
            for (Slab slab : spares) {
                slab.close();
            }
            owned.clear();
            spares.clear();
            ownedCount = 0;
            all = null;
        } finally {
            lock.unlock();
        }
    }
}
