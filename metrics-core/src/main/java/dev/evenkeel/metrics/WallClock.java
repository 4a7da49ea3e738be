package dev.evenkeel.metrics;

/** Tells the date. For elapsed time use {@link NanoClock}: this one may jump. */
@FunctionalInterface
public interface WallClock {
    /** Returns milliseconds since 1970-01-01T00:00Z. */
    long epochMillis();

    /** Returns the clock of the machine. */
    static WallClock system() {
        return System::currentTimeMillis;
    }
}
