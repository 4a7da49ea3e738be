package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.DoubleCounter;
import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.Counter;

/** A Micrometer counter on a counter of the core. */
final class CoreCounter extends AbstractMeter implements Counter {
    private final DoubleCounter cell;

    /** What an earlier meter of the same id had counted: this one starts from zero, the series goes on. */
    private final double before;

    CoreCounter(Id id, DoubleCounter cell) {
        super(id);
        this.cell = cell;
        this.before = cell.sum();
    }

    @Override
    public void increment(double amount) {
        cell.add(amount);
    }

    @Override
    public double count() {
        return Math.max(0, cell.sum() - before);
    }
}
