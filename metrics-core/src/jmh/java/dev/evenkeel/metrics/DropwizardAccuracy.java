package dev.evenkeel.metrics;

import com.codahale.metrics.Clock;
import com.codahale.metrics.ExponentiallyDecayingReservoir;
import com.codahale.metrics.Reservoir;
import com.codahale.metrics.SlidingTimeWindowArrayReservoir;
import com.codahale.metrics.Snapshot;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Dropwizard's reservoirs: the default one, which has no window, and the one that keeps every value of a minute. */
public final class DropwizardAccuracy implements Accuracy.Subject {
    private final Reservoir reservoir;

    private DropwizardAccuracy(Accuracy.Time time, Function<Clock, Reservoir> kind) {
        reservoir = kind.apply(new Clock() {
            @Override
            public long getTick() {
                return time.nanos();
            }

            @Override
            public long getTime() {
                return time.epochMillis();
            }
        });
    }

    public static void main(String[] args) throws Exception {
        AccuracyTable.print(
                "7 Dropwizard, decaying reservoir (default)",
                time -> new DropwizardAccuracy(time, clock -> new ExponentiallyDecayingReservoir(1028, 0.015, clock)));
        AccuracyTable.print(
                "8 Dropwizard, sliding time window (keeps every value)",
                time -> new DropwizardAccuracy(
                        time, clock -> new SlidingTimeWindowArrayReservoir(1, TimeUnit.MINUTES, clock)));
    }

    @Override
    public void record(long nanos) {
        reservoir.update(nanos);
    }

    @Override
    public void read(double[] values) {
        Snapshot snapshot = reservoir.getSnapshot();
        for (int q = 0; q < values.length - 1; q++) {
            values[q] = snapshot.getValue(Accuracy.QUANTILES[q]);
        }
        values[values.length - 1] = snapshot.getMax();
    }
}
