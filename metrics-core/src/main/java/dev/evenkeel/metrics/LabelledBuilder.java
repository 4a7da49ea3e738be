package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.List;

/**
 * Describes what is particular to an instrument with labels, then registers it. Not thread-safe.
 *
 * @param <T> the type of the instrument
 */
public final class LabelledBuilder<T extends Series> {
    private final InstrumentBuilder<T> instrument;
    private final List<String> labelNames;
    private final boolean anyLabels;
    private int limit;
    private long idleNanos;

    LabelledBuilder(InstrumentBuilder<T> instrument, List<String> labelNames, boolean anyLabels, int limit) {
        this.instrument = instrument;
        this.labelNames = labelNames;
        this.anyLabels = anyLabels;
        this.limit = limit;
    }

    /** Sets the most series the instrument may have, the overflow series apart; the default is the registry's. */
    public LabelledBuilder<T> cardinalityLimit(int most) {
        this.limit = Names.limit(instrument.name(), most);
        return this;
    }

    /**
     * Evicts each series that goes so long without a record, looked at with each collect; without this call none is evicted.
     * Evicted ones are not lost: see {@link Labelled#evicted}. One that is recorded to again is shown again, counts from
     * there and has a new start time.
     *
     * <p>Counters, gauges, histograms and timers may be evicted. The others may not: an up-down counter would forget its
     * level, a tracker its extreme, a capped counter what it has handed out, a counter of doubles could not take off again what
     * its cells hold, and a rate's window would lose its past.
     *
     * @param ttl at least a second, and longer than the longest interval between two collects, or readers miss series
     * @throws IllegalArgumentException when it is another type, or the time is shorter
     */
    public LabelledBuilder<T> idleTtl(Duration ttl) {
        if (!instrument.type().evictable()) {
            throw new IllegalArgumentException(
                    "Cannot evict series of \"" + instrument.name() + "\": "
                            + Family.article(instrument.type().word()) + " "
                            + instrument.type().word()
                            + " would lose what it holds, or forget a promise. Leave idleTtl(..) out, and limit its label values.");
        }
        if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("Cannot evict series of \"" + instrument.name() + "\" after " + ttl
                    + ": a series must live longer than the interval between two collects, or nobody sees it. Use some "
                    + "minutes, such as Duration.ofMinutes(15).");
        }
        this.idleNanos = ttl.toNanos();
        return this;
    }

    /**
     * Registers the instrument. Asked again for the same name, type, unit and labels it returns the same one, with the
     * limit of the first time.
     *
     * @throws IllegalArgumentException when the name belongs to something else
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public Labelled<T> register() {
        return instrument.family(labelNames, anyLabels, limit, idleNanos).labelled();
    }
}
