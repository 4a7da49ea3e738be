package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Timer;
import java.util.function.LongSupplier;

/** Reads how many events there were since the start of the process, and how many of them were of the kind that is counted. */
interface SloSource {
    /** @param into receives counted events at 0, all events at 1; neither ever falls, and the first is at most the second */
    void read(long[] into);

    /** Returns whether the counted events are the bad ones. */
    default boolean countsBad() {
        return false;
    }

    /** Reads the effect before the cause, so that no event is seen good before it is seen. */
    static SloSource ofGood(LongSupplier good, LongSupplier total) {
        return into -> {
            long g = good.getAsLong();
            long t = total.getAsLong();
            into[0] = Math.min(g, t);
            into[1] = t;
        };
    }

    static SloSource ofBad(LongSupplier bad, LongSupplier total) {
        SloSource counted = ofGood(bad, total);
        return new SloSource() {
            @Override
            public void read(long[] into) {
                counted.read(into);
            }

            @Override
            public boolean countsBad() {
                return true;
            }
        };
    }

    static SloSource ofTimers(long thresholdNanos, Timer... timers) {
        return into -> {
            into[0] = 0;
            into[1] = 0;
            for (Timer timer : timers) {
                HistogramReading reading = timer.read();
                into[0] += reading.countAtOrBelow(thresholdNanos);
                into[1] += reading.count();
            }
        };
    }
}
