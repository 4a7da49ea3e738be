package dev.evenkeel.metrics;

/**
 * What is there now of what came and went: items in a queue, bytes that are lent out.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, an addition to a cell of the
 * thread's own, and allocates nothing after the first call on a thread; on a virtual thread it is one atomic addition.
 *
 * <p>A reader never sees a decrement without the increments that happened before it, on whatever thread. So the value
 * shown is never negative where callers add first and take away later; it may be too high by what is taken away
 * while it is read.
 */
public final class UpDownCounter extends PairedSeries {
    UpDownCounter(Family family, LabelValues values) {
        super(family, values);
    }

    /** Adds one. */
    public void increment() {
        up(1);
    }

    /** Takes one away. */
    public void decrement() {
        down(1);
    }

    /** Adds an amount, or takes it away when it is negative. */
    public void add(long n) {
        if (n >= 0) {
            up(n);
        } else {
            down(-n);
        }
    }

    /**
     * Returns what was added less what was taken away. Exact when nobody records meanwhile. After the registry was closed
     * it is 0. Takes a lock that collects take and records do not.
     */
    public long value() {
        return difference();
    }
}
