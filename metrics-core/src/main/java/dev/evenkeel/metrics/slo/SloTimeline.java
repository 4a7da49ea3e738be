package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;

/** A time that never steps back, also not over restarts. Milliseconds since 1970 where the clock allows. Not thread-safe. */
final class SloTimeline {
    /*
     * Elapsed time comes from the nanosecond clock. The date only places the process after its predecessor, and tells of
     * spans that the nanosecond clock slept through, as in a suspended machine: when the date is ahead, the time in between
     * was not seen. When the date is behind, it was set back: the timeline goes on from where it is, since the order of
     * what was seen is known and the date is not.
     */
    private static final long TOLERANCE_MILLIS = 10_000;

    private final WallClock wall;
    private final NanoClock nanos;
    private long baseMillis;
    private long baseNanos;
    private long now;

    /** By how much the timeline is known to be ahead of the date. */
    private long aheadMillis;

    private long stepsBack;
    private long unseenMillis;

    /** @param notBefore the last moment that a predecessor saw; {@link Long#MIN_VALUE} for none */
    SloTimeline(WallClock wall, NanoClock nanos, long notBefore) {
        this.wall = wall;
        this.nanos = nanos;
        this.baseNanos = nanos.nanos();
        long date = wall.epochMillis();
        if (date < notBefore) {
            stepsBack = 1;
            aheadMillis = notBefore - date;
        }
        baseMillis = Math.max(date, notBefore);
        now = baseMillis;
    }

    /** Moves to the present and returns it. */
    long advance() {
        long nano = nanos.nanos();
        long next = Math.max(now, baseMillis + (nano - baseNanos) / 1_000_000);
        unseenMillis = 0;
        long date = wall.epochMillis();
        long ahead = next - date;
        if (ahead < -TOLERANCE_MILLIS) {
            unseenMillis = -ahead;
            next = date;
            baseMillis = date;
            baseNanos = nano;
            ahead = 0;
        } else if (ahead > aheadMillis + TOLERANCE_MILLIS) {
            stepsBack++;
        }
        aheadMillis = Math.max(0, ahead);
        now = next;
        return now;
    }

    long now() {
        return now;
    }

    /** Returns how much of what {@link #advance} passed was not seen. */
    long unseenMillis() {
        return unseenMillis;
    }

    /** Returns how often the date was set back. */
    long stepsBack() {
        return stepsBack;
    }
}
