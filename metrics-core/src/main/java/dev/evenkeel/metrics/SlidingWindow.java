package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.Objects;

/** The length of a sliding window, in slices of equal length. */
record SlidingWindow(long sliceNanos, int slices) {
    static final SlidingWindow MINUTE = new SlidingWindow(1_000_000_000L, 60);

    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int MOST_SLICES = 1000;
    private static final long SHORTEST_SLICE_NANOS = 1_000_000;

    static SlidingWindow of(String name, Duration length, int slices) {
        Objects.requireNonNull(length, "length");
        String what = "Cannot give \"" + name + "\" a window of " + length + " in " + slices + " slices: ";
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
        long nanos = length.toNanos();
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
        return new SlidingWindow(nanos / slices, slices);
    }

    long nanos() {
        return sliceNanos * slices;
    }

    @Override
    public String toString() {
        return Duration.ofNanos(nanos()) + " in " + slices + " slices";
    }
}
