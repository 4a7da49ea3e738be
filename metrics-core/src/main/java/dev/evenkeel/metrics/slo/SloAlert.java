package dev.evenkeel.metrics.slo;

/**
 * The start or the end of a breach. Immutable.
 *
 * @param slo the name of the objective
 * @param level which pair of windows
 * @param firing true at the start of a breach, false after its end
 * @param threshold the burn rate of the level
 * @param longBurnRate over the long window; NaN when nothing happened in it
 * @param shortBurnRate over the short window; NaN when nothing happened in it
 * @param epochMillis when it was seen
 */
public record SloAlert(
        String slo,
        SloAlertLevel level,
        boolean firing,
        double threshold,
        double longBurnRate,
        double shortBurnRate,
        long epochMillis) {}
