package dev.evenkeel.drift;

import java.util.Objects;

/**
 * What growth is measured against: hours, or a count of what the process did.
 *
 * @param unit one of it in words, behind "per": {@code "hour"}, {@code "million operations"}, {@code "fault"}
 * @param count how much of the count is one unit: 1e6 for a million operations, 1 for a fault
 */
public record Per(String unit, double count) {
    /** The clock of the run, in seconds. */
    public static final Per HOUR = new Per("hour", 3600);

    /** @throws IllegalArgumentException if the unit is blank, or the count is not finite and above 0 */
    public Per {
        Objects.requireNonNull(unit, "unit");
        if (unit.isBlank() || !(count > 0) || Double.isInfinite(count)) {
            throw new IllegalArgumentException("Growth per \"" + unit + "\" of " + count
                    + " cannot be said: the unit needs a name, and a number above 0 of what is counted. Use"
                    + " for example new Per(\"million operations\", 1e6).");
        }
    }
}
