package dev.evenkeel.cli.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The callers at one pool: those who wait for a connection and those who have one. Safe from any thread.
 *
 * <p>Counts waits without asking the pool: who comes when as many are inside as the pool has connections finds none free. A
 * gauge that is read once a second would miss nearly all of them. The count may be too high, by callers who are just leaving;
 * never too low.
 */
final class Crowd {
    private static final long HIGHEST_NANOS = 60_000_000_000L;

    final String name;
    final String library;
    final int limit;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final LongAdder waits = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final ConcurrentHistogram held = new ConcurrentHistogram(1_000, HIGHEST_NANOS, 2);

    Crowd(String name, String library, int limit) {
        this.name = name;
        this.library = library;
        this.limit = limit;
    }

    /** Somebody asks for a connection. */
    long enter() {
        int before = inside.getAndIncrement();
        if (before >= limit) {
            waits.increment();
        }
        peak.accumulateAndGet(before + 1, Math::max);
        return System.nanoTime();
    }

    /** Somebody leaves, answered or not. */
    void leave(long enteredNanos) {
        held.recordValue(Math.max(1_000, Math.min(HIGHEST_NANOS, System.nanoTime() - enteredNanos)));
        inside.decrementAndGet();
    }

    void answered() {
        answered.increment();
    }

    void refused() {
        refused.increment();
    }

    void failed() {
        failed.increment();
    }

    /** Forgets the warm-up's peak and times; the sums go on. */
    void steady() {
        peak.set(inside.get());
        held.reset();
    }

    int peak() {
        return peak.get();
    }

    Sums sums() {
        return new Sums(waits.sum(), answered.sum(), refused.sum(), failed.sum());
    }

    /** From asking for a connection to giving it back, in nanoseconds. */
    Histogram held() {
        return held.copy();
    }

    /** What was counted so far, or between two readings. */
    record Sums(long waits, long answered, long refused, long failed) {
        static final Sums NONE = new Sums(0, 0, 0, 0);

        Sums minus(Sums other) {
            return new Sums(
                    waits - other.waits, answered - other.answered, refused - other.refused, failed - other.failed);
        }

        Sums plus(Sums other) {
            return new Sums(
                    waits + other.waits, answered + other.answered, refused + other.refused, failed + other.failed);
        }

        long calls() {
            return answered + refused + failed;
        }
    }
}
