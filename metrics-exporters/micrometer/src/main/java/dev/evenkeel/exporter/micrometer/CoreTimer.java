package dev.evenkeel.exporter.micrometer;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.HistogramSupport;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.util.TimeUtils;
import java.util.concurrent.TimeUnit;

/** A Micrometer timer on a timer of the core. */
final class CoreTimer extends AbstractTimer {
    private final dev.evenkeel.metrics.Timer cell;
    private final WindowMax max;
    private final Distribution distribution;

    /** Gauges hold what they read weakly: it lives as long as the timer. */
    final HistogramSupport gauges;

    CoreTimer(
            Id id,
            Clock clock,
            PauseDetector pauses,
            TimeUnit baseTimeUnit,
            dev.evenkeel.metrics.Timer cell,
            WindowMax max,
            Distribution distribution) {
        super(id, clock, pauses, baseTimeUnit, distribution);
        this.cell = cell;
        this.max = max;
        this.distribution = distribution;
        this.gauges = distribution.gauges(this);
    }

    @Override
    protected void recordNonNegative(long amount, TimeUnit unit) {
        long nanos = unit.toNanos(amount);
        cell.record(nanos);
        max.record(nanos);
    }

    @Override
    public long count() {
        return distribution.count();
    }

    @Override
    public double totalTime(TimeUnit unit) {
        return TimeUtils.nanosToUnit(distribution.sum(), unit);
    }

    @Override
    public double max(TimeUnit unit) {
        return TimeUtils.nanosToUnit((double) max.read(clock.monotonicTime()), unit);
    }
}
