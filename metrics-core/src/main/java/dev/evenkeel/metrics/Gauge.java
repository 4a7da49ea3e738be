package dev.evenkeel.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

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

    /** Set by a write, cleared by the collector that looks for idle series; a lost clearing only makes it look alive. */
    private volatile boolean touched;

    /** Under the collectors' lock. */
    private long looks;

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
        if (!touched) {
            touched = true;
        }
        Reference.reachabilityFence(this);
    }

    /** Returns the value that was set last. */
    public double value() {
        return Double.longBitsToDouble((long) BITS.getAcquire(this)); // G1
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        visitor.gauge(this, value());
    }

    @Override
    boolean evictable() {
        return true;
    }

    /** Counts the looks at which it had been set since the look before. */
    @Override
    long stamp(CollectBuffer buffer) {
        if (touched) {
            touched = false;
            looks++;
        }
        return looks;
    }

    @Override
    Remains leave() {
        touched = false;
        family.evicted(0);
        return GaugeRemains.INSTANCE;
    }

    @Override
    void beginAt(Remains remains) {
        touched = false;
    }

    /** A gauge keeps its value itself: once nobody holds it there is nothing left. */
    private static final class GaugeRemains extends Remains {
        static final GaugeRemains INSTANCE = new GaugeRemains();

        @Override
        boolean changed(@Nullable Series series) {
            return series instanceof Gauge gauge && gauge.touched;
        }

        @Override
        void moveTo(Series target) {
            // The last value of a gauge that has no room: it says nothing about the overflow series.
        }

        @Override
        void free() {
            // No cells.
        }
    }
}
