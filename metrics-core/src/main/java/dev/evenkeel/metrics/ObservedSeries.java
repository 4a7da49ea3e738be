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
        if (descriptor().kind() == Kind.COUNTER) {
            double sum = buffer.observedSum(this);
            if (!Double.isNaN(sum) && (sum != 0 || !buffer.isDelta())) {
                visitor.doubleCounter(this, sum);
            }
            return;
        }
        double reported = buffer.observed(this);
        if (!Double.isNaN(reported)) { // absent, not zero
            visitor.gauge(this, reported);
        }
    }
}
