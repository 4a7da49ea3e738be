package dev.evenkeel.metrics;

import java.util.function.DoubleSupplier;

/** A series whose value a callback reports. */
final class ObservedSeries extends Series {
    /** What one is taken to cost. */
    static final long BYTES = 128;

    /** Its place among what all callbacks reported. */
    final int index;

    volatile DoubleSupplier value;

    ObservedSeries(Family family, LabelValues values, int index, DoubleSupplier value) {
        super(family, values);
        this.index = index;
        this.value = value;
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        double reported = buffer.observed(index);
        if (Double.isNaN(reported)) {
            return; // absent, not zero
        }
        if (descriptor().kind() == Kind.COUNTER) {
            visitor.doubleCounter(this, reported);
        } else {
            visitor.gauge(this, reported);
        }
    }
}
