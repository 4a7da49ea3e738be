package dev.evenkeel.metrics;

import java.util.Arrays;

/** What one collect reads into; reused by the next. Not thread-safe. */
final class CollectBuffer {
    private final Core core;
    private long[] sums = {};
    private double[] observed = {};
    private final MergedReading reading = new MergedReading();

    CollectBuffer(Core core) {
        this.core = core;
    }

    void sumAll() {
        sums = core.slabs().reader().sumAll(sums);
    }

    long sum(Counter counter) {
        int slot = counter.slot();
        return slot < sums.length ? sums[slot] : 0; // registered after the sums were taken
    }

    HistogramReading read(Histogram histogram) {
        return histogram.read(reading);
    }

    void observe(int index, double value) {
        if (index >= observed.length) {
            observed = Arrays.copyOf(observed, Math.max(16, 2 * index));
        }
        observed[index] = value;
    }

    double observed(int index) {
        return observed[index];
    }
}
