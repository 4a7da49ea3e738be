package dev.evenkeel.guard.http;

import java.util.concurrent.atomic.AtomicBoolean;

/** One call in flight. Given back by whoever learns first that the call is over, and by nobody else. */
final class Permit {
    private final Upstream upstream;
    private final AtomicBoolean given = new AtomicBoolean();

    Permit(Upstream upstream) {
        this.upstream = upstream;
    }

    /** Gives the permit back; idempotent, from any thread. */
    void giveBack() {
        if (given.compareAndSet(false, true)) {
            upstream.release();
        }
    }
}
