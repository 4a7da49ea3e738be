package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.Slabs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A value that goes up and down; the last write wins. Safe from any thread; wait-free; allocates nothing. */
public final class Gauge {
    /*
     * One cell for all threads is right here: a per-thread cell could not tell which write was the last.
     *
     * Access ledger
     *   field   written by         read by           pair
     *   bits    anybody: release   anybody: acquire  G1 (what led to a value is seen with it)
     */
    private static final VarHandle BITS;

    static {
        try {
            BITS = MethodHandles.lookup().findVarHandle(Gauge.class, "bits", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Slabs slabs;
    private final SelfCounts counts;
    private final Series series;

    @SuppressWarnings("unused") // through BITS
    private long bits;

    Gauge(Slabs slabs, SelfCounts counts, Series series) {
        this.slabs = slabs;
        this.counts = counts;
        this.series = series;
    }

    /** Sets the value; 0 until the first call. A NaN is kept, and collected, as it is. */
    public void set(double value) {
        if (slabs.closed()) {
            counts.late.increment();
            return;
        }
        BITS.setRelease(this, Double.doubleToRawLongBits(value)); // G1
    }

    /** Returns the value that was set last. */
    public double value() {
        return Double.longBitsToDouble((long) BITS.getAcquire(this)); // G1
    }

    Series series() {
        return series;
    }

    @Override
    public String toString() {
        return series + " " + value();
    }
}
