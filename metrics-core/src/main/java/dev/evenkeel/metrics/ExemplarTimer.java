package dev.evenkeel.metrics;

import java.util.List;

/** A timer that keeps exemplars; see {@link ExemplarHistogram}. */
final class ExemplarTimer extends Timer {
    private final ExemplarReservoir reservoir;

    private ExemplarTimer(
            Family family, LabelValues values, int digits, List<SlidingWindow> windows, ExemplarSource source) {
        super(family, values, digits, windows);
        this.reservoir = new ExemplarReservoir(family.core, source, family.descriptor.scale());
    }

    static Timer of(Family family, LabelValues values, int digits, List<SlidingWindow> windows, ExemplarSource source) {
        return new ExemplarTimer(family, values, digits, windows, source);
    }

    @Override
    public void record(long value) {
        long inRange = inRange(value);
        recordInRange(inRange);
        reservoir.offer(inRange);
    }

    @Override
    List<Exemplar> exemplars() {
        return reservoir.latest();
    }
}
