package dev.evenkeel.exporter.live;

import java.util.Arrays;

/** Readings of several resources at common times, since the start and in bounded memory. Not thread-safe. */
final class History {
    /*
     * When the arrays are full, every second reading is dropped and from then on only every second (fourth, eighth …)
     * tick is kept. So the history always reaches back to the first tick and is never less than half full, at an even
     * spacing. A ring of the last readings would forget the start, and a slow leak is seen only over a long time.
     */

    private final double[] seconds;
    private final double[][] values;
    private int size;
    private int stride = 1;
    private int skip;
    private int changes;

    /** @param capacity even, so that halving keeps the spacing */
    History(int resources, int capacity) {
        seconds = new double[capacity];
        values = new double[resources][capacity];
    }

    /** Keeps one reading of each resource, or drops it for being between two that are kept. Returns whether it was kept. */
    boolean add(double second, double[] reading) {
        boolean keep = skip == 0;
        skip = (skip + 1) % stride;
        if (!keep || (size > 0 && second <= seconds[size - 1])) {
            return false; // a clock that stands still gives no second reading of one time
        }
        if (size == seconds.length) {
            halve();
        }
        seconds[size] = second;
        for (int i = 0; i < values.length; i++) {
            values[i][size] = reading[i];
        }
        size++;
        changes++;
        return true;
    }

    private void halve() {
        int half = size / 2;
        for (int i = 0; i < half; i++) {
            seconds[i] = seconds[2 * i];
            for (double[] of : values) {
                of[i] = of[2 * i];
            }
        }
        size = half;
        stride *= 2;
        skip = 1; // the reading that comes in now is on the new, wider grid
    }

    int size() {
        return size;
    }

    /** Grows by one with each reading kept. */
    int changes() {
        return changes;
    }

    double[] seconds() {
        return Arrays.copyOf(seconds, size);
    }

    double[] values(int resource) {
        return Arrays.copyOf(values[resource], size);
    }
}
