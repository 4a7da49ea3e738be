package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import java.lang.ref.Reference;

/**
 * Events over the last while: requests in the last 60 seconds.
 *
 * <p>Recording is a {@link Counter}'s: safe from any thread, wait-free on a platform thread, without allocation after the first
 * call there, and it knows nothing of time. The window is made by readers, as the count now less the count then: {@link
 * MetricRegistry#tick} takes the slices, called by a {@link WindowSampler} or by the service, and so do each collect and each
 * {@link #read}. Slices that nobody took are jumped over in one step, however many; {@link #lateTicks} counts such jumps.
 *
 * <p>A window is as long as asked for, and at most a slice longer, while its slices are taken. It is shorter in the beginning
 * and after a gap, and the first reading after a gap reaches back over all of it. A reading always says what it covers.
 *
 * <p>On the wires it is a gauge of events per second, of unit 1/s: not a count, which would be of a time that the wire does not
 * tell.
 */
public final class SlidingRate extends Series {
    private final long[][] places;
    private final int slot;

    /** Guards itself and the two below. Taken by readers only. */
    private final SliceRing ring;

    private final long[] sums;
    private long lateTicks;

    SlidingRate(Family family, LabelValues values, SlidingWindow window) {
        super(family, values);
        Slabs slabs = family.core.slabs();
        this.places = slabs.places();
        this.slot = slabs.newSlot(SlotKind.SUM);
        this.ring = new SliceRing(window, family.core.nanoClock().nanos());
        this.sums = new long[SliceRing.places(window)];
        this.sums[0] = slabs.startOf(slot); // that of a series before us; nobody writes to it yet
    }

    /** Returns the bytes of what a series keeps for its window. */
    static long ringBytes(SlidingWindow window) {
        return SliceRing.bytes(window) + 16 + 8L * SliceRing.places(window);
    }

    /** Counts one event. */
    public void increment() {
        add(1);
    }

    /** Counts events. A negative number is not counted but by {@code evenkeel.dropped{reason="negative"}}. */
    public void add(long n) {
        if (n < 0) {
            family.core.counts().negative.increment();
            return;
        }
        if (!Slabs.tryAdd(places, slot, n)) {
            family.core.slabs().slow(SlotKind.SUM, slot, n);
        }
        if (isOverflow()) {
            family.core.overflowed().increment();
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Returns the window that ends now. It may miss events that are recorded at this moment; the next reading has them. After
     * the registry was closed it is empty. Allocates; takes a lock that collects take and records do not.
     */
    public RateReading read() {
        Slabs slabs = family.core.slabs();
        // The clock and the sum in one turn: of two readings the later one never has the smaller sum.
        slabs.reader().lock();
        try {
            long now = family.core.nanoClock().nanos();
            long sum = slabs.reader().read(SlotKind.SUM, slot);
            synchronized (ring) {
                int start = slabs.closed() ? -1 : ring.startPlace(now);
                RateReading reading = start < 0
                        ? new RateReading(0, now, now)
                        : new RateReading(sum - sums[start], ring.takenAt(start), now);
                take(now, sum);
                return reading;
            }
        } finally {
            slabs.reader().unlock();
        }
    }

    /** Returns how many slices were taken a slice or more late, so that others before them were not taken at all. */
    public long lateTicks() {
        synchronized (ring) {
            return lateTicks;
        }
    }

    @Override
    boolean hasWindows() {
        return true;
    }

    @Override
    boolean due(long nowNanos) {
        synchronized (ring) {
            return ring.due(nowNanos);
        }
    }

    @Override
    void tick(CollectBuffer buffer) {
        synchronized (ring) {
            take(buffer.readAtNanos(), buffer.held(slot));
        }
    }

    /** Keeps a sum if a slice has ended. Under the ring's lock. */
    private void take(long nowNanos, long sum) {
        if (!ring.due(nowNanos) || family.core.slabs().closed()) {
            return;
        }
        if (ring.missed(nowNanos) > 0) {
            lateTicks++;
            family.core.counts().lateTicks.increment();
        }
        sums[ring.advance(nowNanos)] = sum;
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        long now = buffer.readAtNanos();
        long sum = buffer.held(slot);
        double perSecond;
        synchronized (ring) {
            int start = ring.startPlace(now);
            perSecond = start < 0 ? 0 : RateReading.perSecond(sum - sums[start], now - ring.takenAt(start));
            take(now, sum);
        }
        visitor.gauge(this, perSecond);
    }
}
