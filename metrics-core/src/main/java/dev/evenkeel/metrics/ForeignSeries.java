package dev.evenkeel.metrics;

/** A series that another library keeps. */
final class ForeignSeries extends Series {
    /** What one is taken to cost, with its place in a map. */
    static final long BYTES = 160;

    /** The number of the reading that showed it last. Guarded by the {@link ForeignFamilies} it belongs to. */
    long seen;

    ForeignSeries(Family family, LabelValues values) {
        super(family, values);
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        throw new IllegalStateException("its value is in a reading of its source: " + this);
    }
}
