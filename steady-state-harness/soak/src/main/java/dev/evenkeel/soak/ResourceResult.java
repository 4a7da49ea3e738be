package dev.evenkeel.soak;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.TimeSeries;
import org.jspecify.annotations.Nullable;

/**
 * One watched resource: its readings and what the drift analysis says of them.
 *
 * @param name stable key, for example {@code open_fds}; see {@link ResourceNames}
 * @param title words for a heading, for example "Open file descriptors"
 * @param unit UCUM unit of the readings: {@code By}, {@code {fd}}, {@code {thread}}, {@code 1}, {@code ms}
 * @param deciding whether this resource can turn the run's verdict
 * @param why why it decides, or why it does not
 * @param series all readings of the run, warm-up included
 * @param drift the analysis of the steady phase against the budget that decides
 * @param hourly the same readings against the hourly budget, when another budget decided
 * @param perMillionOperations slope per million completed operations, in {@code unit}; NaN when no
 *     operation completed
 */
public record ResourceResult(
        String name,
        String title,
        String unit,
        boolean deciding,
        String why,
        TimeSeries series,
        DriftResult drift,
        @Nullable DriftResult hourly,
        double perMillionOperations) {

    /** What the series did, in words and in its unit: {@code rising 1.9 MiB per hour}. */
    public String model() {
        return drift.model(amount -> Amounts.of(amount, unit));
    }
}
