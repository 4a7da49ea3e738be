package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.DoubleSupplier;

/** Compares two routes to one number that other threads of this JVM may change at any time. */
final class Agreement {
    private static final int TRIES = 50;

    private Agreement() {}

    /**
     * Takes our number between two of the other route that are equal, and wants the same. A thread that opens and closes
     * something in between spoils one try; a wrong number spoils all.
     */
    static void exact(DoubleSupplier ours, DoubleSupplier theirs) {
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < TRIES; i++) {
            double before = theirs.getAsDouble();
            double our = ours.getAsDouble();
            double after = theirs.getAsDouble();
            if (before == after && our == before) {
                return;
            }
            seen.append(' ').append(before).append('/').append(our).append('/').append(after);
        }
        fail("never equal; theirs/ours/theirs:" + seen);
    }

    /** Wants our number to lie between two of the other route, which only grows. */
    static void between(DoubleSupplier ours, DoubleSupplier theirs) {
        double before = theirs.getAsDouble();
        double our = ours.getAsDouble();
        double after = theirs.getAsDouble();
        if (!(before <= our && our <= after)) {
            fail(our + " is not between " + before + " and " + after);
        }
    }
}
