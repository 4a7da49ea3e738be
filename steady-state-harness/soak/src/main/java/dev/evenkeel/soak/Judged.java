package dev.evenkeel.soak;

import dev.evenkeel.drift.DriftResult;
import org.jspecify.annotations.Nullable;

/**
 * One resource with all that was found about it.
 *
 * @param drift the verdict against the deciding budget
 * @param hourly the same against the hourly budget, where another one decides; else null
 * @param deciding whether the verdict on the run rests on it
 */
record Judged(WatchedResource resource, DriftResult drift, @Nullable DriftResult hourly, boolean deciding) {

    double lowerShare() {
        return drift.lowerPerHour() / drift.budget().perHour();
    }
}
