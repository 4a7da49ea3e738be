package dev.evenkeel.leak;

import java.util.concurrent.locks.LockSupport;

/** Elapsed time and waiting, apart so that tests pass no real time. */
interface Waiter {

    long nanos();

    /** Lets about this much time pass. */
    void pause(long nanos);

    /** The machine's own clock; an interrupt ends a pause early and stays set. */
    static Waiter system() {
        return new Waiter() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void pause(long nanos) {
                LockSupport.parkNanos(nanos);
            }
        };
    }
}
