package dev.evenkeel.cli.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One meeting of all threads: they wait at the gate, count, and the last of them takes the time.
 *
 * <p>The threads of a trial stay for all rounds. A round of 0 operations sends them home.
 */
final class Round {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicInteger left;
    private final AtomicLong attempts = new AtomicLong();
    private final int threads;
    private long operationsEach;
    private long startNanos;
    private long endNanos;

    /** Written before the gate opens, read after it has. */
    private Round next = this;

    Round(int threads) {
        this.threads = threads;
        this.left = new AtomicInteger(threads);
    }

    /** Opens the gate, waits for the last thread, and returns where they wait for the next round. */
    Round run(long operationsEach) throws InterruptedException {
        this.operationsEach = operationsEach;
        next = new Round(threads);
        startNanos = System.nanoTime();
        gate.countDown();
        finished.await();
        return next;
    }

    /** Sends the threads home. */
    void dismiss() {
        operationsEach = 0;
        gate.countDown();
    }

    /** What each thread does, round after round. */
    static void work(Round first, LabCounter counter, Increments increments) {
        try {
            Round round = first;
            while (true) {
                round.gate.await();
                if (round.operationsEach == 0) {
                    return;
                }
                round.arrive(increments.count(counter, round.operationsEach));
                round = round.next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void arrive(long tried) {
        attempts.addAndGet(tried);
        if (left.decrementAndGet() == 0) {
            endNanos = System.nanoTime();
            finished.countDown();
        }
    }

    /** From the opening of the gate until the last thread was done. */
    long nanos() {
        return endNanos - startNanos;
    }

    long attempts() {
        return attempts.get();
    }
}
