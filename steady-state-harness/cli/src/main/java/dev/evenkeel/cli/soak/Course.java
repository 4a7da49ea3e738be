package dev.evenkeel.cli.soak;

import java.util.Arrays;

/**
 * Two values over time in bounded room: when it is full every second point goes and the spacing doubles, so that it always
 * reaches back to the beginning. Not thread-safe.
 */
final class Course {
    private final double[] seconds;
    private final double[] first;
    private final double[] second;
    private int size;
    private int every = 1;
    private int skipped;

    /**
     * An empty one.
     *
     * @param capacity most points kept; even
     */
    Course(int capacity) {
        seconds = new double[capacity];
        first = new double[capacity];
        second = new double[capacity];
    }

    /** Adds a point, unless the spacing by now leaves it out. */
    void add(double at, double a, double b) {
        if (++skipped < every) {
            return;
        }
        skipped = 0;
        if (size == seconds.length) {
            size /= 2;
            for (int i = 0; i < size; i++) {
                seconds[i] = seconds[2 * i + 1];
                first[i] = first[2 * i + 1];
                second[i] = second[2 * i + 1];
            }
            skipped = every; // the point that found no room is half a step after the last that is kept
            every *= 2;
            return;
        }
        seconds[size] = at;
        first[size] = a;
        second[size++] = b;
    }

    double[] seconds() {
        return Arrays.copyOf(seconds, size);
    }

    double[] first() {
        return Arrays.copyOf(first, size);
    }

    double[] second() {
        return Arrays.copyOf(second, size);
    }
}
