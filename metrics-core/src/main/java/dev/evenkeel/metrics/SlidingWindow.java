package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.Objects;

/**
 * The length of a sliding window, in slices of equal length: its start lies within a slice of what was asked for. A reading of
 * a window of 60 seconds in 60 slices covers 59 to 61 seconds, and says how many. Immutable.
 *
 * @param length at least 1 ms a slice, at most 24 hours
 * @param slices 1 to 1000, of a whole number of nanoseconds each
 */
public record SlidingWindow(Duration length, int slices) {
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int MOST_SLICES = 1000;
    private static final long SHORTEST_SLICE_NANOS = 1_000_000;

    /** After the bounds, which it is checked against. */
    static final SlidingWindow MINUTE = of(Duration.ofMinutes(1), 60);

    /** @throws IllegalArgumentException when the window is outside these bounds */
    public SlidingWindow {
        check("Cannot make", length, slices);
    }

    /**
     * Returns a window.
     *
     * @throws IllegalArgumentException when it is outside the bounds of a window
     */
    public static SlidingWindow of(Duration length, int slices) {
        return new SlidingWindow(length, slices);
    }

    static SlidingWindow of(String name, Duration length, int slices) {
        check("Cannot give \"" + name + "\"", length, slices);
        return new SlidingWindow(length, slices);
    }

    private static void check(String cannot, Duration length, int slices) {
        Objects.requireNonNull(length, "length");
        String what = cannot + " a window of " + length + " in " + slices + " slices: ";
        if (slices < 1 || slices > MOST_SLICES) {
            throw new IllegalArgumentException(
                    what + "a window has 1 to 1000 slices, each of which costs 16 bytes a series. "
                            + "60 slices keep the window to 2 % of its length.");
        }
        if (length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    what + "a window is at most 24 hours, since a restart empties it. Choose a "
                            + "shorter one; longer spans belong to what stores the readings.");
        }
        long nanos = length.isNegative() ? 0 : length.toNanos();
        if (nanos < slices * SHORTEST_SLICE_NANOS) {
            throw new IllegalArgumentException(
                    what + "a slice would be shorter than 1 ms, and whoever takes the slices "
                            + "would be late for most of them. Choose a longer window, or fewer slices.");
        }
        if (nanos % slices != 0) {
            throw new IllegalArgumentException(
                    what + "its " + nanos + " ns do not divide into equal slices, and a window "
                            + "is a whole number of them. Choose a number of slices that divides the window.");
        }
    }

    long nanos() {
        return length.toNanos();
    }

    long sliceNanos() {
        return nanos() / slices;
    }

    @Override
    public String toString() {
        return length + " in " + slices + " slices";
    }
}
