package dev.evenkeel.soak;

import dev.evenkeel.soak.load.Load;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.ManualPacer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** A load that reports what a healthy one would have done in the time that passed. */
final class FakeLoad implements Load {
    private final ManualPacer pacer;
    private long last;

    double perSecond = 200;
    double failedShare;
    long latenessMicros = 60;
    LongSupplier latencyMicros = () -> 3000;
    boolean paused;
    int pauses;
    boolean ended;

    FakeLoad(ManualPacer pacer) {
        this.pacer = pacer;
    }

    @Override
    public void begin(long originNanos) {
        last = originNanos;
    }

    @Override
    public void pauseBegins() {
        paused = true;
        pauses++;
    }

    @Override
    public void pauseEnds() {
        paused = false;
    }

    @Override
    public LoadInterval interval() {
        long completed = Math.round((pacer.nanos() - last) / 1e9 * perSecond);
        last = pacer.nanos();
        long failed = Math.round(completed * failedShare);
        Histogram latency = new Histogram(1, 600_000_000L, 3);
        latency.recordValueWithCount(latencyMicros.getAsLong(), completed);
        Histogram lateness = new Histogram(1, 600_000_000L, 3);
        lateness.recordValueWithCount(latenessMicros, completed);
        return new LoadInterval(completed, completed, completed - failed, 0, failed, 0, latency, latency, lateness);
    }

    @Override
    public void end() {
        ended = true;
    }
}
