package dev.evenkeel.metrics;

/** Measures elapsed time: only differences between two readings of one clock mean anything. */
@FunctionalInterface
public interface NanoClock {
    /** Returns nanoseconds since an arbitrary origin. */
    long nanos();

    /** Returns the clock of the JVM. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
