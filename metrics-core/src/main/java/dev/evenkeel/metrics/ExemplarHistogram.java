package dev.evenkeel.metrics;

import java.util.List;

/**
 * A histogram that keeps exemplars. A class of its own: as long as no registry makes one it is not loaded, and the compiler
 * knows one {@link Histogram#record}.
 */
final class ExemplarHistogram extends Histogram {
    private final ExemplarReservoir reservoir;

    private ExemplarHistogram(
            Family family, LabelValues values, int digits, List<SlidingWindow> windows, ExemplarSource source) {
        super(family, values, digits, windows);
        this.reservoir = new ExemplarReservoir(family.core, source, family.descriptor.scale());
    }

    static Histogram of(
            Family family, LabelValues values, int digits, List<SlidingWindow> windows, ExemplarSource source) {
        return new ExemplarHistogram(family, values, digits, windows, source);
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
