package dev.evenkeel.soak;

import dev.evenkeel.soak.load.Pacer;
import java.util.function.BooleanSupplier;

/** Where a run stands, in seconds since its first request. One thread. */
final class RunClock {
    static final long SECOND = 1_000_000_000L;

    /** Turns are whole seconds, give or take some milliseconds: what is due at one must not wait for the next. */
    static final double TURN_SLACK_SECONDS = 0.1;

    private static final long LEAD_NANOS = SECOND / 5;
    private static final long STOP_CHECK_NANOS = SECOND / 10;

    private final Pacer pacer;
    private final double originSecond;
    private long originNanos;

    /**
     * A clock that does not run yet.
     *
     * @param originSecond second at which it begins: 0, or where a run stood that goes on
     */
    RunClock(Pacer pacer, double originSecond) {
        this.pacer = pacer;
        this.originSecond = originSecond;
        this.originNanos = pacer.nanos();
    }

    /** The first request is due a moment from now; returns when, by the pacer. */
    long begin() {
        originNanos = pacer.nanos() + LEAD_NANOS;
        return originNanos;
    }

    double originSecond() {
        return originSecond;
    }

    double second() {
        return originSecond + (pacer.nanos() - originNanos) / (double) SECOND;
    }

    /** The turn after one; turns that are over are skipped. */
    long nextTurn(long turn) {
        return Math.max(turn + 1, (long) (second() - originSecond) + 1);
    }

    /** Waits for a turn; false when a stop was asked for meanwhile. */
    boolean awaitTurn(long turn, BooleanSupplier stop) throws InterruptedException {
        long until = originNanos + turn * SECOND;
        while (!stop.getAsBoolean()) {
            long left = until - pacer.nanos();
            if (left <= 0) {
                return true;
            }
            pacer.sleepUntil(pacer.nanos() + Math.min(left, STOP_CHECK_NANOS));
        }
        return false;
    }
}
