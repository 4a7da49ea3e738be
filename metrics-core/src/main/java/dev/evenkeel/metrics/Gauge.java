package dev.evenkeel.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A value that goes up and down; the last write wins. Safe from any thread; wait-free; allocates nothing. */
public final class Gauge extends Series {
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

    @SuppressWarnings("unused") // through BITS
    private long bits;

    Gauge(Family family, LabelValues values) {
        super(family, values);
    }

    /** Sets the value; 0 until the first call. A NaN is kept, and collected, as it is. */
    public void set(double value) {
        if (family.core.slabs().closed()) {
            family.core.counts().late.increment();
            return;
        }
        if (isOverflow()) {
            family.core.overflowed().increment();
        }
        BITS.setRelease(this, Double.doubleToRawLongBits(value)); // G1
    }

    /** Returns the value that was set last. */
    public double value() {
        return Double.longBitsToDouble((long) BITS.getAcquire(this)); // G1
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        visitor.gauge(this, value());
    }
}
