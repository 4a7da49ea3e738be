package dev.evenkeel.cli.lab;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the execution samples of one trial fell.
 *
 * @param stacks frames joined by semicolons, outermost first, to how often they were seen
 */
record Profile(Cell cell, Map<String, Long> stacks) {
    /** The frame that ran most often itself, and its share of all samples, 0 to 1. */
    record Hot(String frame, double share) {}

    Profile {
        stacks = Map.copyOf(stacks);
    }

    long samples() {
        return stacks.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The innermost frame with most samples; of equals the first by name. An empty frame when there are none. */
    Hot hottest() {
        Map<String, Long> self = new TreeMap<>();
        stacks.forEach((stack, count) -> self.merge(stack.substring(stack.lastIndexOf(';') + 1), count, Long::sum));
        return self.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .map(hot -> new Hot(hot.getKey(), (double) hot.getValue() / samples()))
                .orElse(new Hot("", 0));
    }
}
