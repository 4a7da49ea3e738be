package dev.evenkeel.exporter.micrometer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The highest of the values recorded in the last while, exactly. Recording is safe from any thread, lock-free, allocates nothing and
 * reads no clock; reading takes a lock that only readers take.
 */
final class WindowMax {
    /*
     * Micrometer's own window asks the clock with each record, which costs more than the record. Here only readers turn the slices:
     * what was recorded since the last reader looked counts as of the slice that ended last. So a value is shown for the window, at
     * most a slice less, after the first look that saw it, and a registry that nobody reads shows the highest since the last look.
     *
     * Access ledger
     *   current   written by: recorders, CAS, only upwards; readers, getAndSet to 0   read by: anybody, opaque or stronger
     *   others    under this
     *
     * A value is either in current when a reader takes it, or it is recorded to the next slice: none is lost.
     */
    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(WindowMax.class, "current", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through CURRENT
    private long current;

    private final long sliceNanos;
    private final long[] ended;
    private int last;
    private long sliceStart;

    /** @param slices 1 or more */
    WindowMax(long windowNanos, int slices, long nowNanos) {
        this.sliceNanos = Math.max(1, windowNanos / slices);
        this.ended = new long[slices];
        this.sliceStart = nowNanos;
    }

    /** Records a value of at least 0. */
    void record(long value) {
        if (value > (long) CURRENT.getOpaque(this)) { // mostly false: a line that all read and few write
            raise(value);
        }
    }

    private void raise(long value) {
        long seen = (long) CURRENT.getVolatile(this);
        while (value > seen) {
            long found = (long) CURRENT.compareAndExchange(this, seen, value);
            if (found == seen) {
                return;
            }
            seen = found;
        }
    }

    /** Returns the highest value of the window that ends now; 0 when there is none. */
    synchronized long read(long nowNanos) {
        long slices = (nowNanos - sliceStart) / sliceNanos;
        if (slices > 0) {
            long highest = (long) CURRENT.getAndSet(this, 0L);
            for (long i = Math.min(slices, ended.length); i > 0; i--) {
                last = (last + 1) % ended.length;
                ended[last] = 0;
            }
            ended[last] = highest;
            sliceStart += slices * sliceNanos;
        }
        long highest = (long) CURRENT.getVolatile(this);
        for (long slice : ended) {
            highest = Math.max(highest, slice);
        }
        return highest;
    }
}
