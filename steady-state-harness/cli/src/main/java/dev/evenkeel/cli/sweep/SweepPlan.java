package dev.evenkeel.cli.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is tried, and in which order.
 *
 * @param settings the cells, in the order of the table
 * @param repeats how often each is run
 * @param seed of the order within each round
 * @param marginPercent a difference up to this is none for the recommendation
 */
record SweepPlan(List<Setting> settings, int repeats, long seed, double marginPercent) {
    /** Fewer repeats than this make intervals so wide that they tell nothing. */
    static final int LEAST_REPEATS = 2;

    SweepPlan {
        settings = List.copyOf(settings);
        if (settings.isEmpty()) {
            throw new IllegalArgumentException("A sweep needs at least one collector and one heap.");
        }
        if (repeats < LEAST_REPEATS || repeats > 1000) {
            throw new IllegalArgumentException(
                    "--repeats takes " + LEAST_REPEATS + " to 1000, not " + repeats + ": an interval needs a spread.");
        }
        if (!(marginPercent > 0 && marginPercent <= 100)) {
            throw new IllegalArgumentException("--margin takes a number above 0 up to 100 percent.");
        }
    }

    /** The order of a round, the same for the same seed on any JDK. All settings once: what a round does, it does to all. */
    List<Setting> round(int number) {
        List<Setting> order = new ArrayList<>(settings);
        Collections.shuffle(order, new Random(seed * 1_000_003L + number));
        return order;
    }
}
