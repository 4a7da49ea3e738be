package dev.evenkeel.payments.plant;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Threads that park for ever, as those of an executor that nobody shuts down. Daemons, so that the service can end. */
public final class PlantedThreadLeak extends Plant {
    private final List<Thread> parked = new ArrayList<>();
    private volatile boolean ended;

    PlantedThreadLeak(double threadsPerHour) {
        super(threadsPerHour);
    }

    @Override
    long plant(long owed) {
        for (long i = 0; i < owed; i++) {
            Thread thread = new Thread(this::park, "planted-leak-" + (parked.size() + 1));
            thread.setDaemon(true);
            thread.start();
            parked.add(thread);
        }
        return Math.max(owed, 0);
    }

    private void park() {
        while (!ended) {
            LockSupport.park(this);
        }
    }

    /** The threads planted so far. */
    List<Thread> parked() {
        return parked;
    }

    /** Ends all threads and waits for them. For tests. */
    void forget() throws InterruptedException {
        ended = true;
        for (Thread thread : parked) {
            LockSupport.unpark(thread);
            thread.join();
        }
    }
}
