package dev.evenkeel.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Micrometer's timer with percentiles: its default precision, and one like ours. */
public final class MicrometerAccuracy implements Accuracy.Subject {
    private final Timer timer;

    private MicrometerAccuracy(Accuracy.Time time, int precision) {
        Clock clock = new Clock() {
            @Override
            public long wallTime() {
                return time.epochMillis();
            }

            @Override
            public long monotonicTime() {
                return time.nanos();
            }
        };
        SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        timer = Timer.builder("t")
                .publishPercentiles(0.5, 0.9, 0.99, 0.999)
                .percentilePrecision(precision)
                .distributionStatisticExpiry(Duration.ofNanos(Accuracy.WINDOW_NANOS))
                .maximumExpectedValue(Duration.ofHours(79))
                .register(registry);
    }

    public static void main(String[] args) throws Exception {
        AccuracyTable.print(
                "4 Micrometer, percentiles, precision 1 (default)", time -> new MicrometerAccuracy(time, 1));
        AccuracyTable.print("5 Micrometer, percentiles, precision 3", time -> new MicrometerAccuracy(time, 3));
    }

    @Override
    public void record(long nanos) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void read(double[] values) {
        HistogramSnapshot snapshot = timer.takeSnapshot();
        ValueAtPercentile[] percentiles = snapshot.percentileValues();
        for (int q = 0; q < percentiles.length; q++) {
            values[q] = percentiles[q].value(TimeUnit.NANOSECONDS);
        }
        values[percentiles.length] = snapshot.max(TimeUnit.NANOSECONDS);
    }
}
