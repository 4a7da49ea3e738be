package dev.evenkeel.metrics;

import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** A latency recorded beside a reader of 1 000 timers, one of them the recorded one, and of its sliding window. */
public class LatencyBesideBenchmark extends BesideBenchmark {
    private static final int SERIES = 1_000;

    private final EvenkeelLatencyBenchmark evenkeel = new EvenkeelLatencyBenchmark();

    @Override
    void prepare() {
        evenkeel.check();
        Latencies values = new Latencies();
        for (int i = 0; i < SERIES; i++) {
            LongConsumer series = evenkeel.series("timer2", i);
            for (int n = 0; n < 100; n++) {
                series.accept(values.nextNanos());
            }
        }
    }

    @Override
    void read() {
        evenkeel.readAll();
    }

    @Benchmark
    public void record(Latencies next) {
        evenkeel.timer2(next);
    }
}
