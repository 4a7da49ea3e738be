package dev.evenkeel.metrics;

import java.util.OptionalLong;

/** The lowest value since registration. Threads, cost and limits are those of a {@link MaxTracker}. */
public final class MinTracker extends ExtremeTracker {
    MinTracker(Family family, LabelValues values) {
        super(family, values);
    }

    /** Records a value. {@link Long#MAX_VALUE} is recorded as the one before and counted by {@code evenkeel.dropped{reason="clamped"}}. */
    public void record(long value) {
        raise(~value); // turns the order round, and overflows nowhere as a change of sign would
    }

    /** Returns the lowest value; empty before the first record and after the registry was closed. */
    public OptionalLong lowest() {
        OptionalLong raised = highestRaised();
        return raised.isPresent() ? OptionalLong.of(recorded(raised.getAsLong())) : raised;
    }

    @Override
    long recorded(long raised) {
        return ~raised;
    }
}
