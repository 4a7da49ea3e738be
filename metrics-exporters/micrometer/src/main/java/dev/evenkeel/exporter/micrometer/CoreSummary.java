package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.Histogram;
import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramSupport;

/** A Micrometer distribution summary on a histogram of the core, which holds whole numbers: fractions are rounded to a part of the unit. */
final class CoreSummary extends AbstractDistributionSummary {
    /** Enough for amounts of one and more to 1 %, and small enough for 281 billion. */
    private static final int DEFAULT_PER_UNIT = 1000;

    private static final int MOST_PER_UNIT = 1_000_000_000;

    private final Histogram cell;
    private final double rawPerUnit;
    private final WindowMax max;
    private final Clock clock;
    private final Distribution distribution;

    /** Gauges hold what they read weakly: it lives as long as the summary. */
    final HistogramSupport gauges;

    CoreSummary(Id id, double scale, Histogram cell, WindowMax max, Clock clock, Distribution distribution) {
        super(id, scale, distribution);
        this.cell = cell;
        this.rawPerUnit = rawPerUnit(cell);
        this.max = max;
        this.clock = clock;
        this.distribution = distribution;
        this.gauges = distribution.gauges(this);
    }

    /** Returns how many parts of a unit a family tells apart. */
    static double rawPerUnit(Histogram cell) {
        return Math.rint(1 / cell.descriptor().scale());
    }

    /** Returns how many parts of a unit a new family should tell apart: a hundredth of the least amount expected. */
    static int perUnit(String unit, DistributionStatisticConfig config) {
        Double least = config.getMinimumExpectedValueAsDouble();
        if (least != null && least > 0 && least < 1) {
            double parts = 100 * Math.pow(10, Math.ceil(-Math.log10(least)));
            return (int) Math.min(MOST_PER_UNIT, parts);
        }
        return unit.equals("By") ? 1 : DEFAULT_PER_UNIT;
    }

    @Override
    protected void recordNonNegative(double amount) {
        cell.record((long)
                (amount * rawPerUnit + 0.5)); // past a long it is the highest long, which the core clamps and counts
        max.record(Double.doubleToRawLongBits(amount)); // in the order of the amounts, as none is negative
    }

    @Override
    public long count() {
        return distribution.count();
    }

    @Override
    public double totalAmount() {
        return distribution.sum();
    }

    @Override
    public double max() {
        return Double.longBitsToDouble(max.read(clock.monotonicTime()));
    }
}
