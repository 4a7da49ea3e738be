package dev.evenkeel.exporter.otlp;

import java.util.AbstractList;
import java.util.RandomAccess;

/** Counts as the list that the SDK asks for, without an object for each. Shows the array as it is. */
final class Longs extends AbstractList<Long> implements RandomAccess {
    private final long[] values;

    Longs(long[] values) {
        this.values = values;
    }

    @Override
    public Long get(int i) {
        return values[i];
    }

    @Override
    public int size() {
        return values.length;
    }
}
