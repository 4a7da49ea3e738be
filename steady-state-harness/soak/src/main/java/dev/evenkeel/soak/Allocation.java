package dev.evenkeel.soak;

import dev.evenkeel.leak.allocation.AllocationSite;
import java.util.List;

/**
 * What the target allocated on its heap in the steady time.
 *
 * @param bytesPerOperation mean over all operations; NaN when nothing told, or nothing was done
 * @param lower the mean is above this with 97.5 %, by Student's t over slices of the run; NaN for a run too short for slices
 * @param upper and below this with 97.5 %
 * @param bytesPerSecond mean over the same time; NaN when nothing told
 * @param operations in that time
 * @param sites where it allocated, most bytes first; empty when that is not known
 * @param windowSeconds how long the sites were sampled, after the steady time and under the same load; 0 when they were not
 * @param siteNote one sentence on why the sites are not known; empty when they are
 */
public record Allocation(
        double bytesPerOperation,
        double lower,
        double upper,
        double bytesPerSecond,
        long operations,
        List<AllocationSite> sites,
        double windowSeconds,
        String siteNote) {

    /** Of a target that tells nothing. */
    public static final Allocation UNKNOWN =
            new Allocation(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, List.of(), 0, "");

    /** Whether there is anything to show. */
    public boolean known() {
        return !Double.isNaN(bytesPerSecond) || !sites.isEmpty();
    }
}
