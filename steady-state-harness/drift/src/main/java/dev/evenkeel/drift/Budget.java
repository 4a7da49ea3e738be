package dev.evenkeel.drift;

import java.util.Objects;

/**
 * Growth that is allowed.
 *
 * @param perHour units of the reading per hour; finite and above 0, because no finite run can show that nothing grows
 *     at all
 * @param reason where the number comes from, for the reader of a report; may be empty
 */
public record Budget(double perHour, String reason) {
    /** @throws IllegalArgumentException if {@code perHour} is not finite or not above 0 */
    public Budget {
        Objects.requireNonNull(reason, "reason");
        if (!(perHour > 0) || Double.isInfinite(perHour)) {
            throw new IllegalArgumentException(
                    "A budget of " + perHour + " per hour cannot be judged: an interval always"
                            + " has some width, so no run proves zero growth. Allow a small growth, for example"
                            + " Budgets.hourly(Budgets.Resource.OPEN_FDS, level).");
        }
    }
}
