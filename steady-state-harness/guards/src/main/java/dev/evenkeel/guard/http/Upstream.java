package dev.evenkeel.guard.http;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The calls to one scheme, host and port: in flight and waiting, first come, first served. Safe from any thread. */
final class Upstream {
    /*
     * Waiters leave the queue in three ways: a permit, a timeout or a cancel. All three are decided under the lock by
     * who takes the waiter out of the set, so that exactly one of them happens.
     *
     * Who gives a permit back hands it on. A call that is started so may fail at once and give its permit back on the same
     * stack, and the next one, and so on: one thread hands out at a time, and all others, itself further up the stack among
     * them, leave it the work.
     */

    /** Somebody who waits for a permit. */
    interface Waiter {
        /** Takes over a permit. Called at most once, under no lock; must neither block nor throw. */
        void granted();
    }

    final String name;

    private final int permits;
    private final int queue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private int inFlight;
    private boolean handingOut;
    private boolean gone;
    private long lastUsedNanos;

    /** What the gauges show; the very objects, for their removal. */
    final DoubleSupplier inFlightGauge = this::inFlight;

    final DoubleSupplier waitingGauge = this::waiting;
    final DoubleSupplier permitsGauge;

    Upstream(String name, int permits, int queue, long nowNanos) {
        this.name = name;
        this.permits = permits;
        this.queue = queue;
        this.lastUsedNanos = nowNanos;
        permitsGauge = () -> permits;
    }

    /** What became of a caller. */
    enum Entry {
        GRANTED,
        QUEUED,
        FULL,
        /** The upstream was removed meanwhile: look it up again. */
        GONE
    }

    /** Takes a permit, or a place in the queue; nobody overtakes those who wait. */
    Entry enter(Waiter waiter, long nowNanos) {
        lock.lock();
        try {
            if (gone) {
                return Entry.GONE;
            }
            lastUsedNanos = nowNanos;
            if (inFlight < permits && waiters.isEmpty()) {
                inFlight++;
                return Entry.GRANTED;
            }
            if (waiters.size() >= queue) {
                return Entry.FULL;
            }
            waiters.add(waiter);
            return Entry.QUEUED;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a waiter out of the queue; false when it was granted a permit, or is out already. */
    boolean leave(Waiter waiter) {
        lock.lock();
        try {
            return waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a permit back and hands it on. */
    void release() {
        lock.lock();
        try {
            inFlight--;
            if (handingOut) {
                return; // whoever hands out looks again before he stops
            }
            handingOut = true;
        } finally {
            lock.unlock();
        }
        for (Waiter next = next(); next != null; next = next()) {
            next.granted();
        }
    }

    /** The next waiter there is a permit for; with none, ends the handing out. */
    private @Nullable Waiter next() {
        lock.lock();
        try {
            if (inFlight < permits && !waiters.isEmpty()) {
                Waiter first = waiters.iterator().next();
                waiters.remove(first);
                inFlight++;
                return first;
            }
            handingOut = false;
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Bars the upstream for new calls, if it has none and nobody asked for one within {@code idleNanos}. */
    boolean retire(long nowNanos, long idleNanos) {
        lock.lock();
        try {
            if (inFlight > 0 || !waiters.isEmpty() || nowNanos - lastUsedNanos < idleNanos) {
                return false;
            }
            gone = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    long lastUsedNanos() {
        lock.lock();
        try {
            return lastUsedNanos;
        } finally {
            lock.unlock();
        }
    }

    int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    int permits() {
        return permits;
    }

    int queue() {
        return queue;
    }
}
