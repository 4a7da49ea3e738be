package dev.evenkeel.leak.allocation;

import dev.evenkeel.metrics.Experimental;
import java.util.List;

/**
 * A place that allocates.
 *
 * @param type what is allocated there, such as {@code byte[]}
 * @param share of all sampled bytes, 0 to 1
 * @param stack innermost frame first, from the first one that is not the JDK's where there is one
 */
@Experimental
public record AllocationSite(String type, double share, List<String> stack) {}
