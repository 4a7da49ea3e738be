package dev.evenkeel.metrics;

import org.openjdk.jmh.annotations.Benchmark;

/** A bound increment beside a collect of 10 000 series. */
public class CollectBesideBenchmark extends BesideBenchmark {
    private final EvenkeelBenchmark evenkeel = new EvenkeelBenchmark();

    @Override
    void prepare() {
        evenkeel.series = 10_000;
        evenkeel.fill();
    }

    @Override
    void read() {
        evenkeel.collect(new Tally());
    }

    @Benchmark
    public void increment() {
        evenkeel.increment();
    }
}
