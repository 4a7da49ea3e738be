package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;

/**
 * Additions to an overflow counter that are not of one: their sum, and how many they were. Those of one are their own number
 * and need nothing here, which keeps a look-up past the limit, and the addition that follows, as cheap as another.
 */
final class OverflowAmounts {
    private final Slabs slabs;
    private final int sums;
    private final int numbers;
    private final long startOfSums;
    private final long startOfNumbers;

    OverflowAmounts(Family family) {
        this.slabs = family.core.slabs();
        // Effects for every counter, also for those that are none: it is right for both.
        this.sums = slabs.newSlot(SlotKind.EFFECT);
        this.numbers = slabs.newSlot(SlotKind.SUM);
        this.startOfSums = slabs.startOf(sums);
        this.startOfNumbers = slabs.startOf(numbers);
    }

    void add(long sum, int measurements) {
        if (!Slabs.tryAdd(slabs.places(), numbers, measurements)) {
            slabs.slow(SlotKind.SUM, numbers, measurements);
        }
        if (!Slabs.tryAddReleased(slabs.places(), sums, sum)) {
            slabs.slow(SlotKind.EFFECT, sums, sum);
        }
    }

    /** Adds what an evicted series gained, as one measurement. */
    void fold(long sum) {
        slabs.fold(SlotKind.SUM, numbers, 1);
        slabs.fold(SlotKind.EFFECT, sums, sum);
    }

    long sum() {
        return slabs.reader().read(SlotKind.EFFECT, sums) - startOfSums;
    }

    long sum(CollectBuffer buffer) {
        return buffer.sum(sums, startOfSums);
    }

    /** Returns how many additions there were. */
    long number() {
        return slabs.reader().read(SlotKind.SUM, numbers) - startOfNumbers;
    }
}
