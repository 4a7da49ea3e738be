package dev.evenkeel.leak.allocation;

import dev.evenkeel.metrics.Experimental;
import java.util.Locale;

/**
 * Two ways of doing the same, measured in turns.
 *
 * @param before the old one
 * @param after the new one
 * @param reduction share of the old one's bytes that the new one does without: 0.5 is half, 1 is all, negative is more than before; NaN
 *     when the old one allocated nothing
 * @param lower the true share is above this with at least 95 %
 * @param upper and below this
 */
@Experimental
public record AllocationComparison(
        AllocationReading before, AllocationReading after, double reduction, double lower, double upper) {

    static AllocationComparison of(AllocationReading before, AllocationReading after) {
        // Each end takes the worse end of both intervals: surer than 95 %, and no formula for the spread of a ratio.
        double reduction = 1 - after.bytesPerCall() / before.bytesPerCall();
        return before.bytesPerCall() == 0
                ? new AllocationComparison(before, after, Double.NaN, Double.NaN, Double.NaN)
                : new AllocationComparison(
                        before,
                        after,
                        reduction,
                        before.lower() > 0 ? 1 - after.upper() / before.lower() : Double.NEGATIVE_INFINITY,
                        1 - after.lower() / before.upper());
    }

    /** Whether the new one certainly does without so much of the old one's bytes. */
    public boolean savesAtLeast(double share) {
        return lower >= share;
    }

    /** {@code 136 bytes a call before, 24 after: 82 % less (95 %: 82 to 82 %)}. */
    public String words() {
        return AllocationReading.number(before.bytesPerCall()) + " bytes a call before, "
                + AllocationReading.number(after.bytesPerCall()) + " after"
                + (Double.isNaN(reduction)
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ": %.0f %% %s (95 %%: %.0f to %.0f %%)",
                                100 * Math.abs(reduction),
                                reduction >= 0 ? "less" : "more",
                                100 * (reduction >= 0 ? lower : -upper),
                                100 * (reduction >= 0 ? upper : -lower)));
    }
}
