package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * A sum of doubles that only grows: seconds, money, whatever comes in fractions. Where amounts are whole numbers use
 * {@link Counter}, which is exact.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, an addition to a cell of the
 * thread's own, and allocates nothing after the first call on a thread; on a virtual thread it is a compare-and-set that is
 * repeated while others interfere.
 *
 * <p>No addition is lost, but each rounds: n additions by one thread are off by at most n × 2^-53 of their sum (the
 * bound for adding up numbers of one sign one after the other: Higham, Accuracy and Stability of Numerical Algorithms, 2nd
 * edition, section 4.2), and adding up the threads' sums rounds once more for each of them. A million additions keep nine
 * digits at the least. A sum past the largest double is infinite from then on.
 */
public final class DoubleCounter extends Series {
    /*
     * A reader must never show less than before, and the sums of threads alone do not promise that: when the slab of a dead
     * thread is folded the same numbers are added up in another order, and may come out one rounding lower. So the highest
     * sum shown is kept, and each reader shows that or more. It is raised by compare-and-set, because readers sum under
     * the collectors' lock but show after it; a failed one means that another reader showed more, so it ends. Bits of
     * doubles that are not negative are ordered as the doubles are.
     *
     * A slot of doubles is not given to another series: a baseline cannot be taken off again without its rounding error,
     * which may be more than all that the next series adds up to.
     *
     * Access ledger
     *   field   written by         read by            pair
     *   shown   readers: CAS       readers: volatile  D1 (who reads after a value was shown shows no less)
     */
    private static final VarHandle SHOWN;

    static {
        try {
            SHOWN = MethodHandles.lookup().findVarHandle(DoubleCounter.class, "shown", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[][] places;
    private final int slot;

    @SuppressWarnings("unused") // through SHOWN
    private volatile long shown;

    DoubleCounter(Family family, LabelValues values) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.places = slabs.places();
        this.slot = slabs.newSlot(SlotKind.DOUBLE);
    }

    /**
     * Adds an amount. A negative one, which would make the sum shrink, is not added but counted by
     * {@code evenkeel.dropped{reason="negative"}}; one that is infinite or no number by {@code reason="not_finite"}.
     */
    public void add(double n) {
        if (!(n >= 0 && n <= Double.MAX_VALUE)) {
            drop(n);
            return;
        }
        if (!Slabs.tryAddDouble(places, slot, n)) {
            family.core.slabs().slow(SlotKind.DOUBLE, slot, Double.doubleToRawLongBits(n));
        }
        if (isOverflow()) {
            family.core.overflowed().increment();
        }
        Reference.reachabilityFence(this);
    }

    private void drop(double n) {
        if (n < 0 && n >= -Double.MAX_VALUE) {
            family.core.counts().negative.increment();
        } else {
            family.core.counts().notFinite.increment();
        }
    }

    /**
     * Returns the sum over all threads, to the error that the class states. It may miss additions that run at the same
     * moment. No call that begins after another one ended returns less, until the registry is closed: then it is 0. Takes a
     * lock that collects take and records do not.
     */
    public double sum() {
        Slabs slabs = family.core.slabs();
        long bits = slabs.reader().read(SlotKind.DOUBLE, slot);
        return slabs.closed() ? 0 : atLeastShown(bits);
    }

    double atLeastShown(long bits) {
        long before = shown; // D1
        while (bits > before) {
            long found = (long) SHOWN.compareAndExchange(this, before, bits); // D1
            if (found == before) {
                return Double.longBitsToDouble(bits);
            }
            before = found;
        }
        return Double.longBitsToDouble(before);
    }

    @Override
    boolean evictable() {
        return false;
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        double value = buffer.sum(this, atLeastShown(buffer.held(slot)));
        if (value != 0 || !buffer.isDelta()) {
            visitor.doubleCounter(this, value);
        }
    }
}
