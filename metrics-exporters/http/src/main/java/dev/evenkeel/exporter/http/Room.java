package dev.evenkeel.exporter.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many endpoints may run, and how many bytes of answers may wait for their readers. Thread-safe.
 *
 * <p>Two bounds and not one, so that who reads slowly holds bytes and no place to run.
 */
final class Room {
    private final AdminLimits limits;
    private final AdminTelemetry telemetry;
    private final Semaphore running;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Under the lock. */
    private long unsent;

    Room(AdminLimits limits, AdminTelemetry telemetry) {
        this.limits = limits;
        this.telemetry = telemetry;
        this.running = new Semaphore(limits.requests(), true);
    }

    /** Waits for a place to run. Returns false, and counts, when there was none in time. */
    boolean enter() {
        boolean entered = false;
        try {
            entered = running.tryAcquire(limits.room().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!entered) {
            telemetry.rejected();
        }
        return entered;
    }

    void leave() {
        running.release();
    }

    /** Waits until an answer of that many bytes may be held. Returns false, and counts, when that was not in time. */
    boolean hold(int bytes) {
        lock.lock();
        try {
            long left = limits.room().toNanos();
            waiting.incrementAndGet();
            try {
                while (unsent > 0 && unsent + bytes > limits.unsentBytes() && left > 0) {
                    left = freed.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                left = 0;
            } finally {
                waiting.decrementAndGet();
            }
            if (unsent > 0 && unsent + bytes > limits.unsentBytes()) {
                telemetry.rejected();
                return false;
            }
            unsent += bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release(int bytes) {
        lock.lock();
        try {
            unsent -= bytes;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether an answer waits for bytes that slower readers hold. */
    boolean isWaitedFor() {
        return waiting.get() > 0;
    }
}
