package dev.evenkeel.metrics;

import java.util.List;

/**
 * What an instrument knows of the label sets that went to its overflow series. Estimates, in fixed memory; the overflow
 * series itself is exact.
 *
 * @param labelSets about how many different ones: standard error 1 %. Values whose {@link String#hashCode} collide in masses,
 *     such as short counters in base 62, raise it to some percent
 * @param mostFrequent those looked up most often, most frequent first; at most 10
 */
public record Overflow(long labelSets, List<Frequent> mostFrequent) {
    public Overflow {
        mostFrequent = List.copyOf(mostFrequent);
    }

    /**
     * A label set that had no room.
     *
     * @param values in declared order; one of more than 64 characters is cut and ends in {@code ...}
     * @param share about which part of the look-ups without room asked for it, 0 to 1: of the first 65 536 and of 1024 after
     *     each collect
     */
    public record Frequent(List<String> values, double share) {
        public Frequent {
            values = List.copyOf(values);
        }
    }
}
