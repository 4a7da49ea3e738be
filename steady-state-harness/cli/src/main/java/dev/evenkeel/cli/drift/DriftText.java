package dev.evenkeel.cli.drift;

import dev.evenkeel.drift.DriftResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Lines of the report on one series. */
final class DriftText {
    private static final MathContext THREE_DIGITS = new MathContext(3);

    private DriftText() {}

    /** Three significant digits, the same in every locale. */
    static String number(double v) {
        return Double.isFinite(v) ? new BigDecimal(v).round(THREE_DIGITS).toPlainString() : "unknown";
    }

    /** As it was given. */
    static String exact(double v) {
        return BigDecimal.valueOf(v).stripTrailingZeros().toPlainString();
    }

    /** {@code 24 h}, {@code 7 days}. */
    static String hours(long seconds) {
        return seconds >= 48 * 3600 ? number(seconds / 86_400.0) + " days" : number(seconds / 3600.0) + " h";
    }

    static Optional<String> timeToLimit(DriftResult result, @Nullable Double limit) {
        if (limit == null) {
            return Optional.empty();
        }
        OptionalDouble soonest = result.soonestSecondsToLimit(limit);
        OptionalDouble latest = result.latestSecondsToLimit(limit);
        String from = soonest.isPresent() ? number(soonest.getAsDouble() / 3600) + " h" : "never";
        String to = latest.isPresent() ? number(latest.getAsDouble() / 3600) + " h" : "never";
        return Optional.of("limit of " + exact(limit) + " reached: "
                + (soonest.isPresent() ? "in " + from + " at the soonest, " + to + " at the latest" : "never"));
    }
}
