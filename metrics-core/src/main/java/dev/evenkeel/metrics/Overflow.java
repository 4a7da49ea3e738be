package dev.evenkeel.metrics;

import java.util.List;

/**
 * What an instrument knows of the label sets that went to its overflow series. Estimates, in fixed memory; the overflow
 * series itself is exact.
 *
 * @param labelSets about how many different ones: standard error 0.8 %. Values whose
 *     {@link String#hashCode} collide in masses, such as short counters in base 62, raise it to some percent
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
     * @param lookUps about how many look-ups asked for it: one in 64 is looked at
     */
    public record Frequent(List<String> values, long lookUps) {
        public Frequent {
            values = List.copyOf(values);
        }
    }
}
