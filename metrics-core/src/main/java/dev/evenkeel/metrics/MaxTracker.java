package dev.evenkeel.metrics;

import java.util.OptionalLong;

/**
 * The highest value since registration. Exact, whoever recorded it; on the wires it is a double, exact up to 2^53. Not shown
 * before the first record: no value is not a zero.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, a comparison with a cell of the
 * thread's own that is written when the value is higher, and allocates nothing after the first call on a thread; on a
 * virtual thread it is a compare-and-set when the value is higher.
 *
 * <p>With labels, a series is never evicted.
 */
public final class MaxTracker extends ExtremeTracker {
    MaxTracker(Family family, LabelValues values) {
        super(family, values);
    }

    /** Records a value. {@link Long#MIN_VALUE} is recorded as the next one and counted by {@code evenkeel.dropped{reason="clamped"}}. */
    public void record(long value) {
        raise(value);
    }

    /** Returns the highest value; empty before the first record and after the registry was closed. */
    public OptionalLong highest() {
        return highestRaised();
    }

    @Override
    long recorded(long raised) {
        return raised;
    }
}
