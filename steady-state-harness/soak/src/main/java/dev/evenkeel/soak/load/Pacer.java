package dev.evenkeel.soak.load;

import java.util.concurrent.locks.LockSupport;

/** Elapsed time, and waiting for it; a test passes one that advances by itself. */
public interface Pacer {

    /** Nanoseconds from an arbitrary origin; only differences mean anything. */
    long nanos();

    /**
     * Returns at {@code nanos} or as soon after as the scheduler allows; at once when it has passed.
     *
     * @throws InterruptedException when the calling thread is interrupted before that time
     */
    void sleepUntil(long nanos) throws InterruptedException;

    /** Real time, from {@link System#nanoTime()}. */
    static Pacer system() {
        return SystemPacer.INSTANCE;
    }

    /** Parks until the time has come; wakes some 60 µs late on the Linux machines we measured. */
    enum SystemPacer implements Pacer {
        /** The only one. */
        INSTANCE;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos) throws InterruptedException {
            for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(this, left);
            }
        }
    }
}
