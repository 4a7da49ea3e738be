package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;

/** Both clocks, moved by hand and together. */
final class ManualClock implements NanoClock, WallClock {
    static final long START_MILLIS = 1_790_000_000_000L;

    private long nanos;

    void advance(long n) {
        nanos += n;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return START_MILLIS + nanos / 1_000_000;
    }
}
