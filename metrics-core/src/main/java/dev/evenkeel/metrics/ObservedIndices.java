package dev.evenkeel.metrics;

import java.util.BitSet;

/** Hands out the places of observed series in a {@link CollectBuffer}, the lowest free one first. Thread-safe. */
final class ObservedIndices {
    private final BitSet taken = new BitSet();

    synchronized int take() {
        int index = taken.nextClearBit(0);
        taken.set(index);
        return index;
    }

    synchronized void free(int index) {
        taken.clear(index);
    }
}
