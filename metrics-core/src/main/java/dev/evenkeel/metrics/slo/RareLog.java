package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.NanoClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Warns at most every 10 minutes. Asked first, so that no message is built for nothing. Not thread-safe. */
final class RareLog {
    private static final long EVERY_NANOS = 600_000_000_000L;

    private final Logger log;
    private final NanoClock clock;
    private long loggedNanos;

    RareLog(Logger log, NanoClock clock) {
        this.log = log;
        this.clock = clock;
        this.loggedNanos = clock.nanos() - EVERY_NANOS;
    }

    boolean mayLog() {
        return clock.nanos() - loggedNanos >= EVERY_NANOS;
    }

    void log(String message) {
        loggedNanos = clock.nanos();
        log.log(Level.WARNING, message + " Logged at most every 10 minutes.");
    }
}
