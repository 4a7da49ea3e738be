package dev.evenkeel.metrics.slo;

import java.util.Objects;

/** What one objective looks like at one moment; all values belong together. Immutable. */
public final class SloReading {
    private final long epochMillis;
    private final long good;
    private final long total;
    private final double errorBudgetRemaining;
    private final long observedMillis;
    private final double[] burnRates;
    private final long[] bad;

    SloReading(
            long epochMillis,
            long good,
            long total,
            double errorBudgetRemaining,
            long observedMillis,
            double[] burnRates,
            long[] bad) {
        this.epochMillis = epochMillis;
        this.good = good;
        this.total = total;
        this.errorBudgetRemaining = errorBudgetRemaining;
        this.observedMillis = observedMillis;
        this.burnRates = burnRates;
        this.bad = bad;
    }

    /** Returns when it was taken, in milliseconds since 1970. */
    public long epochMillis() {
        return epochMillis;
    }

    /** Returns the good events of the period that were seen. */
    public long good() {
        return good;
    }

    /** Returns all events of the period that were seen. */
    public long total() {
        return total;
    }

    /**
     * Returns the share of the error budget that the events seen in the period leave: 1 when none was bad, 0 when just as many
     * were as the objective allows, negative when more were. 1 as well when there was no event at all.
     */
    public double errorBudgetRemaining() {
        return errorBudgetRemaining;
    }

    /**
     * Returns how much of the period was seen, in milliseconds: less than the period when the process was down, or the state
     * is younger. What happened meanwhile is in no other value of this reading.
     */
    public long observedMillis() {
        return observedMillis;
    }

    /**
     * Returns how many times faster the budget burns than it may, over the part of a window that was seen: at 1 it is spent at
     * the end of the period. NaN when no event happened in the window.
     */
    public double burnRate(SloWindow window) {
        return burnRates[Objects.requireNonNull(window, "window").ordinal()];
    }

    /** Returns the bad events in a window. */
    long bad(SloWindow window) {
        return bad[window.ordinal()];
    }

    @Override
    public String toString() {
        return "good=" + good + " total=" + total + " budget=" + errorBudgetRemaining + " observed=" + observedMillis
                + "ms burn5m=" + burnRate(SloWindow.MINUTES_5) + " burn1h=" + burnRate(SloWindow.HOUR_1);
    }
}
